using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Reference;

/// <summary>Reads of a <see cref="MemoryTransactionSource"/> at one timestamp.</summary>
internal sealed class MemorySnapshotReader(MemoryTransactionSource source, Timestamp readTimestamp) : ISnapshotReader
{
    /// <inheritdoc/>
    public Timestamp ReadTimestamp => readTimestamp;

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(
        Key key, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (source.Gate) return ValueTask.FromResult(source.Rows.Get(key, readTimestamp));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
        IReadOnlyList<Key> keys, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var values = new ReadOnlyMemory<byte>?[keys.Count];
        lock (source.Gate)
        {
            for (int i = 0; i < values.Length; i++) values[i] = source.Rows.Get(keys[i], readTimestamp);
        }

        return ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>?>>(values);
    }

    /// <inheritdoc/>
    public ValueTask<ScanPage> ScanAsync(KeySpan span, ScanOptions options, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (source.Gate) return ValueTask.FromResult(source.Page(span, options, readTimestamp, own: null));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
