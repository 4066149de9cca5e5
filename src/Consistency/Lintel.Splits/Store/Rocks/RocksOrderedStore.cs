using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;
using RocksDbSharp;

namespace Lintel.Splits.Store.Rocks;

/// <summary>
/// The <see cref="IOrderedStore"/> of production: a RocksDB database in a directory of its own, without a write-ahead
/// log. RocksDB flushes write buffers in the order they were filled and never splits a batch over two, so a crash falls
/// back to a batch boundary, as the contract says.
/// </summary>
/// <remarks>
/// The identity of the store is a row of a column family of its own, so it travels with the files: a directory of another
/// store, or an empty one where there should be data, is refused. Writes come from the store's context, one at a time;
/// views may be read from any thread.
/// </remarks>
public sealed class RocksOrderedStore : IOrderedStore
{
    private const string IdentityFamily = "identity";
    private static readonly byte[] IdentityKey = "store"u8.ToArray();
    private readonly RocksDatabase _database;
    private readonly WriteBatch _batch = new();
    private readonly WriteOptions _unlogged = new WriteOptions().DisableWal(1);
    private readonly FlushOptions _andWait = new FlushOptions().SetWaitForFlush(true);
    private bool _disposed;

    private RocksOrderedStore(RocksDatabase database) => _database = database;

    /// <summary>
    /// Opens the database in <paramref name="path"/>. Blocks on the disk.
    /// </summary>
    /// <exception cref="LintelException">
    /// NotFound: there is none, and none was to be created. WrongCluster: it is of another store. Corruption, DiskFull,
    /// DiskFailed, FailedPrecondition (another process has it open) as RocksDB reports them.
    /// </exception>
    public static RocksOrderedStore Open(string path, StoreIdentity identity, RocksOpening opening, RocksLimits limits)
    {
        string full = Path.GetFullPath(path);
        bool exists = File.Exists(Path.Combine(full, "CURRENT"));
        if (!exists && opening == RocksOpening.Existing)
        {
            throw new LintelException(ErrorCode.NotFound, $"the ordered store {full} is missing",
                $"the Raft log beside it is of {identity} and has records, so there was one",
                "mount or restore the directory; or empty the store's directory and let the node join as a new one");
        }

        try
        {
            Directory.CreateDirectory(full);
            var database = new RocksDatabase(RocksDb.Open(Options(limits), full, Families(limits)), full);
            return CheckIdentity(database, identity, opening);
        }
        catch (RocksDbException failure)
        {
            throw RocksErrors.Of(full, "open", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RocksErrors.Of(full, "open", failure.Message).ToException(failure);
        }
    }

    /// <inheritdoc/>
    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        RequireOpen();
        return _database.Get(key, null);
    }

    /// <inheritdoc/>
    public unsafe void Write(OrderedBatch batch)
    {
        RequireOpen();
        if (batch.Changes.Count == 0) return;
        _batch.Clear();
        foreach (OrderedChange change in batch.Changes)
        {
            ReadOnlySpan<byte> key = change.Key.Span, value = change.Value.Span;
            switch (change.Kind)
            {
                case OrderedChangeKind.Put:
                    _batch.Put(key, value);
                    break;
                case OrderedChangeKind.Delete:
                    _batch.Delete(key);
                    break;
                case OrderedChangeKind.DeleteSpan:
                    if (key.SequenceCompareTo(value) >= 0) break;
                    fixed (byte* start = key, end = value)
                        _batch.DeleteRange(start, (ulong)key.Length, end, (ulong)value.Length);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(batch), change.Kind, "no such change");
            }
        }

        try
        {
            _database.Rocks.Write(_batch, _unlogged);
        }
        catch (RocksDbException failure)
        {
            throw _database.Failed("write to", failure);
        }
    }

    /// <inheritdoc/>
    public IOrderedView View()
    {
        RequireOpen();
        return new RocksOrderedView(_database);
    }

    /// <inheritdoc/>
    public async ValueTask FlushAsync(CancellationToken cancellation = default)
    {
        RequireOpen();
        cancellation.ThrowIfCancellationRequested();
        _database.Enter();
        try
        {
            await BlockingCall.RunAsync(() =>
            {
                _database.Rocks.Flush(_andWait);
                return true;
            });
        }
        catch (RocksDbException failure)
        {
            throw _database.Failed("flush", failure);
        }
        finally
        {
            _database.Leave();
        }
    }

    /// <summary>What RocksDB says of itself under a property name ("rocksdb.estimate-live-data-size" ...); null when unknown.</summary>
    public long? Property(string name)
    {
        RequireOpen();
        return long.TryParse(_database.Rocks.GetProperty(name), System.Globalization.CultureInfo.InvariantCulture, out long value) ? value : null;
    }

    /// <summary>Closes the database; what was not flushed is flushed. Views that are still open keep it open.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _batch.Dispose();
        _database.Leave();
    }

    private static RocksOrderedStore CheckIdentity(RocksDatabase database, in StoreIdentity identity, RocksOpening opening)
    {
        ColumnFamilyHandle family = database.Rocks.GetColumnFamily(IdentityFamily);
        byte[]? stamp = database.Rocks.Get(IdentityKey, family);
        var store = new RocksOrderedStore(database);
        if (stamp is { Length: StoreIdentity.EncodedBytes } && StoreIdentity.Decode(stamp) == identity) return store;
        if (stamp is null && opening == RocksOpening.Create)
        {
            var encoded = new byte[StoreIdentity.EncodedBytes];
            identity.Encode(encoded);
            // Logged, unlike all else: the one write that must not wait for a flush of everything.
            database.Rocks.Put(IdentityKey, encoded, family, new WriteOptions().SetSync(true));
            return store;
        }

        store.Dispose();
        throw new LintelException(ErrorCode.WrongCluster, $"the ordered store {database.Path} belongs to another store",
            stamp is { Length: StoreIdentity.EncodedBytes }
                ? $"it is of {StoreIdentity.Decode(stamp)}, not of {identity}"
                : $"it has no identity, this is {identity}",
            "check the store's path in the node's configuration");
    }

    private static DbOptions Options(RocksLimits limits) => new DbOptions()
        .SetCreateIfMissing(true)
        .SetCreateMissingColumnFamilies(true)
        .SetParanoidChecks(true)
        .SetMaxOpenFiles(limits.OpenFilesMax)
        .SetDbWriteBufferSize((ulong)(limits.WriteBufferBytes * limits.WriteBuffers))
        .SetMaxBackgroundFlushes(1)
        .SetMaxBackgroundCompactions(1)
        .SetBytesPerSync(1 << 20)
        .SetKeepLogFileNum(2)
        .SetInfoLogLevel(InfoLogLevel.Warn)
        .SetStatsDumpPeriodSec(0);

    private static ColumnFamilies Families(RocksLimits limits)
    {
        // Indexes and filters stay with their open table: in a small cache one filter of a large table evicts the others, and
        // every lookup reads and checks a megabyte again.
        BlockBasedTableOptions tables = new BlockBasedTableOptions()
            .SetBlockCache(Cache.CreateLru((ulong)limits.BlockCacheBytes))
            .SetCacheIndexAndFilterBlocks(false)
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false));
        ColumnFamilyOptions rows = new ColumnFamilyOptions()
            .SetBlockBasedTableFactory(tables)
            .SetWriteBufferSize((ulong)limits.WriteBufferBytes)
            .SetMaxWriteBufferNumber(limits.WriteBuffers)
            .SetLevelCompactionDynamicLevelBytes(true)
            .SetCompression(Compression.Lz4);
        return new ColumnFamilies(rows)
        {
            { IdentityFamily, new ColumnFamilyOptions().SetWriteBufferSize(64 << 10).SetCompression(Compression.No) },
        };
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(_disposed, this);
}

/// <summary>What to do where there is no database yet.</summary>
public enum RocksOpening
{
    /// <summary>Refuse: there was one.</summary>
    Existing,

    /// <summary>Create one with the given identity.</summary>
    Create,
}
