using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Raft.Leases;

namespace Lintel.Raft.Messages;

/// <summary>
/// The bytes of messages, entries, hard states and snapshot metadata. One byte of kind, one of which fields follow,
/// then only those: a heartbeat between small nodes takes 7 to 9 bytes. Entry data are slices of the source when read.
/// Malformed bytes end in an error of <see cref="ErrorCode.Corruption"/>.
/// </summary>
public static class RaftMessageCodec
{
    [Flags]
    private enum Fields : byte
    {
        None = 0,
        Position = 1,      // Index, LogTerm
        Commit = 2,
        Reject = 4,        // and Hint
        Transfer = 8,
        Round = 16,
        SupportEpoch = 32,
        Entries = 64,
        Snapshot = 128,
    }

    /// <summary>Writes a message.</summary>
    public static void Write(WireWriter writer, in RaftMessage message)
    {
        Fields fields = FieldsOf(message);
        writer.Byte((byte)message.Kind);
        writer.Byte((byte)fields);
        writer.Varint(message.From.Value);
        writer.Varint(message.To.Value);
        writer.Varint(message.Term.Value);
        if (fields.HasFlag(Fields.Position))
        {
            writer.Varint(message.Index.Value);
            writer.Varint(message.LogTerm.Value);
        }

        if (fields.HasFlag(Fields.Commit)) writer.Varint(message.Commit.Value);
        if (fields.HasFlag(Fields.Reject)) writer.Varint(message.Hint.Value);
        if (fields.HasFlag(Fields.Round)) writer.Varint(message.Round);
        if (fields.HasFlag(Fields.SupportEpoch)) writer.Varint(message.SupportEpoch);
        if (fields.HasFlag(Fields.Entries)) WriteEntries(writer, message.Entries.Span);
        if (message.Snapshot is not null) WriteSnapshot(writer, message.Snapshot);
    }

    /// <summary>Reads a message.</summary>
    public static RaftMessage Read(ref WireReader reader)
    {
        var kind = (RaftMessageKind)reader.Byte();
        if (kind is < RaftMessageKind.Append or > RaftMessageKind.Released) throw Malformed($"unknown kind {(byte)kind}");
        var fields = (Fields)reader.Byte();
        if (fields.HasFlag(Fields.Entries) != (kind == RaftMessageKind.Append) && fields.HasFlag(Fields.Entries))
            throw Malformed($"a {kind} carries no entries");
        if (fields.HasFlag(Fields.Snapshot) != (kind == RaftMessageKind.Snapshot))
            throw Malformed($"a {kind} and a snapshot do not go together");
        var message = new RaftMessage
        {
            Kind = kind,
            From = new NodeId(reader.Varint()),
            To = new NodeId(reader.Varint()),
            Term = new Term(reader.Varint()),
        };
        if (fields.HasFlag(Fields.Position))
            message = message with { Index = new LogIndex(reader.Varint()), LogTerm = new Term(reader.Varint()) };
        if (fields.HasFlag(Fields.Commit)) message = message with { Commit = new LogIndex(reader.Varint()) };
        if (fields.HasFlag(Fields.Reject)) message = message with { Reject = true, Hint = new LogIndex(reader.Varint()) };
        if (fields.HasFlag(Fields.Transfer)) message = message with { Transfer = true };
        if (fields.HasFlag(Fields.Round)) message = message with { Round = reader.Varint() };
        if (fields.HasFlag(Fields.SupportEpoch)) message = message with { SupportEpoch = reader.Varint() };
        if (fields.HasFlag(Fields.Entries)) message = message with { Entries = ReadEntries(ref reader, message.Index) };
        if (fields.HasFlag(Fields.Snapshot)) message = message with { Snapshot = ReadSnapshot(ref reader) };
        return message;
    }

    /// <summary>Writes consecutive entries; their indexes follow from where they begin.</summary>
    public static void WriteEntries(WireWriter writer, ReadOnlySpan<LogEntry> entries)
    {
        writer.Varint((ulong)entries.Length);
        foreach (LogEntry entry in entries)
        {
            writer.Varint(entry.Term.Value);
            writer.Byte((byte)entry.Kind);
            writer.Bytes(entry.Data.Span);
        }
    }

    /// <summary>Reads consecutive entries that follow <paramref name="previous"/>.</summary>
    public static LogEntry[] ReadEntries(ref WireReader reader, LogIndex previous)
    {
        var entries = new LogEntry[reader.Count(bytesEach: 3)];
        for (int i = 0; i < entries.Length; i++)
        {
            var term = new Term(reader.Varint());
            var kind = (EntryKind)reader.Byte();
            if (kind > EntryKind.TermStart) throw Malformed($"unknown kind of entry {(byte)kind}");
            previous = previous.Next();
            entries[i] = new LogEntry(term, previous, kind, reader.Bytes());
        }

        return entries;
    }

    /// <summary>Writes snapshot metadata.</summary>
    public static void WriteSnapshot(WireWriter writer, RaftSnapshotMetadata snapshot)
    {
        writer.Varint(snapshot.Index.Value);
        writer.Varint(snapshot.Term.Value);
        GroupConfigurationCodec.Write(writer, snapshot.Configuration);
    }

    /// <summary>Reads snapshot metadata.</summary>
    public static RaftSnapshotMetadata ReadSnapshot(ref WireReader reader) =>
        new(new LogIndex(reader.Varint()), new Term(reader.Varint()), GroupConfigurationCodec.Read(ref reader));

    /// <summary>Writes a hard state, as hosts store it.</summary>
    public static void WriteHardState(WireWriter writer, in HardState state)
    {
        writer.Varint(state.Term.Value);
        writer.Varint(state.Vote.Value);
        writer.Varint(state.Commit.Value);
        writer.Varint(state.Promise.To.Value);
        writer.Varint(state.Promise.Epoch);
    }

    /// <summary>Reads a hard state.</summary>
    public static HardState ReadHardState(ref WireReader reader) => new(
        new Term(reader.Varint()),
        new NodeId(reader.Varint()),
        new LogIndex(reader.Varint()),
        new SupportPromise(new NodeId(reader.Varint()), reader.Varint()));

    private static Fields FieldsOf(in RaftMessage message)
    {
        Fields fields = Fields.None;
        if (message.Index != LogIndex.Zero || message.LogTerm != Term.Zero) fields |= Fields.Position;
        if (message.Commit != LogIndex.Zero) fields |= Fields.Commit;
        if (message.Reject) fields |= Fields.Reject;
        if (message.Transfer) fields |= Fields.Transfer;
        if (message.Round != 0) fields |= Fields.Round;
        if (message.SupportEpoch != 0) fields |= Fields.SupportEpoch;
        if (!message.Entries.IsEmpty) fields |= Fields.Entries;
        if (message.Snapshot is not null) fields |= Fields.Snapshot;
        return fields;
    }

    private static LintelException Malformed(string cause) =>
        new(ErrorCode.Corruption, "a message between replicas cannot be read", cause);
}
