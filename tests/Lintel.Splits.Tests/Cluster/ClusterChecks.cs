using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Replica;

namespace Lintel.Splits.Tests.Cluster;

/// <summary>
/// What must hold at every instant, whatever a test does: leases of a split are disjoint (I3), replicas that applied the
/// same entries have the same checksum (I8), the index applied never falls in one life, and no node failed.
/// </summary>
internal sealed class ClusterChecks(SplitCluster cluster)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(2);
    private readonly Dictionary<(SplitId Split, ulong Applied), (ulong Checksum, NodeId By)> _checksums = [];
    private readonly SortedDictionary<SplitId, NodeId> _holders = [];
    private TimeSpan _next;

    /// <summary>Lease intervals seen to begin.</summary>
    public int Holders { get; private set; }

    public string? Inspect()
    {
        if (cluster.World.Elapsed < _next) return null;
        _next = cluster.World.Elapsed + Every;
        _holders.Clear();
        foreach (ClusterNode node in cluster.Nodes)
        {
            if (node.Failures.Count > 0) return $"{node.Machine.Id} failed: {node.Failures[0]}";
            if (node.Machine.State == NodeState.Down || node.Store is null) continue;
            foreach (SplitReplica replica in node.Store.Replicas)
            {
                if (Inspect(node, replica) is { } violation) return violation;
            }
        }

        return null;
    }

    private string? Inspect(ClusterNode node, SplitReplica replica)
    {
        SplitState state = replica.Machine.State;
        if (replica.Leading is { HoldsLease: true })
        {
            if (_holders.TryGetValue(replica.Split, out NodeId other))
                return $"I3: {other} and {node.Machine.Id} both hold the lease of {replica.Split}";
            _holders[replica.Split] = node.Machine.Id;
            Holders++;
        }

        if (state.Applied.Value == 0) return null;
        var at = (replica.Split, state.Applied.Value);
        if (!_checksums.TryGetValue(at, out (ulong Checksum, NodeId By) known))
            _checksums[at] = (state.Checksum, node.Machine.Id);
        else if (known.Checksum != state.Checksum)
            return $"I8: {replica.Split} at {state.Applied} differs between {known.By} and {node.Machine.Id}";
        return null;
    }
}
