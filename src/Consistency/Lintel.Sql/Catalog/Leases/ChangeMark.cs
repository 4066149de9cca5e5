using System.Buffers.Binary;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;

namespace Lintel.Sql.Catalog.Leases;

/// <summary>
/// The mark of a schema change that is about to commit: whose it is, and when it was set. Disk format, 32 bytes.
/// </summary>
/// <param name="Owner">The transaction that changes the schema.</param>
/// <param name="SetAt">When, by the node that set it; only for judging whether it was left behind.</param>
public readonly record struct ChangeMark(TransactionId Owner, Timestamp SetAt)
{
    private const int Length = 4 * sizeof(long);

    /// <summary>The bytes.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Owner.Start.Nanoseconds);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), (long)Owner.Gateway.Value);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), (long)Owner.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(24), SetAt.Nanoseconds);
        return bytes;
    }

    /// <summary>When the mark in these bytes was set.</summary>
    public static Timestamp SetAtOf(ReadOnlyMemory<byte> bytes) =>
        new(BinaryPrimitives.ReadInt64BigEndian(bytes.Span[24..]));
}
