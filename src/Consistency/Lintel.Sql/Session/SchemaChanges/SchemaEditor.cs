using Lintel.Sql.Catalog;
using Lintel.Sql.Session.Transactions;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>
/// Changes the schema inside a transaction: descriptors are written to the catalog with the transaction's other writes,
/// and stand in its own schema at once. So DDL commits and rolls back with what is around it, also to a savepoint.
/// </summary>
internal sealed class SchemaEditor(SqlEngine engine, OpenTransaction transaction, ITransaction writer)
{
    /// <summary>The schema with the changes so far.</summary>
    public DatabaseSchema Schema => transaction.Schema;

    /// <summary>The transaction.</summary>
    public OpenTransaction Transaction => transaction;

    /// <summary>Where the writes go.</summary>
    public ITransaction Writer => writer;

    private uint Database => transaction.Schema.Database.Id;

    /// <summary>An id for a new object or storage.</summary>
    public ValueTask<uint> NextIdAsync(CancellationToken cancellation) => engine.Ids.NextAsync(cancellation);

    /// <summary>Adds or replaces a table or sequence.</summary>
    public async ValueTask PutAsync(RelationDescriptor relation, CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await CatalogRecords.WriteAsync(writer, Database, relation, cancellation);
        transaction.Schema = Schema.With(relation);
    }

    /// <summary>Removes a table or sequence.</summary>
    public async ValueTask RemoveAsync(RelationDescriptor relation, CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await CatalogRecords.RemoveAsync(writer, Database, relation.Id, cancellation);
        transaction.Schema = Schema.Without(relation.Id);
    }

    /// <summary>Adds or replaces a namespace.</summary>
    public async ValueTask PutAsync(SchemaDescriptor schema, CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await CatalogRecords.WriteAsync(writer, Database, schema, cancellation);
        transaction.Schema = Schema.WithSchema(schema);
    }

    /// <summary>Removes a namespace.</summary>
    public async ValueTask RemoveAsync(SchemaDescriptor schema, CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        await CatalogRecords.RemoveAsync(writer, Database, schema.Id, cancellation);
        transaction.Schema = Schema.WithoutSchema(schema.Id);
    }

    /// <summary>Leaves what is stored under an index to the cleaner.</summary>
    public ValueTask AbandonAsync(TableDescriptor table, uint storageId, CancellationToken cancellation) =>
        CatalogRecords.AbandonAsync(writer, Database, table.Id, storageId, cancellation);

    /// <summary>Leaves all that a table stores to the cleaner.</summary>
    public async ValueTask AbandonAsync(TableDescriptor table, CancellationToken cancellation)
    {
        foreach (IndexDescriptor index in table.Indexes) await AbandonAsync(table, index.StorageId, cancellation);
    }

    /// <summary>
    /// The first change of a transaction takes the next version number, under an exclusive lock: two transactions that
    /// change one schema run one after the other (invariant Q01).
    /// </summary>
    private async ValueTask BeginAsync(CancellationToken cancellation)
    {
        if (transaction.HasSchemaChanges) return;
        await transaction.LockVersionAsync(LockStrength.Exclusive, cancellation);
        transaction.Schema = Schema.AtVersion(Schema.Version + 1);
        transaction.HasSchemaChanges = true;
        await CatalogRecords.WriteVersionAsync(writer, Database, Schema.Version, cancellation);
    }
}
