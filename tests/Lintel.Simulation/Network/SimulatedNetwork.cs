using Lintel.Environment.Network;
using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Nodes;

namespace Lintel.Simulation.Network;

/// <summary>One incarnation's end of the <see cref="NetworkFabric"/>.</summary>
public sealed class SimulatedNetwork : INetwork
{
    private readonly NetworkFabric _fabric;
    private readonly Incarnation _owner;

    internal SimulatedNetwork(NetworkFabric fabric, Incarnation owner)
    {
        _fabric = fabric;
        _owner = owner;
    }

    /// <inheritdoc/>
    public NodeId Self => _owner.Node.Id;

    /// <inheritdoc/>
    public bool TrySend(NodeId to, NetworkLane lane, ReadOnlyMemory<byte> frame)
    {
        _owner.World.RequireInside();
        return _owner.IsAlive && _fabric.TrySend(Self, to, lane, frame);
    }

    /// <inheritdoc/>
    public void Receive(Action<NodeId, ReadOnlyMemory<byte>> onFrame)
    {
        if (_owner.OnFrame is not null) throw new InvalidOperationException("the receiver is set once");
        _owner.OnFrame = onFrame;
    }
}
