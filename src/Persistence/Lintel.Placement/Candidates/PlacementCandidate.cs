using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;

namespace Lintel.Placement.Candidates;

/// <summary>One storage pool of one node, as placement sees it. Sizes are bytes.</summary>
/// <param name="Node">The node that contributes the pool.</param>
/// <param name="NodeName">The node's name, for explanations and for a stable order.</param>
/// <param name="PoolName">The pool's name on that node.</param>
/// <param name="Provider">The pool's provider kind, for example FILE_THIN.</param>
/// <param name="Condition">Whether the node may take new replicas.</param>
/// <param name="CapacityBytes">The pool's size.</param>
/// <param name="FreeBytes">What the pool could still take.</param>
/// <param name="ReplicaCount">Replicas placed there already.</param>
/// <param name="Properties">Auxiliary properties of the node, among them "zone"; constraints compare them.</param>
public sealed record PlacementCandidate(
    NodeId Node,
    string NodeName,
    string PoolName,
    string Provider,
    NodeCondition Condition,
    long CapacityBytes,
    long FreeBytes,
    int ReplicaCount,
    ImmutableSortedDictionary<string, string> Properties)
{
    /// <summary>"node/pool": how explanations name the candidate.</summary>
    public string Name => $"{NodeName}/{PoolName}";

    /// <summary>The value of a property, or the empty string when the node has none.</summary>
    public string Property(string key) => Properties.GetValueOrDefault(key, "");
}
