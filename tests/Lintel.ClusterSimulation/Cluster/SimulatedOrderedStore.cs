using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Simulation;
using Lintel.Splits.Replica;
using Lintel.Splits.Store;

namespace Lintel.ClusterSimulation.Cluster;

/// <summary>
/// The ordered store of a simulated node: in memory, its flush takes time, and a crash leaves the last flush or a later
/// batch boundary. Can be made to tear batches: the replicas' states (and in them the applied index) are then written
/// before the rest of their batch, which is the bug that <see cref="ClusterOptions.TearsBatches"/> plants.
/// </summary>
public sealed class SimulatedOrderedStore : IOrderedStore
{
    private readonly World _world;
    private readonly NodeId _node;
    private readonly bool _tears;
    private readonly MemoryOrderedStore _memory;

    /// <summary>An empty store.</summary>
    public SimulatedOrderedStore(World world, NodeId node, bool tears)
    {
        Prng random = world.RandomFor($"flushes {node}");
        _memory = new MemoryOrderedStore(async cancellation => await Task.Delay(
            random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(30)), world.Time, cancellation));
        (_world, _node, _tears) = (world, node, tears);
    }

    private SimulatedOrderedStore(SimulatedOrderedStore before, MemoryOrderedStore memory)
    {
        (_world, _node, _tears, _memory) = (before._world, before._node, before._tears, memory);
    }

    /// <inheritdoc/>
    public byte[]? Get(ReadOnlySpan<byte> key) => _memory.Get(key);

    /// <inheritdoc/>
    public IOrderedView View() => _memory.View();

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellation = default) => _memory.FlushAsync(cancellation);

    /// <inheritdoc/>
    public void Write(OrderedBatch batch)
    {
        if (!_tears)
        {
            _memory.Write(batch);
            return;
        }

        var states = new OrderedBatch();
        var rest = new OrderedBatch();
        foreach (OrderedChange change in batch.Changes)
            Add(change.Key.Span[0] == LocalKeys.StatePrefix ? states : rest, change);
        _memory.Write(states);
        _memory.Write(rest);
    }

    private static void Add(OrderedBatch batch, in OrderedChange change)
    {
        switch (change.Kind)
        {
            case OrderedChangeKind.Put: batch.Put(change.Key, change.Value); break;
            case OrderedChangeKind.Delete: batch.Delete(change.Key); break;
            case OrderedChangeKind.DeleteSpan: batch.DeleteSpan(change.Key, change.Value); break;
        }
    }

    /// <summary>A store as a crash now would leave it.</summary>
    public SimulatedOrderedStore CrashCopy() =>
        new(this, _memory.CrashCopy(_world.RandomFor($"ordered store {_node} at {_world.EventCount}")));

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
