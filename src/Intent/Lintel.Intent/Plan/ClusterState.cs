using System.Collections.Immutable;
using Lintel.Placement.Candidates;
using Lintel.Primitives.Identifiers;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Nodes;
using Lintel.Storage.Pools;

namespace Lintel.Intent.Plan;

/// <summary>What the cluster is at one timestamp: the control rows, and what the nodes last reported.</summary>
/// <param name="Nodes">Every node.</param>
/// <param name="Pools">Every storage pool of every node.</param>
/// <param name="Groups">Every resource group.</param>
/// <param name="Databases">Every database's placement.</param>
/// <param name="Observations">What was last seen of each pool, by its name in the table; a pool without one is unknown.</param>
public sealed record ClusterState(
    ImmutableArray<NodeRecord> Nodes,
    ImmutableArray<StoragePoolRecord> Pools,
    ImmutableArray<ResourceGroupRecord> Groups,
    ImmutableArray<DatabasePlacement> Databases,
    ImmutableSortedDictionary<string, PoolObservation> Observations)
{
    /// <summary>A cluster without anything.</summary>
    public static ClusterState Empty { get; } =
        new([], [], [], [], ImmutableSortedDictionary<string, PoolObservation>.Empty);

    /// <summary>The pools as placement sees them.</summary>
    public IEnumerable<PlacementCandidate> Candidates()
    {
        foreach (StoragePoolRecord pool in Pools)
        {
            NodeRecord? node = Nodes.FirstOrDefault(node => string.Equals(node.Name, pool.Node, StringComparison.Ordinal));
            if (node is null) continue;
            PoolObservation seen = Observations.GetValueOrDefault(
                StoragePoolRecord.NameOf(pool.Node, pool.Name), PoolObservation.Unseen);
            long capacity = Math.Min(pool.CapacityBytes ?? long.MaxValue, seen.CapacityBytes);
            long free = Math.Clamp(seen.FreeBytes - (seen.CapacityBytes - capacity), 0, capacity);
            yield return new PlacementCandidate(
                node.Id, node.Name, pool.Name, pool.Provider, ConditionOf(node, seen), capacity, free, seen.ReplicaCount,
                node.Properties);
        }
    }

    /// <summary>The node of that id; null when it is unknown.</summary>
    public NodeRecord? NodeOf(NodeId id) => Nodes.FirstOrDefault(node => node.Id == id);

    private static NodeCondition ConditionOf(NodeRecord node, PoolObservation seen) =>
        node.State == NodeState.Draining ? NodeCondition.Draining
        : seen.IsOnline ? NodeCondition.Online : NodeCondition.Offline;
}

/// <summary>What was last seen of one pool.</summary>
/// <param name="IsOnline">Whether its node is heard from.</param>
/// <param name="CapacityBytes">Size of what backs it.</param>
/// <param name="FreeBytes">What is free there.</param>
/// <param name="ReplicaCount">Replicas in it.</param>
public sealed record PoolObservation(bool IsOnline, long CapacityBytes, long FreeBytes, int ReplicaCount)
{
    /// <summary>Never heard of.</summary>
    public static PoolObservation Unseen { get; } = new(IsOnline: false, 0, 0, 0);
}
