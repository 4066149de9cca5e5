using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;

namespace Lintel.Placement.Constraints;

/// <summary>
/// What is to be placed. Property names in <see cref="ReplicasOnDifferent"/> and <see cref="ReplicasOnSame"/> compare
/// <see cref="Candidates.PlacementCandidate.Properties"/>; two replicas never share a node, whatever is asked.
/// </summary>
public sealed record PlacementRequest
{
    /// <summary>How many replicas in all, those in <see cref="Existing"/> included. At least one.</summary>
    public required int ReplicaCount { get; init; }

    /// <summary>Bytes each replica needs now.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Only pools of these names; empty means any.</summary>
    public ImmutableArray<string> StoragePools { get; init; } = [];

    /// <summary>Only pools of these provider kinds; empty means any.</summary>
    public ImmutableArray<string> Providers { get; init; } = [];

    /// <summary>No two replicas may share a value of any of these properties.</summary>
    public ImmutableArray<string> ReplicasOnDifferent { get; init; } = [];

    /// <summary>All replicas must share one value of each of these properties.</summary>
    public ImmutableArray<string> ReplicasOnSame { get; init; } = [];

    /// <summary>Nodes that must not take a replica: those that hold what this must stay away from.</summary>
    public ImmutableSortedSet<NodeId> AvoidNodes { get; init; } = [];

    /// <summary>Nodes that hold a replica already and keep it.</summary>
    public ImmutableSortedSet<NodeId> Existing { get; init; } = [];

    /// <summary>What the scores count for.</summary>
    public Scoring.PlacementWeights Weights { get; init; } = Scoring.PlacementWeights.Default;
}
