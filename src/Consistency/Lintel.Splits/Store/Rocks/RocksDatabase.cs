using Lintel.Primitives.Errors;
using RocksDbSharp;

namespace Lintel.Splits.Store.Rocks;

/// <summary>
/// An open database, counted: it is closed when the store and the last of its views are, because closing it under an
/// iterator would read freed memory.
/// </summary>
internal sealed class RocksDatabase(RocksDb database, string path)
{
    private int _users = 1;

    public RocksDb Rocks { get; } = database;

    public string Path { get; } = path;

    /// <summary>Counts a user in. Fails once everybody has left.</summary>
    public void Enter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users) return;
            users = seen;
        }

        throw new ObjectDisposedException(nameof(RocksOrderedStore), $"the ordered store {Path} is closed");
    }

    /// <summary>Counts a user out; the last one closes the database.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0) Rocks.Dispose();
    }

    public byte[]? Get(ReadOnlySpan<byte> key, ReadOptions? options)
    {
        try
        {
            return Rocks.Get(key, cf: null, options);
        }
        catch (RocksDbException failure)
        {
            throw RocksErrors.Of(Path, "read", failure);
        }
    }

    public LintelException Failed(string operation, RocksDbException failure) => RocksErrors.Of(Path, operation, failure);
}
