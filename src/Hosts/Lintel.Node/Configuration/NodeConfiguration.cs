using System.Collections.Immutable;
using System.Net;
using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Store.Rocks;

namespace Lintel.Node.Configuration;

/// <summary>Everything a node is told before it starts. What the cluster decides by itself is not in it.</summary>
public sealed record NodeConfiguration
{
    /// <summary>The node's name: unique in the cluster, and its for ever.</summary>
    public required string Name { get; init; }

    /// <summary>Auxiliary properties; "zone" is the failure domain.</summary>
    public ImmutableSortedDictionary<string, string> Properties { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where the node keeps its store. No other node may use it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where the node listens, and under which addresses others reach it.</summary>
    public required NodeAddresses Addresses { get; init; }

    /// <summary>The first start of the cluster; null for a node that joins one.</summary>
    public ClusterStart? Start { get; init; }

    /// <summary>HTTP addresses of nodes to ask when this node belongs to no cluster yet; any one that answers is enough.</summary>
    public ImmutableArray<NodeAddress> Join { get; init; } = [];

    /// <summary>Where the cluster's time comes from.</summary>
    public ClockConfiguration Clock { get; init; } = new();

    /// <summary>Bounds of memory.</summary>
    public NodeLimits Limits { get; init; } = new();

    /// <summary>The SQL door.</summary>
    public SqlDoorConfiguration Sql { get; init; } = new();
}

/// <summary>Where a node listens, and what it tells others.</summary>
/// <param name="Peer">For the other nodes.</param>
/// <param name="Sql">For PostgreSQL clients; null for no SQL door.</param>
/// <param name="Http">For status, metrics and joining nodes; null for none.</param>
public sealed record NodeAddresses(ListeningAddress Peer, ListeningAddress? Sql, ListeningAddress? Http);

/// <summary>An address to listen on, and the one that others are to use.</summary>
public sealed record ListeningAddress(IPEndPoint Listen, NodeAddress Advertised);

/// <summary>How the cluster began: the same on all nodes named, and never changed afterwards.</summary>
/// <param name="Cluster">The cluster's id, drawn by its operator.</param>
/// <param name="Nodes">The first nodes, in order: the first is node 1. An odd number survives the loss of a minority.</param>
public sealed record ClusterStart(ClusterId Cluster, ImmutableArray<FirstNode> Nodes)
{
    /// <summary>The id of a node of that name; none when it is not among the first.</summary>
    public NodeId IdOf(string name)
    {
        for (int i = 0; i < Nodes.Length; i++)
            if (string.Equals(Nodes[i].Name, name, StringComparison.Ordinal)) return new NodeId((ulong)i + 1);
        return NodeId.None;
    }
}

/// <summary>One of the first nodes.</summary>
public sealed record FirstNode(string Name, NodeAddress Peer);

/// <summary>Where the cluster's time comes from.</summary>
public sealed record ClockConfiguration
{
    /// <summary>The source.</summary>
    public ClockSource Source { get; init; } = ClockSource.OneHost;

    /// <summary>Half the width of the interval beyond which the node does not trust its clock.</summary>
    public TimeSpan UncertaintyMax { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>With <see cref="ClockSource.OneHost"/>: a directory that all nodes of the host share.</summary>
    public string AnchorDirectory { get; init; } = Path.Combine(Path.GetTempPath(), "lintel-clock");
}

/// <summary>Sources of the cluster's time. All nodes must use the same.</summary>
public enum ClockSource
{
    /// <summary>All nodes run on one host and share its monotonic clock.</summary>
    OneHost,

    /// <summary>The hosts' clocks, disciplined by NTP or PTP, with the kernel's bound.</summary>
    Kernel,

    /// <summary>The cluster elects one of its nodes as source; the others poll it.</summary>
    Cluster,
}

/// <summary>Bounds of memory of one node.</summary>
public sealed record NodeLimits
{
    /// <summary>The ordered store.</summary>
    public RocksLimits Rocks { get; init; } = new();

    /// <summary>Entries of the Raft log kept in memory, in bytes.</summary>
    public long RaftLogMemoryBytes { get; init; } = 16L << 20;

    /// <summary>Set aside for the day the disk is full, in bytes; zero for none.</summary>
    public long BallastBytes { get; init; } = 16L << 20;
}

/// <summary>How the SQL door lets clients in.</summary>
public sealed record SqlDoorConfiguration
{
    /// <summary>Clients on this machine come in without a password. For trying things out only.</summary>
    public bool TrustLoopback { get; init; }

    /// <summary>The first superuser, made when the cluster has none of that name.</summary>
    public string Superuser { get; init; } = "admin";

    /// <summary>Its first password; null for none, and then it comes in only over a trusted loopback.</summary>
    public string? SuperuserPassword { get; init; }
}
