using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Reads of all splits at one timestamp, without locks. Strong reads go to leaseholders; others to any replica, whose
/// safe time decides whether it may answer.
/// </summary>
internal sealed class GatewaySnapshot(GatewayServices services, Timestamp at, bool followerAllowed) : ISnapshotReader
{
    /// <inheritdoc/>
    public Timestamp ReadTimestamp => at;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(
        Key key, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        await services.EnterAsync();
        return await services.Reads.PointAsync(key, AskAsync, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
        IReadOnlyList<Key> keys, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        await services.EnterAsync();
        return await services.Reads.PointsAsync(keys, AskAsync, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<ScanPage> ScanAsync(KeySpan span, ScanOptions options, CancellationToken cancellation = default)
    {
        await services.EnterAsync();
        while (!span.IsEmpty)
        {
            ReadPage page = await services.Reads.RowsAsync(span, options.RowLimit, options.Descending, AskAsync, cancellation);
            span = options.Descending ? new KeySpan(span.Start, page.Covered.Start) : new KeySpan(page.Covered.End, span.End);
            if (page.Rows.Count > 0) return new ScanPage(page.Rows, span.IsEmpty ? default : span);
        }

        return new ScanPage([], default);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<ReadResult?> AskAsync(
        SplitDescriptor split, ReadTarget target, CancellationToken cancellation)
    {
        var request = new SnapshotRead(split.Address, target, at, followerAllowed);
        switch (await services.Sender.SendAsync(request, cancellation))
        {
            case SplitReply.SnapshotRows rows:
                return rows.Read;
            case SplitRefusal.SplitMoved moved:
                services.Sender.Router.Correct(split.Address, moved.Now);
                return null;
            case SplitRefusal refusal:
                throw Refusals.OfRead(refusal).ToException();
            case var other:
                throw Refusals.Unexpected(other).ToException();
        }
    }
}
