using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Locks;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Requests;
using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>
/// Reads under locks. Points lock their keys. A span is first read without locks to find out how far the page goes,
/// then locked that far, then read: what is returned is what the locks cover, gaps included, so nothing can appear in
/// it until the transaction ends.
/// </summary>
public sealed class LockingReads(SplitReplica replica, StoreServices services)
{
    /// <summary>Reads, with the transaction's staged writes overlaid.</summary>
    public async ValueTask<SplitReply> ReadAsync(Leadership leading, LockingRead request)
    {
        if (LostSince(leading, request.Transaction, request.Lease, services.Limits.Planted) is { } lost) return lost;
        Leadership.Activity activity = leading.Touch(request.Transaction);
        LockMode mode = request.Lock == ReadLock.Exclusive ? LockMode.Exclusive : LockMode.Shared;
        ReadTarget target = request.Target;
        if (target is ReadTarget.Rows asked)
        {
            KeySpan covered = Probe(asked, request);
            if (await leading.LockAsync(request.Transaction, LockSpan.Of(covered), mode) is { } refusal) return refusal;
            target = asked with { Span = covered };
        }
        else
        {
            foreach (Key key in ((ReadTarget.Points)target).Keys)
            {
                if (await leading.LockAsync(request.Transaction, LockSpan.Of(key), mode) is { } refusal)
                    return refusal;
            }
        }

        while (leading.IsFrozen) await leading.OpenAsync();
        if (leading.IsOver || !leading.HoldsLease) return replica.NotHere();
        if (!leading.HoldsSince(request.Transaction, activity))
        {
            // Released while it waited (a division, its gateway): what it was granted since must not stay behind.
            leading.Release(request.Transaction);
            return new SplitRefusal.Aborted(AbortReason.Expired);
        }

        if (!request.LiesIn(replica.Descriptor.Span)) return replica.Moved();
        if (leading.Locks.StandingOf(request.Transaction) == LockStanding.Wounded)
            return new SplitRefusal.Aborted(AbortReason.Wounded);
        if (!leading.TryServeNow(out Timestamp at)) return replica.NotHere();
        ReadResult read = Read(request, target);
        if (request.Target is ReadTarget.Rows whole) read = read with { Rest = RestOf(whole, (ReadTarget.Rows)target, read.Rest) };
        return new SplitReply.LockedRows(read, leading.Sequence, at);
    }

    /// <summary>Why the locks that a transaction took under a leadership are not held any more; null when they are.</summary>
    public static SplitRefusal? LostSince(
        Leadership leading, TransactionId transaction, LeaseSequence lease, PlantedBug planted)
    {
        if (lease.IsNone || planted == PlantedBug.ForgottenReadLock) return null;
        if (lease != leading.Sequence) return new SplitRefusal.Aborted(AbortReason.LeaseChanged);
        return leading.Locks.StandingOf(transaction) == LockStanding.Unknown
            ? new SplitRefusal.Aborted(AbortReason.Expired)
            : null;
    }

    private KeySpan Probe(ReadTarget.Rows asked, LockingRead request)
    {
        ReadResult seen = Read(request, asked);
        if (seen.Rest.IsEmpty) return asked.Span;
        return asked.Descending
            ? new KeySpan(seen.Rest.End, asked.Span.End)
            : new KeySpan(asked.Span.Start, seen.Rest.Start);
    }

    private static KeySpan RestOf(ReadTarget.Rows whole, ReadTarget.Rows covered, KeySpan restOfCovered)
    {
        if (whole.Descending)
        {
            Key end = restOfCovered.IsEmpty ? covered.Span.Start : restOfCovered.End;
            var rest = new KeySpan(whole.Span.Start, end);
            return rest.IsEmpty ? default : rest;
        }

        Key start = restOfCovered.IsEmpty ? covered.Span.End : restOfCovered.Start;
        var up = new KeySpan(start, whole.Span.End);
        return up.IsEmpty ? default : up;
    }

    private ReadResult Read(LockingRead request, ReadTarget target)
    {
        using IOrderedView view = services.Store.View();
        using var reader = new MvccReader(view);
        bool staged = replica.Machine.Pending.TryGetValue(request.Transaction, out PendingTransaction? own)
            && own.StagedThrough > 0;
        if (!staged) return ReadPages.Read(reader, target, Timestamp.Max, services.Limits);
        if (target is ReadTarget.Rows rows) return StagedOverlay.Read(view, reader, rows, own!, services.Limits);
        var points = (ReadTarget.Points)target;
        var values = new ReadOnlyMemory<byte>?[points.Keys.Count];
        for (int i = 0; i < values.Length; i++)
        {
            Key key = points.Keys[i];
            if (StagedWrite.Find(view, key, own!.Id) is { } write)
                values[i] = write.Kind == MutationKind.Delete ? (ReadOnlyMemory<byte>?)null : write.Value;
            else values[i] = reader.Get(key, Timestamp.Max).Value;
        }

        return ReadResult.OfPoints(values);
    }
}
