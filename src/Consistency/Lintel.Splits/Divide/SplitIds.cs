using System.Buffers.Binary;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Divide;

/// <summary>Hands out ids for new splits: a counter in the cluster's own records. An id that is not used is lost.</summary>
public static class SplitIds
{
    private static readonly Key Counter = KeySpace.RecordOf("last-split");

    /// <summary>A new id; null when the counter could not be reached.</summary>
    public static async Task<SplitId?> AllocateAsync(ISplitRouter router, TransactionId transaction)
    {
        SplitReply? read = await SplitWalk.AskAsync(
            router, Counter, to => new LockingRead(to, transaction, new ReadTarget.Points([Counter]), ReadLock.Exclusive));
        if (read is not SplitReply.LockedRows { Read.Values: [var last] } rows) return null;
        ulong next = (last is { } stored ? BinaryPrimitives.ReadUInt64BigEndian(stored.Span) : SplitId.System.Value) + 1;
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, next);
        SplitReply? done = await SplitWalk.AskAsync(
            router, Counter, to => new CommitLocal(to, transaction, Counter, [Mutation.Put(Counter, value)], rows.Lease, 0));
        return done is SplitReply.Committed ? new SplitId(next) : null;
    }
}
