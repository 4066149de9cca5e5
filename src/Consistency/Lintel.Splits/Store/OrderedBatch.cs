namespace Lintel.Splits.Store;

/// <summary>Changes that an <see cref="IOrderedStore"/> applies atomically, in the order they were added.</summary>
public sealed class OrderedBatch
{
    private readonly List<OrderedChange> _changes = [];

    /// <summary>The changes so far.</summary>
    public IReadOnlyList<OrderedChange> Changes => _changes;

    /// <summary>Number of key and value bytes so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Sets a key.</summary>
    public void Put(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => Add(new(OrderedChangeKind.Put, key, value));

    /// <summary>Removes a key.</summary>
    public void Delete(ReadOnlyMemory<byte> key) => Add(new(OrderedChangeKind.Delete, key, default));

    /// <summary>Removes every key in [start, end).</summary>
    public void DeleteSpan(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> end) =>
        Add(new(OrderedChangeKind.DeleteSpan, start, end));

    private void Add(OrderedChange change)
    {
        _changes.Add(change);
        Bytes += change.Key.Length + change.Value.Length;
    }
}

/// <summary>One change of a batch. For a span removal, <paramref name="Value"/> is the exclusive end.</summary>
public readonly record struct OrderedChange(OrderedChangeKind Kind, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value);

/// <summary>What an <see cref="OrderedChange"/> does.</summary>
public enum OrderedChangeKind
{
    /// <summary>Set a key.</summary>
    Put,

    /// <summary>Remove a key.</summary>
    Delete,

    /// <summary>Remove a span of keys.</summary>
    DeleteSpan,
}
