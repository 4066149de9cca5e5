using RocksDbSharp;

namespace Lintel.Splits.Store.Rocks;

/// <summary>A view of a <see cref="RocksOrderedStore"/>: one of its snapshots.</summary>
internal sealed class RocksOrderedView : IOrderedView
{
    private readonly RocksDatabase _database;
    private readonly Snapshot _snapshot;
    private readonly ReadOptions _options;
    private int _disposed;

    public RocksOrderedView(RocksDatabase database)
    {
        database.Enter();
        _database = database;
        _snapshot = database.Rocks.CreateSnapshot();
        _options = new ReadOptions().SetSnapshot(_snapshot);
    }

    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return _database.Get(key, _options);
    }

    public IOrderedCursor Cursor(ReadOnlyMemory<byte> start, ReadOnlyMemory<byte> end)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        return new RocksOrderedCursor(_database, _snapshot.Handle, start.Span, end.Span);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _snapshot.Dispose();
        _database.Leave();
    }
}
