using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Locks;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Requests;
using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>
/// Reads without locks, at a timestamp. The leaseholder first promises that nothing will commit at or below it any
/// more, then waits for whoever may already be about to (commit wait included: what such a reader shows must have
/// passed on every node), then reads. Another replica reads at or below its safe time, for which both is true already.
/// </summary>
public sealed class SnapshotReads(SplitReplica replica, StoreServices services)
{
    /// <summary>Reads at the leaseholder.</summary>
    public async ValueTask<SplitReply> AsLeaseholderAsync(Leadership leading, SnapshotRead request)
    {
        Timestamp at = request.At == Timestamp.Zero ? services.Environment.TrueTime.Now().Latest : request.At;
        if (at < replica.Machine.State.Horizon) return new SplitRefusal.SnapshotTooOld();
        if (!leading.TryServe(at) && !await AwaitLeaseAsync(leading, at)) return replica.NotHere();
        switch (request.Target)
        {
            case ReadTarget.Points points:
                foreach (Key key in points.Keys)
                {
                    if (await leading.AwaitPendingAsync(LockSpan.Of(key), at) is { } refusal) return refusal;
                }

                break;
            case ReadTarget.Rows rows:
                if (await leading.AwaitPendingAsync(LockSpan.Of(rows.Span), at) is { } blocked) return blocked;
                break;
        }

        // The wait may have outlasted the lease; the promise stands, but what was waited for may be decided elsewhere.
        if (leading.IsOver) return replica.NotHere();
        return Read(request, at);
    }

    /// <summary>Reads at a replica that does not lead.</summary>
    public async ValueTask<SplitReply> AsFollowerAsync(SnapshotRead request)
    {
        if (request.At == Timestamp.Zero) return replica.NotHere();
        if (!await replica.AwaitSafeTimeAsync(request.At) || replica.IsInstalling) return replica.NotHere();
        return Read(request, request.At);
    }

    private SplitReply Read(SnapshotRead request, Timestamp at)
    {
        if (replica.Machine.IsRetired) return replica.NotHere();
        if (!request.LiesIn(replica.Descriptor.Span)) return replica.Moved();
        // Whatever was waited for, a collection may have been applied meanwhile.
        if (at < replica.Machine.State.Horizon) return new SplitRefusal.SnapshotTooOld();
        using IOrderedView view = services.Store.View();
        using var reader = new MvccReader(view);
        return new SplitReply.SnapshotRows(ReadPages.Read(reader, request.Target, at, services.Limits), at);
    }

    // The lease grows with every heartbeat, so a timestamp a little beyond it is worth waiting for.
    private async ValueTask<bool> AwaitLeaseAsync(Leadership leading, Timestamp at)
    {
        TimeProvider time = services.Environment.Time;
        long began = time.GetTimestamp();
        while (!leading.IsOver && time.GetElapsedTime(began) < services.Limits.SafeTimeWait)
        {
            if (leading.IsFrozen) await leading.OpenAsync();
            else await Task.Delay(TimeSpan.FromMilliseconds(5), time);
            if (leading.TryServe(at)) return true;
        }

        return false;
    }
}
