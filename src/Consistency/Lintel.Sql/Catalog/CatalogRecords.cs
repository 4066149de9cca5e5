using Lintel.Primitives.Keys;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Catalog;

/// <summary>Reads and writes the records of one database's catalog, inside whatever transaction it is given.</summary>
public static class CatalogRecords
{
    /// <summary>
    /// The schema version as the reader sees it. In a read-write transaction it is read under a shared lock, which is
    /// the fence of invariant Q02: the version that a transaction used is the version at its commit timestamp, because
    /// a schema change writes that key and so waits for, or wounds, everyone who holds the lock.
    /// </summary>
    public static async ValueTask<long> ReadVersionAsync(
        IKeyReader reader, uint database, LockStrength strength, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte>? stored = await reader.GetAsync(CatalogKeys.Version(database), strength, cancellation);
        return stored is null ? 0 : CatalogKeys.DecodeNumber(stored.Value);
    }

    /// <summary>Reads the whole schema of a database, at the version the reader sees.</summary>
    public static async ValueTask<DatabaseSchema> LoadAsync(
        IKeyReader reader, DatabaseDescriptor database, CancellationToken cancellation)
    {
        long version = await ReadVersionAsync(reader, database.Id, LockStrength.Shared, cancellation);
        var relations = new List<RelationDescriptor>();
        var schemas = new List<SchemaDescriptor>();
        KeySpan rest = CatalogKeys.Objects(database.Id);
        while (!rest.IsEmpty)
        {
            ScanPage page = await reader.ScanAsync(rest, default, cancellation);
            foreach (KeyRow row in page.Rows)
            {
                (RelationDescriptor? relation, SchemaDescriptor? schema) = DescriptorCodec.Decode(row.Value);
                if (relation is not null) relations.Add(relation);
                if (schema is not null) schemas.Add(schema);
            }

            rest = page.Rest;
        }

        return DatabaseSchema.Load(database, version, relations, schemas);
    }

    /// <summary>Writes the version that a changing transaction makes.</summary>
    public static ValueTask WriteVersionAsync(
        ITransaction transaction, uint database, long version, CancellationToken cancellation) =>
        transaction.PutAsync(CatalogKeys.Version(database), CatalogKeys.Encode(version), cancellation);

    /// <summary>Writes a table or sequence.</summary>
    public static ValueTask WriteAsync(
        ITransaction transaction, uint database, RelationDescriptor relation, CancellationToken cancellation) =>
        transaction.PutAsync(CatalogKeys.Object(database, relation.Id), DescriptorCodec.Encode(relation), cancellation);

    /// <summary>Writes a schema.</summary>
    public static ValueTask WriteAsync(
        ITransaction transaction, uint database, SchemaDescriptor schema, CancellationToken cancellation) =>
        transaction.PutAsync(CatalogKeys.Object(database, schema.Id), DescriptorCodec.Encode(schema), cancellation);

    /// <summary>Removes a descriptor.</summary>
    public static ValueTask RemoveAsync(
        ITransaction transaction, uint database, uint id, CancellationToken cancellation) =>
        transaction.DeleteAsync(CatalogKeys.Object(database, id), cancellation);

    /// <summary>Leaves a storage to the cleaner; the value names the table whose prefix it is under.</summary>
    public static ValueTask AbandonAsync(
        ITransaction transaction, uint database, uint table, uint storageId, CancellationToken cancellation) =>
        transaction.PutAsync(
            CatalogKeys.Abandoned(database, storageId), CatalogKeys.Encode(table), cancellation);
}
