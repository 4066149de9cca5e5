using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Lease;

/// <summary>
/// Which nodes have fallen silent. Every node asks for support a few times a second, so one that has not been heard for
/// as long as a support lasts is down, paused or cut off: calls to it need not be waited out. The same goes for calls to
/// an earlier life of a node that has started anew.
/// </summary>
public sealed class NodeLiveness(TimeProvider time, TimeSpan silence) : IDisposable
{
    private readonly SortedDictionary<NodeId, Peer> _peers = [];

    /// <summary>A word of a node arrived, from a life of it if it says which (else zero).</summary>
    public void Heard(NodeId node, ulong incarnation)
    {
        if (!_peers.TryGetValue(node, out Peer? peer)) _peers.Add(node, peer = new Peer());
        peer.LastHeard = time.GetTimestamp();
        if (incarnation > peer.Incarnation)
        {
            if (peer.Incarnation != 0) peer.Silent.Cancel();
            peer.Incarnation = incarnation;
        }

        if (!peer.Silent.IsCancellationRequested) return;
        peer.Silent.Dispose();
        peer.Silent = new CancellationTokenSource();
    }

    /// <summary>Cancelled when the node falls silent. A node never heard of is not suspected.</summary>
    public CancellationToken Silence(NodeId node) =>
        _peers.TryGetValue(node, out Peer? peer) ? peer.Silent.Token : CancellationToken.None;

    /// <summary>Whether the node was heard and has fallen silent.</summary>
    public bool IsSilent(NodeId node) => _peers.TryGetValue(node, out Peer? peer) && peer.Silent.IsCancellationRequested;

    /// <summary>
    /// Keeps suspecting only these nodes: with the others no heartbeat is exchanged (any more), so their silence says nothing.
    /// </summary>
    public void Retain(IReadOnlyCollection<NodeId> exchanged)
    {
        List<NodeId>? gone = null;
        foreach (NodeId node in _peers.Keys)
        {
            if (!exchanged.Contains(node)) (gone ??= []).Add(node);
        }

        if (gone is null) return;
        foreach (NodeId node in gone)
        {
            _peers[node].Silent.Dispose();
            _peers.Remove(node);
        }
    }

    /// <summary>Looks for nodes that have fallen silent.</summary>
    public void Check()
    {
        foreach (Peer peer in _peers.Values)
        {
            if (!peer.Silent.IsCancellationRequested && time.GetElapsedTime(peer.LastHeard) > silence) peer.Silent.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Peer peer in _peers.Values) peer.Silent.Dispose();
        _peers.Clear();
    }

    private sealed class Peer
    {
        public long LastHeard { get; set; }

        public ulong Incarnation { get; set; }

        public CancellationTokenSource Silent { get; set; } = new();
    }
}
