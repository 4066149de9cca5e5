using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Routing;

/// <summary>The order in which one request tries the replicas of a split: whoever is preferred, then one after another.</summary>
internal sealed class RoutingRound
{
    private readonly List<NodeId> _nodes = [];
    private NodeId _preferred;
    private int _next;

    public RoutingRound(IReadOnlyList<SplitReplicaPlace> replicas, NodeId holder)
    {
        foreach (SplitReplicaPlace replica in replicas) _nodes.Add(replica.Node);
        _preferred = holder;
    }

    /// <summary>Nodes to try.</summary>
    public int Count => _nodes.Count;

    /// <summary>Whether somebody is to be tried at once, who is not known to be silent.</summary>
    public bool HasPreferred(Func<NodeId, bool> isSilent) => !_preferred.IsNone && !isSilent(_preferred);

    /// <summary>Whether a node is known to hold a replica.</summary>
    public bool Has(NodeId node) => _nodes.Contains(node);

    /// <summary>Tries this node next; it may be new to the replicas.</summary>
    public void Prefer(NodeId node)
    {
        if (!_nodes.Contains(node)) _nodes.Add(node);
        _preferred = node;
    }

    /// <summary>The node to try now; silent ones come last. None when there are no replicas at all.</summary>
    public NodeId Next(Func<NodeId, bool> isSilent)
    {
        NodeId preferred = _preferred;
        _preferred = NodeId.None;
        if (!preferred.IsNone && !isSilent(preferred)) return preferred;
        for (int i = 0; i < _nodes.Count; i++)
        {
            NodeId node = _nodes[_next++ % _nodes.Count];
            if (!isSilent(node)) return node;
        }

        return _nodes.Count == 0 ? NodeId.None : _nodes[_next++ % _nodes.Count];
    }
}

/// <summary>What a router says to itself of a node that gave no answer; never leaves it.</summary>
/// <param name="Why">For people.</param>
/// <param name="WasSent">Whether the request may have reached the node.</param>
internal sealed record Unreached(string Why, bool WasSent) : Requests.SplitReply;
