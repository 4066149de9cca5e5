namespace Lintel.Doors.Console.Codec;

/// <summary>The cluster, as one node sees it: what `lintel status` shows.</summary>
/// <param name="Cluster">The cluster's id.</param>
/// <param name="AskedNode">The node that answered, by name.</param>
/// <param name="Nodes">All nodes, by id.</param>
/// <param name="Splits">All splits, in key order.</param>
/// <param name="Clock">The asked node's clock.</param>
/// <param name="Commits">Commits through the asked node.</param>
public sealed record ClusterStatus(
    Guid Cluster,
    string AskedNode,
    IReadOnlyList<NodeLine> Nodes,
    IReadOnlyList<SplitLine> Splits,
    ClockLine Clock,
    CommitLine Commits);

/// <summary>A node.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Zone">Its failure domain.</param>
/// <param name="State">Active or Draining.</param>
/// <param name="Reachable">Whether the asked node hears it.</param>
/// <param name="PeerAddress">For other nodes.</param>
/// <param name="SqlAddress">For SQL clients.</param>
/// <param name="HttpAddress">For status and metrics.</param>
/// <param name="Replicas">Replicas on it.</param>
/// <param name="Leases">Splits whose lease it holds.</param>
public sealed record NodeLine(
    ulong Id, string Name, string Zone, string State, bool Reachable, string PeerAddress, string SqlAddress, string HttpAddress,
    int Replicas, int Leases);

/// <summary>A split.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Start">Where its keys begin.</param>
/// <param name="End">Where they end.</param>
/// <param name="Leaseholder">Who holds its lease, by name; empty when nobody is known to.</param>
/// <param name="Bytes">Approximate size of its data; zero when its leaseholder does not answer.</param>
/// <param name="Replicas">Its replicas.</param>
public sealed record SplitLine(
    ulong Id, string Start, string End, string Leaseholder, long Bytes, IReadOnlyList<ReplicaLine> Replicas);

/// <summary>A replica of a split.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Role">Voter or Learner.</param>
/// <param name="InSync">Whether it has what the leaseholder has, as far as that knows.</param>
public sealed record ReplicaLine(string Node, string Role, bool InSync);

/// <summary>A node's clock.</summary>
/// <param name="Source">Where its time comes from.</param>
/// <param name="Bounded">Whether its bound can be trusted.</param>
/// <param name="UncertaintyMicroseconds">Half the width of its interval.</param>
public sealed record ClockLine(string Source, bool Bounded, double UncertaintyMicroseconds);

/// <summary>Recent commits through a node.</summary>
/// <param name="Count">Commits since the node started.</param>
/// <param name="LatencyMsP50">Half of the recent ones took no longer, in milliseconds.</param>
/// <param name="LatencyMsP99">99 of 100 of the recent ones took no longer, in milliseconds.</param>
public sealed record CommitLine(long Count, double LatencyMsP50, double LatencyMsP99);
