using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog;

/// <summary>
/// The schemas that this node knows, by database: the newest version each. A transaction reads the version key (under
/// a shared lock, or in its snapshot) and takes the cached schema when the numbers agree; otherwise it loads the
/// descriptors in the same transaction. So a statement never uses a schema that is not valid at its own timestamp
/// (invariant Q02), at the price of one read per transaction.
///
/// Thread-safe. Bounded by the number of databases; <see cref="Forget"/> drops one.
/// </summary>
public sealed class SchemaCache
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, DatabaseSchema> _newest = [];

    /// <summary>The schema of a database as <paramref name="reader"/> sees it.</summary>
    public async ValueTask<DatabaseSchema> ReadAsync(
        IKeyReader reader, DatabaseDescriptor database, CancellationToken cancellation)
    {
        long version = await CatalogRecords.ReadVersionAsync(reader, database.Id, LockStrength.Shared, cancellation);
        if (Find(database.Id) is { } cached && cached.Version == version) return cached;
        DatabaseSchema loaded = await CatalogRecords.LoadAsync(reader, database, cancellation);
        Offer(loaded);
        return loaded;
    }

    /// <summary>The newest schema known here, which may be stale; null when none is.</summary>
    public DatabaseSchema? Find(uint database)
    {
        lock (_gate) return _newest.GetValueOrDefault(database);
    }

    /// <summary>A committed schema: kept if it is newer than what is known.</summary>
    public void Offer(DatabaseSchema schema)
    {
        lock (_gate)
        {
            if (!_newest.TryGetValue(schema.Database.Id, out DatabaseSchema? known) || known.Version < schema.Version)
                _newest[schema.Database.Id] = schema;
        }
    }

    /// <summary>Drops what is known of a database.</summary>
    public void Forget(uint database)
    {
        lock (_gate) _newest.Remove(database);
    }
}
