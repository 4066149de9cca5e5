using System.Buffers.Binary;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Mvcc;

namespace Lintel.Splits.Replica;

/// <summary>
/// Where a replica keeps its own state in the ordered store, beside the versions under
/// <see cref="VersionKey.Prefix"/>. It is on disk and normative:
/// <code>
/// 'I' | escaped key | transaction     a staged write: invisible until its transaction commits
/// 'N' | name                          facts about the store itself
/// 'O' | escaped anchor | transaction  an outcome record
/// 'S' | split u64 BE                  the applied state of a split (<see cref="SplitState"/>)
/// 'T' | split u64 BE | transaction    an undecided or still moving transaction (<see cref="PendingTransaction"/>)
/// 'U' | escaped anchor | transaction  marks an outcome record that some participant may not know yet
/// </code>
/// Staged writes and outcomes are kept under the user key they belong to, so that dividing a split moves none of them.
/// </summary>
public static class LocalKeys
{
    /// <summary>First byte of staged writes.</summary>
    public const byte StagedPrefix = (byte)'I';

    /// <summary>First byte of facts about the store itself.</summary>
    public const byte StorePrefix = (byte)'N';

    /// <summary>First byte of outcome records.</summary>
    public const byte OutcomePrefix = (byte)'O';

    /// <summary>First byte of applied states.</summary>
    public const byte StatePrefix = (byte)'S';

    /// <summary>First byte of pending transactions.</summary>
    public const byte PendingPrefix = (byte)'T';

    /// <summary>First byte of the marks of unresolved outcomes.</summary>
    public const byte UnresolvedPrefix = (byte)'U';

    private const int TransactionBytes = 24;

    /// <summary>The key of a staged write.</summary>
    public static byte[] Staged(Key key, TransactionId transaction) => UnderKey(StagedPrefix, key, transaction);

    /// <summary>The key of an outcome record.</summary>
    public static byte[] Outcome(Key anchor, TransactionId transaction) => UnderKey(OutcomePrefix, anchor, transaction);

    /// <summary>The key of the mark of an unresolved outcome.</summary>
    public static byte[] Unresolved(Key anchor, TransactionId transaction) => UnderKey(UnresolvedPrefix, anchor, transaction);

    /// <summary>The key of the applied state of a split.</summary>
    public static byte[] State(SplitId split) => UnderSplit(StatePrefix, split, 0);

    /// <summary>The key of a pending transaction.</summary>
    public static byte[] Pending(SplitId split, TransactionId transaction)
    {
        byte[] key = UnderSplit(PendingPrefix, split, TransactionBytes);
        Write(key.AsSpan(9), transaction);
        return key;
    }

    /// <summary>Bounds of all pending transactions of a split.</summary>
    public static (byte[] Start, byte[] End) PendingBounds(SplitId split) =>
        (UnderSplit(PendingPrefix, split, 0), UnderSplit(PendingPrefix, new SplitId(split.Value + 1), 0));

    /// <summary>Bounds of the staged writes, outcomes or versions (by first byte) of a span of user keys.</summary>
    public static (byte[] Start, byte[] End) Bounds(byte prefix, KeySpan span)
    {
        (byte[] start, byte[] end) = VersionKey.Bounds(span);
        start[0] = end[0] = prefix;
        return (start, end);
    }

    /// <summary>The user key in the key of a staged write or outcome.</summary>
    public static Key UserKeyOf(ReadOnlySpan<byte> stored)
    {
        byte[] stem = stored[..^TransactionBytes].ToArray();
        stem[0] = VersionKey.Prefix;
        return VersionKey.Decode(stem);
    }

    /// <summary>The transaction in the key of a staged write, outcome or pending transaction.</summary>
    public static TransactionId TransactionOf(ReadOnlySpan<byte> stored)
    {
        ReadOnlySpan<byte> tail = stored[^TransactionBytes..];
        return new(
            new Timestamp(BinaryPrimitives.ReadInt64BigEndian(tail)),
            new NodeId(BinaryPrimitives.ReadUInt64BigEndian(tail[8..])),
            BinaryPrimitives.ReadUInt64BigEndian(tail[16..]));
    }

    private static byte[] UnderKey(byte prefix, Key key, TransactionId transaction)
    {
        byte[] stem = VersionKey.Stem(key);
        var stored = new byte[stem.Length + TransactionBytes];
        stem.CopyTo(stored, 0);
        stored[0] = prefix;
        Write(stored.AsSpan(stem.Length), transaction);
        return stored;
    }

    private static byte[] UnderSplit(byte prefix, SplitId split, int extra)
    {
        var key = new byte[9 + extra];
        key[0] = prefix;
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(1), split.Value);
        return key;
    }

    private static void Write(Span<byte> into, TransactionId transaction)
    {
        BinaryPrimitives.WriteInt64BigEndian(into, transaction.Start.Nanoseconds);
        BinaryPrimitives.WriteUInt64BigEndian(into[8..], transaction.Gateway.Value);
        BinaryPrimitives.WriteUInt64BigEndian(into[16..], transaction.Sequence);
    }
}
