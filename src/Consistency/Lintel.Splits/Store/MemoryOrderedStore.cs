using System.Collections.Immutable;
using Lintel.Primitives.Random;

namespace Lintel.Splits.Store;

/// <summary>
/// An <see cref="IOrderedStore"/> in memory: an immutable sorted set that each batch replaces, so a view costs nothing
/// and never changes. For simulation and tests. <see cref="CrashCopy"/> gives what a crash would leave: the state of the
/// last flush, or of some later batch boundary.
/// </summary>
/// <param name="flushDelay">What a flush waits for, so that a crash can come first; nothing by default.</param>
public sealed class MemoryOrderedStore(Func<CancellationToken, ValueTask>? flushDelay = null) : IOrderedStore
{
    // Boundaries beyond this many are forgotten, oldest first: a crash may fall back to any boundary, not to every one.
    private const int BoundariesKept = 256;
    private readonly Queue<Boundary> _unflushed = new();
    private Boundary _flushed = new(0, MemoryOrderedView.EmptySet);
    private volatile Boundary _now = new(0, MemoryOrderedView.EmptySet);

    /// <summary>Number of keys.</summary>
    public int Count => _now.Entries.Count;

    /// <summary>Batches written since the store was new.</summary>
    public long BatchesWritten => _now.Sequence;

    /// <summary>The last batch that a crash cannot take away.</summary>
    public long BatchesFlushed => _flushed.Sequence;

    /// <inheritdoc/>
    public byte[]? Get(ReadOnlySpan<byte> key) => MemoryOrderedView.Find(_now.Entries, key);

    /// <inheritdoc/>
    public void Write(OrderedBatch batch)
    {
        ImmutableSortedSet<MemoryOrderedEntry>.Builder entries = _now.Entries.ToBuilder();
        foreach (OrderedChange change in batch.Changes) Apply(entries, change);
        _now = new Boundary(_now.Sequence + 1, entries.ToImmutable());
        _unflushed.Enqueue(_now);
        if (_unflushed.Count > BoundariesKept) _unflushed.Dequeue();
    }

    /// <inheritdoc/>
    public IOrderedView View() => new MemoryOrderedView(_now.Entries);

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellation = default)
    {
        Boundary covered = _now;
        if (flushDelay is not null) await flushDelay(cancellation);
        if (covered.Sequence < _flushed.Sequence) return;
        _flushed = covered;
        while (_unflushed.TryPeek(out Boundary? oldest) && oldest.Sequence <= covered.Sequence) _unflushed.Dequeue();
    }

    /// <summary>A store as a crash now would leave it: cut back to the last flush or a batch boundary after it.</summary>
    public MemoryOrderedStore CrashCopy(Prng random)
    {
        int kept = random.Next(_unflushed.Count + 1);
        Boundary survivor = kept == 0 ? _flushed : _unflushed.ElementAt(kept - 1);
        return new MemoryOrderedStore(flushDelay) { _now = survivor, _flushed = survivor };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Memory only; the collector takes it.
    }

    private static void Apply(ImmutableSortedSet<MemoryOrderedEntry>.Builder entries, OrderedChange change)
    {
        var entry = new MemoryOrderedEntry(change.Key.ToArray(), change.Value.ToArray());
        switch (change.Kind)
        {
            case OrderedChangeKind.Put:
                entries.Remove(entry);
                entries.Add(entry);
                break;
            case OrderedChangeKind.Delete:
                entries.Remove(entry);
                break;
            case OrderedChangeKind.DeleteSpan:
                DeleteSpan(entries, entry);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change.Kind, "no such change");
        }
    }

    private static void DeleteSpan(ImmutableSortedSet<MemoryOrderedEntry>.Builder entries, MemoryOrderedEntry span)
    {
        ImmutableSortedSet<MemoryOrderedEntry> before = entries.ToImmutable();
        int at = MemoryOrderedView.LowerBound(before, span.Key);
        for (; at < before.Count && before[at].Key.AsSpan().SequenceCompareTo(span.Value) < 0; at++)
            entries.Remove(before[at]);
    }

    private sealed record Boundary(long Sequence, ImmutableSortedSet<MemoryOrderedEntry> Entries);
}
