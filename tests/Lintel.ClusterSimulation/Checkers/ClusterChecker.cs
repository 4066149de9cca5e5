using System.Globalization;
using System.Text;
using Lintel.ClusterSimulation.Cluster;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Replica;

namespace Lintel.ClusterSimulation.Checkers;

/// <summary>
/// The invariants of the cluster that can be seen from outside at any moment: I1 a committed entry is never lost or
/// changed, I2 one leader per term, I3 leases are disjoint, I8 replicas at the same applied index are equal. I1 and I8
/// show in the rolling checksum over everything applied: a replica that applied something else at any index, now or
/// after a restart, has another checksum from there on.
/// </summary>
public sealed class ClusterChecker(SimulatedCluster cluster)
{
    // A run has a hundred thousand events or two: more than this is a storm, not progress.
    private const long EventsMax = 4_000_000;
    private readonly Dictionary<(SplitId Split, ulong Term), NodeId> _leaders = [];
    private readonly Dictionary<(SplitId Split, ulong Applied), (ulong Term, ulong Checksum, NodeId Node)> _applied = [];
    private readonly Dictionary<(SplitId Split, NodeId Node), ulong> _seen = [];
    private readonly SortedDictionary<SplitId, NodeId> _holders = [];

    /// <summary>Whether leases are looked at. Not under a lying clock, which may break them.</summary>
    public bool ChecksLeases { get; set; } = true;

    /// <summary>Looks at the cluster: what is wrong, or null. Every few events is enough: what it looks for stays.</summary>
    public string? Inspect()
    {
        if (cluster.World.EventCount % 4 != 0) return null;
        if (cluster.World.EventCount > EventsMax) return $"an event storm: {EventsMax} events";
        _holders.Clear();
        foreach (ClusterNode node in cluster.Nodes)
        {
            if (node.Store is not { Failure: null } store || node.Machine.State != NodeState.Up) continue;
            foreach (SplitReplica replica in store.Replicas)
            {
                if (Inspect(node.Machine.Id, replica) is { } wrong) return wrong;
            }
        }

        return null;
    }

    /// <summary>Whether all replicas of all splits have applied the same and nothing is pending; if not, an example.</summary>
    public string? Unsettled()
    {
        var newest = new SortedDictionary<SplitId, SplitState>();
        foreach ((_, SplitState state) in States())
        {
            if (!newest.TryGetValue(state.Descriptor.Split, out SplitState? known) || known.Applied < state.Applied)
                newest[state.Descriptor.Split] = state;
        }

        foreach (ClusterNode node in cluster.Nodes)
        {
            if (node.Store is null) return $"{node.Machine.Id} is not there";
            foreach (SplitReplica replica in node.Store.Replicas)
            {
                if (Unsettled(node.Machine.Id, replica, newest[replica.Split]) is { } why) return why;
            }
        }

        return null;
    }

    /// <summary>How the replicas of every split are, for people.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (ClusterNode node in cluster.Nodes)
        {
            foreach (SplitReplica replica in node.Store?.Replicas ?? [])
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"{node.Machine.Id} {replica.Split} {replica.Descriptor.Span}: {replica.Peer.Role} in term {replica.Peer.Term}, log to {replica.Peer.LastIndex}, applied {replica.Machine.State.Applied}, {(replica.Peer.IsQuiesced ? "asleep" : "awake")}, {replica.Machine.Pending.Count} pending");
                foreach (NodeId member in replica.Peer.Configuration.Members)
                {
                    if (replica.Peer.ProgressOf(member) is { } progress)
                        text.AppendLine(CultureInfo.InvariantCulture, $"    {member}: {progress.State}, match {progress.Match}, next {progress.Next}");
                }
            }
        }

        return text.ToString();
    }

    private IEnumerable<(NodeId Node, SplitState State)> States()
    {
        foreach (ClusterNode node in cluster.Nodes)
        {
            foreach (SplitReplica replica in node.Store?.Replicas ?? []) yield return (node.Machine.Id, replica.Machine.State);
        }
    }

    // A replica that was moved away and has not heard of it yet is nobody's.
    private static string? Unsettled(NodeId node, SplitReplica replica, SplitState newest)
    {
        SplitState state = replica.Machine.State;
        if (!newest.Descriptor.IsOn(node)) return null;
        if (state.Applied != newest.Applied) return $"{replica.Split} is at {state.Applied} on {node} and at {newest.Applied} elsewhere";
        if (state.Checksum != newest.Checksum) return $"I8: {replica.Split} differs on {node}";
        return replica.Machine.Pending.Count > 0 ? $"{replica.Split} has pending transactions" : null;
    }

    private string? Inspect(NodeId node, SplitReplica replica)
    {
        SplitId split = replica.Split;
        if (replica.Peer.Role == Role.Leader)
        {
            ulong term = replica.Peer.Term.Value;
            if (!_leaders.TryAdd((split, term), node) && _leaders[(split, term)] != node)
                return $"I2: {node} and {_leaders[(split, term)]} both led {split} in term {term}";
        }

        if (ChecksLeases && replica.Leading is { HoldsLease: true } && !_holders.TryAdd(split, node))
            return $"I3: {node} and {_holders[split]} both hold the lease of {split}";
        SplitState state = replica.Machine.State;
        ulong applied = state.Applied.Value;
        if (_seen.GetValueOrDefault((split, node)) == applied) return null;
        _seen[(split, node)] = applied;
        var mark = (state.AppliedTerm.Value, state.Checksum, node);
        if (_applied.TryAdd((split, applied), mark)) return null;
        var (knownTerm, knownChecksum, knownNode) = _applied[(split, applied)];
        return knownTerm == mark.Item1 && knownChecksum == mark.Checksum
            ? null
            : $"I1, I8: {split} at index {applied}: term {mark.Item1} checksum {mark.Checksum:x} at {node}, "
                + $"term {knownTerm} checksum {knownChecksum:x} at {knownNode}";
    }
}
