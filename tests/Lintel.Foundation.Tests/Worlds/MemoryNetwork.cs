using Lintel.Environment.Network;
using Lintel.Primitives.Identifiers;

namespace Lintel.Foundation.Tests.Worlds;

/// <summary>Networks that hand frames to each other through one context; a filter may drop a frame or repeat it.</summary>
internal sealed class MemoryNetwork(PumpedContext context)
{
    private readonly SortedDictionary<NodeId, Port> _ports = [];

    /// <summary>How often a frame is delivered: 0 drops it.</summary>
    public Func<NodeId, NodeId, NetworkLane, int> Copies { get; set; } = (_, _, _) => 1;

    public List<(NodeId From, NodeId To, NetworkLane Lane, byte[] Frame)> Sent { get; } = [];

    public INetwork Join(NodeId node) => _ports[node] = new Port(this, node);

    public void Lose(NodeId at, NodeId peer, NetworkLane lane) => context.Post(_ => _ports[at].OnLost?.Invoke(peer, lane), null);

    public void Deliver(NodeId from, NodeId to, byte[] frame) => context.Post(_ => _ports[to].OnFrame?.Invoke(from, frame), null);

    private sealed class Port(MemoryNetwork wire, NodeId self) : INetwork
    {
        public Action<NodeId, ReadOnlyMemory<byte>>? OnFrame { get; private set; }

        public Action<NodeId, NetworkLane>? OnLost { get; private set; }

        public NodeId Self => self;

        public bool TrySend(NodeId to, NetworkLane lane, ReadOnlyMemory<byte> frame)
        {
            if (!wire._ports.ContainsKey(to)) return false;
            wire.Sent.Add((self, to, lane, frame.ToArray()));
            for (int i = wire.Copies(self, to, lane); i > 0; i--) wire.Deliver(self, to, frame.ToArray());
            return true;
        }

        public void Receive(Action<NodeId, ReadOnlyMemory<byte>> onFrame) => OnFrame = onFrame;

        public void WhenLost(Action<NodeId, NetworkLane> onLost) => OnLost = onLost;
    }
}
