using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Host;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Routing;

/// <summary>
/// Finds splits and their leaseholders for one node. Descriptors come from the meta range and are cached; what is out of
/// date is corrected by the splits themselves. A replica on this node is called directly.
/// </summary>
/// <remarks>
/// S30: a commit or decision is given to a second node only after the first has refused it, or could not be reached to
/// begin with; otherwise its loss is reported as ambiguous.
/// </remarks>
public sealed class SplitRouter : ISplitRouter
{
    // 64 Ki descriptors of about 200 bytes are about 12 MB.
    private const int DescriptorsMax = 1 << 16;
    private const int HintsFollowedMax = 2;
    private static readonly TimeSpan BackoffMin = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromMilliseconds(50);

    private readonly SplitStore _store;
    private readonly StoreServices _services;
    private readonly DescriptorCache _cache = new(DescriptorsMax);
    private readonly Dictionary<SplitId, NodeId> _holders = [];
    private readonly SplitDescriptor _system;

    /// <summary>Routes from a node.</summary>
    /// <param name="store">The splits on this node.</param>
    /// <param name="system">The system split as the configuration knows it: its nodes matter, the rest is learned.</param>
    public SplitRouter(SplitStore store, SplitDescriptor system)
    {
        _store = store;
        _services = store.Services;
        _system = system;
    }

    /// <inheritdoc/>
    public async ValueTask<SplitDescriptor> FindAsync(Key key, CancellationToken cancellation = default)
    {
        if (_cache.Find(key) is { } known) return known;
        if (KeySpace.MetaSpan.Contains(key)) return System();
        return await LookUpAsync(
            new KeySpan(KeySpace.MetaSpan.Start, KeySpace.MetaOf(key).Next()), found => found.Span.Contains(key), cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask<SplitDescriptor> FindBelowAsync(Key end, CancellationToken cancellation = default)
    {
        if (_cache.FindBelow(end) is { } known) return known;
        if (end <= KeySpace.MetaSpan.End) return System();
        return await LookUpAsync(
            new KeySpan(KeySpace.MetaSpan.Start, KeySpace.MetaOf(end)),
            found => found.Span.Start < end && end <= found.Span.End,
            cancellation);
    }

    /// <inheritdoc/>
    public void Correct(SplitAddress stale, IReadOnlyList<SplitDescriptor> now)
    {
        _cache.Forget(stale.Split, stale.Generation);
        foreach (SplitDescriptor descriptor in now) _cache.Add(descriptor);
    }

    /// <inheritdoc/>
    public async ValueTask<SplitReply> SendAsync(SplitRequest request, CancellationToken cancellation = default)
    {
        TimeProvider time = _services.Environment.Time;
        long began = time.GetTimestamp();
        var round = new RoutingRound(ReplicasOf(request.To.Split), _holders.GetValueOrDefault(request.To.Split));
        if (request is SnapshotRead { FollowerAllowed: true } && round.Has(_services.Self)) round.Prefer(_services.Self);
        SplitReply? lastWord = null;
        TimeSpan backoff = BackoffMin;
        int homeless = 0;
        int followed = 0;
        while (true)
        {
            NodeId to = round.Next(_services.Liveness.IsSilent);
            if (to.IsNone) return new SplitRefusal.SplitMoved([]);
            SplitReply reply = await SendToAsync(to, request, cancellation);
            switch (reply)
            {
                case SplitRefusal.NotLeaseholder refusal:
                    Forget(request.To.Split, to);
                    homeless = 0;
                    if (!refusal.Hint.IsNone && refusal.Hint != to) round.Prefer(refusal.Hint);
                    break;
                case SplitRefusal.ClockUncertain:
                    Forget(request.To.Split, to);
                    lastWord = reply;
                    break;
                case SplitRefusal.SplitMoved { Now.Count: 0 }:
                    Forget(request.To.Split, to);
                    if (++homeless >= round.Count) return reply;
                    break;
                case Unreached { WasSent: true } lost when IsDecision(request):
                    return new SplitRefusal.Unavailable(lost.Why, Ambiguous: true);
                case Unreached:
                    Forget(request.To.Split, to);
                    break;
                default:
                    Remember(request, reply, to);
                    return reply;
            }

            if (time.GetElapsedTime(began) > _services.Limits.RequestTimeout)
                return lastWord ?? new SplitRefusal.Unavailable("no leaseholder was found in time", Ambiguous: false);
            // Hints are followed at once, but not round and round: replicas may know each other's past.
            if (!round.HasPreferred(_services.Liveness.IsSilent) || ++followed > HintsFollowedMax)
            {
                followed = 0;
                await Task.Delay(backoff, time, cancellation);
                backoff = backoff * 2 > BackoffMax ? BackoffMax : backoff * 2;
            }
        }
    }

    private SplitDescriptor System() => _cache.Find(SplitId.System) ?? _store.Find(SplitId.System)?.Descriptor ?? _system;

    private IReadOnlyList<SplitReplicaPlace> ReplicasOf(SplitId split)
    {
        if (_cache.Find(split) is { } known) return known.Replicas;
        if (_store.Find(split) is { } here && here.Descriptor.Replicas.Count > 0) return here.Descriptor.Replicas;
        return split == SplitId.System ? _system.Replicas : [];
    }

    private async ValueTask<SplitDescriptor> LookUpAsync(
        KeySpan metaSpan, Func<SplitDescriptor, bool> fits, CancellationToken cancellation)
    {
        TimeProvider time = _services.Environment.Time;
        long began = time.GetTimestamp();
        TimeSpan backoff = BackoffMin;
        while (true)
        {
            SplitDescriptor system = System();
            var read = new SnapshotRead(
                system.Address, new ReadTarget.Rows(metaSpan, 1, Descending: true), Timestamp.Zero, FollowerAllowed: false);
            SplitReply reply = await SendAsync(read, cancellation);
            if (reply is SplitRefusal.SplitMoved moved) Correct(system.Address, moved.Now);
            if (reply is SplitReply.SnapshotRows { Read.Rows: [var row, ..] })
            {
                SplitDescriptor found = MetaRecords.Decode(row.Value);
                _cache.Add(found);
                bool isStale = _cache.Find(found.Split) is { } known && known.Generation > found.Generation;
                if (fits(found))
                {
                    // A record that is older than what is known still names who knows better, after a moment.
                    if (isStale) await Task.Delay(BackoffMin, time, cancellation);
                    return found;
                }
            }
            else if (reply is SplitReply.SnapshotRows)
            {
                // Nothing is recorded yet: the system split owned everything, and knows what was divided off.
                if (!fits(System())) await Task.Delay(BackoffMin, time, cancellation);
                return System();
            }

            if (time.GetElapsedTime(began) > _services.Limits.RequestTimeout)
                throw new LintelException(
                    ErrorCode.Unavailable, "the split of a key could not be found",
                    (reply as SplitRefusal)?.ToError().Message ?? "the meta range has no record that covers it", "retry");
            await Task.Delay(backoff, time, cancellation);
            backoff = backoff * 2 > BackoffMax ? BackoffMax : backoff * 2;
        }
    }

    private async ValueTask<SplitReply> SendToAsync(NodeId to, SplitRequest request, CancellationToken cancellation)
    {
        if (to == _services.Self) return await HereAsync(request, cancellation);
        CancellationToken silence = _services.Liveness.Silence(to);
        if (silence.IsCancellationRequested) return new Unreached($"{to} is silent", WasSent: false);
        var writer = new WireWriter();
        RequestCodec.Encode(writer, request);
        using CancellationTokenSource? either = cancellation.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellation, silence)
            : null;
        try
        {
            ReadOnlyMemory<byte> answer = await _store.Channel.CallAsync(
                to, NodeService.Request, writer.Written, _services.Limits.RequestTimeout + _services.Limits.SupportDuration,
                either?.Token ?? silence);
            return ReplyCodec.Decode(answer);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Unreached($"{to} fell silent", WasSent: true);
        }
        catch (LintelException failure)
        {
            bool refused = failure.Error.Code is ErrorCode.Unavailable or ErrorCode.Busy && !_services.IsStopping;
            return new Unreached(failure.Error.ToString(), WasSent: !refused);
        }
    }

    // As with another node, a caller that gives up stops waiting; what was asked ends by itself, or by a release.
    private ValueTask<SplitReply> HereAsync(SplitRequest request, CancellationToken cancellation)
    {
        ValueTask<SplitReply> reply = _store.HandleAsync(request);
        return reply.IsCompleted || !cancellation.CanBeCanceled
            ? reply
            : new ValueTask<SplitReply>(reply.AsTask().WaitAsync(cancellation));
    }

    private static bool IsDecision(SplitRequest request) => request is CommitLocal or Decide or DivideSplit or ChangeReplicas;

    private void Remember(SplitRequest request, SplitReply reply, NodeId from)
    {
        if (reply is SplitRefusal or SplitReply.Status) return;
        if (request is SnapshotRead { FollowerAllowed: true }) return;
        _holders[request.To.Split] = from;
    }

    private void Forget(SplitId split, NodeId holder)
    {
        if (_holders.GetValueOrDefault(split) == holder) _holders.Remove(split);
    }
}
