using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Tests.Model;

/// <summary>One gateway's way to the splits: a cache that goes stale, latency, loss.</summary>
internal sealed class ModelRouter(ModelCluster cluster) : ISplitRouter
{
    private const int AttemptsMax = 200;
    private readonly List<SplitDescriptor> _cache = [];

    public List<SplitRequest> Sent { get; } = [];

    public ValueTask<SplitDescriptor> FindAsync(Key key, CancellationToken cancellation = default) =>
        ValueTask.FromResult(_cache.Find(d => d.Span.Contains(key)) ?? Learn(cluster.Owner(key).Descriptor));

    public ValueTask<SplitDescriptor> FindBelowAsync(Key end, CancellationToken cancellation = default)
    {
        SplitDescriptor? known = _cache.Find(d => d.Span.Start < end && end <= d.Span.End);
        return ValueTask.FromResult(
            known ?? Learn(cluster.Splits.Last(split => split.Descriptor.Span.Start < end).Descriptor));
    }

    public void Correct(SplitAddress stale, IReadOnlyList<SplitDescriptor> now)
    {
        _cache.RemoveAll(d => d.Split == stale.Split);
        foreach (SplitDescriptor descriptor in now) Learn(descriptor);
    }

    public async ValueTask<SplitReply> SendAsync(SplitRequest request, CancellationToken cancellation = default)
    {
        Sent.Add(request);
        var answer = new TaskCompletionSource<SplitReply>(TaskCreationOptions.RunContinuationsAsynchronously);

        // The splits live on the world's context: they go on when the gateway's node dies.
        cluster.World.Context.Post(_ => _ = ServeAsync(request, answer), null);
        await using CancellationTokenRegistration registration =
            cancellation.UnsafeRegister(_ => answer.TrySetCanceled(cancellation), null);
        return await answer.Task;
    }

    private async Task ServeAsync(SplitRequest request, TaskCompletionSource<SplitReply> answer)
    {
        bool isDecision = request is CommitLocal or Decide;
        for (int attempt = 0; attempt < AttemptsMax; attempt++)
        {
            await cluster.DelayAsync(cluster.Latency());
            SplitReply? reply = cluster.Loses() ? null : await AtSplitAsync(request);
            bool isLost = reply is not null && cluster.Loses();
            if (reply is null || isLost)
            {
                await cluster.DelayAsync(TimeSpan.FromMilliseconds(20));
                if (!isDecision) continue;
                reply = new SplitRefusal.Unavailable("no answer", Ambiguous: true);
            }

            await cluster.DelayAsync(cluster.Latency());
            answer.TrySetResult(reply);
            return;
        }

        answer.TrySetResult(new SplitRefusal.Unavailable("gave up", Ambiguous: true));
    }

    private async Task<SplitReply?> AtSplitAsync(SplitRequest request) =>
        cluster.Find(request.To.Split) is { } split ? await split.HandleAsync(request) : new SplitRefusal.SplitMoved([]);

    private SplitDescriptor Learn(SplitDescriptor descriptor)
    {
        _cache.RemoveAll(d => d.Span.Overlaps(descriptor.Span));
        _cache.Add(descriptor);
        return descriptor;
    }
}
