using System.IO.Hashing;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Messages;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Snapshots;

/// <summary>
/// What travels of a RaftSnapshot: the opening with the applied state, then numbered chunks of compressed rows, then the
/// end with a checksum over all rows as they were before compression. Each part is answered before the next is sent, so
/// a slow receiver slows the sender, and neither holds more than a chunk for the other.
/// </summary>
public abstract record SnapshotPart(SplitId Split, ulong Transfer)
{
    /// <summary>The first part.</summary>
    public sealed record Opening(SplitId Split, ulong Transfer, RaftMessage Message, SplitState State)
        : SnapshotPart(Split, Transfer);

    /// <summary>Rows: key and value, each with its length, repeated; compressed with zstd.</summary>
    public sealed record Chunk(SplitId Split, ulong Transfer, int Number, int RawLength, ReadOnlyMemory<byte> Rows)
        : SnapshotPart(Split, Transfer);

    /// <summary>The last part.</summary>
    public sealed record End(SplitId Split, ulong Transfer, int Chunks, ulong Checksum) : SnapshotPart(Split, Transfer);

    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Encode()
    {
        var writer = new WireWriter();
        writer.Byte(this switch { Opening => 1, Chunk => 2, _ => 3 });
        writer.Varint(Split.Value);
        writer.Varint(Transfer);
        switch (this)
        {
            case Opening opening:
                RaftMessageCodec.Write(writer, opening.Message);
                writer.Bytes(opening.State.Encode());
                break;
            case Chunk chunk:
                writer.Varint((ulong)chunk.Number);
                writer.Varint((ulong)chunk.RawLength);
                writer.Bytes(chunk.Rows.Span);
                break;
            case End end:
                writer.Varint((ulong)end.Chunks);
                writer.Fixed64(end.Checksum);
                break;
        }

        return writer.Written;
    }

    /// <summary>Reads the binary form; malformed bytes are reported as corruption.</summary>
    public static SnapshotPart Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        byte tag = RequestFields.Checked(reader.Byte(), 3, "snapshot part");
        var split = new SplitId(reader.Varint());
        ulong transfer = reader.Varint();
        SnapshotPart part;
        switch (tag)
        {
            case 1:
                RaftMessage message = RaftMessageCodec.Read(ref reader);
                part = new Opening(split, transfer, message, SplitState.Decode(reader.Bytes()));
                break;
            case 2:
                part = new Chunk(split, transfer, checked((int)reader.Varint()), checked((int)reader.Varint()), reader.Bytes());
                break;
            case 3:
                part = new End(split, transfer, checked((int)reader.Varint()), reader.Fixed64());
                break;
            default:
                throw new LintelException(ErrorCode.Corruption, "malformed message", $"{tag} is no snapshot part");
        }

        reader.End();
        return part;
    }

    /// <summary>The checksum after one more chunk of uncompressed rows.</summary>
    public static ulong Roll(ulong checksum, ReadOnlySpan<byte> rows) => XxHash3.HashToUInt64(rows, (long)checksum);
}
