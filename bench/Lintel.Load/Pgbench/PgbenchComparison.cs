using Lintel.Load.Servers;

namespace Lintel.Load.Pgbench;

/// <summary>
/// The same scripts against two servers, one after the other for each script and number of clients, so that both see
/// the same machine in the same minute.
/// </summary>
internal sealed class PgbenchComparison(PgbenchRunner runner, string mode, int seconds)
{
    /// <summary>Runs all of it. <paramref name="onPair"/> sees each pair as it is measured.</summary>
    public async Task<IReadOnlyList<PgbenchPair>> RunAsync(
        IBenchServer lintel, IBenchServer peer, IEnumerable<PgbenchScript> scripts, IReadOnlyList<int> clients, Action<PgbenchPair> onPair)
    {
        var pairs = new List<PgbenchPair>();
        foreach (PgbenchScript script in scripts)
        {
            foreach (int count in clients)
            {
                PgbenchFigures theirs = await runner.RunAsync(peer, script, mode, count, seconds);
                PgbenchFigures ours = await runner.RunAsync(lintel, script, mode, count, seconds);
                var pair = new PgbenchPair(ours, theirs);
                pairs.Add(pair);
                onPair(pair);
            }
        }

        return pairs;
    }
}

/// <summary>Two runs of one script with one number of clients.</summary>
internal sealed record PgbenchPair(PgbenchFigures Lintel, PgbenchFigures Peer)
{
    /// <summary>Throughput of Lintel as a multiple of the peer's.</summary>
    public double ThroughputRatio => Lintel.TransactionsPerSecond / Peer.TransactionsPerSecond;

    /// <summary>Median latency of Lintel as a multiple of the peer's.</summary>
    public double LatencyRatio => Lintel.MedianMs / Peer.MedianMs;
}
