namespace Lintel.Splits.Store;

/// <summary>
/// The ordered store under MVCC: RocksDB in production, memory in simulation. Its log is off: a batch is durable only
/// after <see cref="FlushAsync"/>, and a crash falls back to some earlier batch boundary (batches are lost from the
/// end, never torn). The Raft log above it replays what was lost.
/// </summary>
public interface IOrderedStore : IDisposable
{
    /// <summary>The value of a key, or null. The array belongs to the caller.</summary>
    byte[]? Get(ReadOnlySpan<byte> key);

    /// <summary>Applies all of a batch atomically.</summary>
    void Write(OrderedBatch batch);

    /// <summary>An immutable view of the present.</summary>
    IOrderedView View();

    /// <summary>Makes every batch written so far durable.</summary>
    ValueTask FlushAsync(CancellationToken cancellation = default);
}

/// <summary>An immutable view of an <see cref="IOrderedStore"/>, safe to read from any thread until disposed.</summary>
public interface IOrderedView : IDisposable
{
    /// <summary>The value of a key, or null.</summary>
    byte[]? Get(ReadOnlySpan<byte> key);

    /// <summary>A cursor over [start, end).</summary>
    IOrderedCursor Cursor(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> end);
}

/// <summary>A position in a view. Spans are valid until the next move.</summary>
public interface IOrderedCursor : IDisposable
{
    /// <summary>Moves to the first key at or above <paramref name="key"/> within the bounds.</summary>
    bool Seek(ReadOnlySpan<byte> key);

    /// <summary>Moves to the last key strictly below <paramref name="key"/> within the bounds.</summary>
    bool SeekBefore(ReadOnlySpan<byte> key);

    /// <summary>Moves one key up. False at the end.</summary>
    bool Next();

    /// <summary>Moves one key down. False at the start.</summary>
    bool Previous();

    /// <summary>The key under the cursor.</summary>
    ReadOnlySpan<byte> Key { get; }

    /// <summary>The value under the cursor.</summary>
    ReadOnlySpan<byte> Value { get; }
}
