using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Scheduling;

namespace Lintel.Simulation.Nodes;

/// <summary>
/// One life of a node, from start to crash. Everything scheduled carries its incarnation; once that is dead, nothing of
/// it runs any more, whatever tasks and timers it left behind.
/// </summary>
internal sealed class Incarnation
{
    private readonly List<Scheduled> _deferred = [];
    private readonly List<Action> _onDeath = [];

    public Incarnation(SimulatedNode node, int number, World world)
    {
        Node = node;
        Number = number;
        World = world;
        Context = new WorldContext(world, this);
    }

    public SimulatedNode Node { get; }

    public int Number { get; }

    public World World { get; }

    public WorldContext Context { get; }

    /// <summary>Who receives frames; set once by the software.</summary>
    public Action<NodeId, ReadOnlyMemory<byte>>? OnFrame { get; set; }

    public bool IsAlive { get; private set; } = true;

    public bool IsPaused { get; set; }

    /// <summary>Keeps an item for later while the node is paused.</summary>
    public bool Defers(Scheduled item)
    {
        if (IsPaused) _deferred.Add(item);
        return IsPaused;
    }

    public IReadOnlyList<Scheduled> TakeDeferred()
    {
        Scheduled[] items = [.. _deferred];
        _deferred.Clear();
        return items;
    }

    /// <summary>Registers what is told when the incarnation dies.</summary>
    public void OnDeath(Action action) => _onDeath.Add(action);

    public void Forget(Action action) => _onDeath.Remove(action);

    public void Die()
    {
        IsAlive = false;
        _deferred.Clear();
        foreach (Action action in _onDeath.ToArray()) action();
        _onDeath.Clear();
    }
}
