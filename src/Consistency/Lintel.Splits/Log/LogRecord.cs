using System.Buffers.Binary;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Raft.Leases;
using Lintel.Raft.Log;

namespace Lintel.Splits.Log;

/// <summary>One record, as it is in the directory of a frame, with its payload.</summary>
/// <param name="Split">Whose.</param>
/// <param name="Kind">What it says.</param>
/// <param name="Payload">The bytes; meaning by kind.</param>
/// <param name="Offset">Where the payload begins in its segment.</param>
/// <param name="IsIntact">Whether the payload matches its checksum.</param>
internal readonly record struct LogRecord(
    SplitId Split, LogRecordKind Kind, ReadOnlyMemory<byte> Payload, long Offset, bool IsIntact)
{
    public static uint Checksum(SplitId split, LogRecordKind kind, ReadOnlySpan<byte> payload)
    {
        Span<byte> about = stackalloc byte[9];
        BinaryPrimitives.WriteUInt64LittleEndian(about, split.Value);
        about[8] = (byte)kind;
        return ~Crc32C.Append(Crc32C.Append(uint.MaxValue, about), payload);
    }

    public static uint EntryChecksum(SplitId split, in LogEntry entry)
    {
        Span<byte> about = stackalloc byte[25];
        BinaryPrimitives.WriteUInt64LittleEndian(about, split.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(about[8..], entry.Index.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(about[16..], entry.Term.Value);
        about[24] = (byte)entry.Kind;
        return ~Crc32C.Append(Crc32C.Append(uint.MaxValue, about), entry.Data.Span);
    }

    public static void WriteHardState(WireWriter writer, in HardState state)
    {
        writer.Fixed64(state.Term.Value);
        writer.Fixed64(state.Vote.Value);
        writer.Fixed64(state.Commit.Value);
        writer.Fixed64(state.Promise.To.Value);
        writer.Fixed64(state.Promise.Epoch);
    }

    public HardState ReadHardState()
    {
        var reader = new WireReader(Payload);
        var state = new HardState(
            new Term(reader.Fixed64()),
            new NodeId(reader.Fixed64()),
            new LogIndex(reader.Fixed64()),
            new SupportPromise(new NodeId(reader.Fixed64()), reader.Fixed64()));
        reader.End();
        return state;
    }

    public static void WriteMark(WireWriter writer, LogIndex index, Term term)
    {
        writer.Fixed64(index.Value);
        writer.Fixed64(term.Value);
    }

    public LogMark ReadMark()
    {
        var reader = new WireReader(Payload);
        var mark = new LogMark(new LogIndex(reader.Fixed64()), new Term(reader.Fixed64()));
        reader.End();
        return mark;
    }

    public static void WriteEntries(WireWriter writer, SplitId split, ReadOnlySpan<LogEntry> entries)
    {
        writer.Fixed64(entries[0].Index.Value);
        writer.Fixed32((uint)entries.Length);
        foreach (LogEntry entry in entries)
        {
            writer.Fixed64(entry.Term.Value);
            writer.Byte((byte)entry.Kind);
            writer.Fixed32((uint)entry.Data.Length);
            writer.Fixed32(EntryChecksum(split, entry));
            writer.Raw(entry.Data.Span);
        }
    }

    /// <summary>The entries; their data are slices of the payload.</summary>
    public LogEntry[] ReadEntries()
    {
        var reader = new WireReader(Payload);
        ulong first = reader.Fixed64();
        uint count = reader.Fixed32();
        if (count > (uint)(reader.Remaining / LogFormat.EntryHeaderBytes)) throw Malformed();
        var entries = new LogEntry[count];
        for (uint i = 0; i < count; i++) entries[i] = ReadEntry(ref reader, Split, new LogIndex(first + i));
        reader.End();
        return entries;
    }

    /// <summary>Reads one entry and requires that it is the one asked for.</summary>
    public static LogEntry ReadEntry(ref WireReader reader, SplitId split, LogIndex index)
    {
        var term = new Term(reader.Fixed64());
        var kind = (EntryKind)reader.Byte();
        uint length = reader.Fixed32();
        uint checksum = reader.Fixed32();
        if (length > (uint)reader.Remaining) throw Malformed();
        var entry = new LogEntry(term, index, kind, reader.Raw((int)length));
        return checksum == EntryChecksum(split, entry) ? entry : throw Malformed();
    }

    private static LintelException Malformed() =>
        new(ErrorCode.Corruption, "an entry of the Raft log does not match its checksum");
}

/// <summary>An index and the term of the entry there.</summary>
public readonly record struct LogMark(LogIndex Index, Term Term);
