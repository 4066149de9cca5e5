using Lintel.Splits;
using Lintel.Transactions.Gateway;

namespace Lintel.ClusterSimulation.Cluster;

/// <summary>What a simulated cluster is made of.</summary>
/// <param name="Seed">What replays it.</param>
/// <param name="Nodes">How many nodes there are; all of them hold replicas of the first split.</param>
public sealed record ClusterOptions(ulong Seed, int Nodes = 5)
{
    /// <summary>The constants of the splits.</summary>
    public SplitLimits Splits { get; init; } = SplitLimits.Default;

    /// <summary>The bounds of the gateways.</summary>
    public GatewayLimits Gateway { get; init; } = new();

    /// <summary>A bug planted at the disk: a sync that is answered and has no effect.</summary>
    public bool LosesSyncs { get; init; }

    /// <summary>A bug planted at the ordered store: the applied index is written before the data that it covers.</summary>
    public bool TearsBatches { get; init; }

    /// <summary>Whether the trace also shows every frame and disk operation.</summary>
    public bool IsDetailed { get; init; }
}
