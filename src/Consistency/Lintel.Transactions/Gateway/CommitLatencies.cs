using System.Diagnostics.Metrics;
using Lintel.Primitives.Identifiers;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// How long the commits of one gateway took, commit wait included: the last ones exactly, all of them in the meter
/// <c>Lintel.Transactions</c>. Safe to use from any thread.
/// </summary>
public sealed class CommitLatencies : IDisposable
{
    // 4096 durations of 8 bytes: a few seconds of a busy node, an afternoon of an idle one.
    private const int RecentMax = 4_096;
    private readonly long[] _recent = new long[RecentMax];
    private readonly Meter _meter = new("Lintel.Transactions");
    private readonly Histogram<double> _histogram;
    private readonly KeyValuePair<string, object?> _node;
    private long _count;

    internal CommitLatencies(NodeId self)
    {
        _node = new KeyValuePair<string, object?>("node", self.ToString());
        _histogram = _meter.CreateHistogram<double>("lintel.commit.duration", "s", "Commits with writes, commit wait included");
    }

    /// <summary>Commits with writes since the gateway was opened.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The shortest duration that a share (0 to 1) of the recent commits did not exceed; zero when there was none.</summary>
    public TimeSpan Quantile(double share)
    {
        int filled = (int)Math.Min(Count, RecentMax);
        if (filled == 0) return TimeSpan.Zero;
        var sorted = new long[filled];
        for (int i = 0; i < filled; i++) sorted[i] = Volatile.Read(ref _recent[i]);
        Array.Sort(sorted);
        return TimeSpan.FromTicks(sorted[Math.Clamp((int)Math.Ceiling(share * filled) - 1, 0, filled - 1)]);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void Record(TimeSpan took)
    {
        long nth = Interlocked.Increment(ref _count) - 1;
        Volatile.Write(ref _recent[nth % RecentMax], took.Ticks);
        _histogram.Record(took.TotalSeconds, _node);
    }
}
