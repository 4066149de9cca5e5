using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Sql.Catalog;
using Lintel.Sql.Session.SchemaChanges;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.Transactions;

/// <summary>
/// A transaction under way, with the schema it sees: either over the split's locks, or over a snapshot. Its own schema
/// changes are in <see cref="Schema"/> at once, and in the catalog with its commit.
/// </summary>
internal sealed class OpenTransaction : IAsyncDisposable
{
    private readonly SqlEngine _engine;
    private readonly ISnapshotReader? _snapshot;

    private OpenTransaction(SqlEngine engine, ITransaction? writer, ISnapshotReader? snapshot, DatabaseSchema schema)
    {
        _engine = engine;
        Writer = writer;
        _snapshot = snapshot;
        Schema = schema;
    }

    /// <summary>Where writes go; null over a snapshot.</summary>
    public ITransaction? Writer { get; }

    /// <summary>Where reads go.</summary>
    public IKeyReader Reader => (IKeyReader?)Writer ?? _snapshot!;

    /// <summary>The schema, own changes included.</summary>
    public DatabaseSchema Schema { get; set; }

    /// <summary>Whether <see cref="Schema"/> holds changes that nobody else may see.</summary>
    public bool HasSchemaChanges { get; set; }

    /// <summary>Whether a statement has completed, so that the client may have seen what was read.</summary>
    public bool IsUsed { get; set; }

    /// <summary>The timestamp a snapshot is read at; null with locks.</summary>
    public Timestamp? ReadTimestamp => _snapshot?.ReadTimestamp;

    /// <summary>Begins a read-write transaction.</summary>
    public static async ValueTask<OpenTransaction> BeginAsync(
        SqlEngine engine, DatabaseDescriptor database, string? label, TransactionId? retryOf, CancellationToken cancellation)
    {
        ITransaction transaction = engine.Options.Transactions.Begin(new TransactionOptions(label), retryOf);
        try
        {
            DatabaseSchema schema = await engine.Schemas.ReadAsync(transaction, database, cancellation);
            return new OpenTransaction(engine, transaction, null, schema);
        }
        catch
        {
            await transaction.DisposeAsync();
            throw;
        }
    }

    /// <summary>Begins a read-only transaction over a snapshot.</summary>
    public static async ValueTask<OpenTransaction> SnapshotAsync(
        SqlEngine engine, DatabaseDescriptor database, SnapshotBound bound, CancellationToken cancellation)
    {
        ISnapshotReader reader = await engine.Options.Transactions.SnapshotAsync(bound, cancellation);
        try
        {
            DatabaseSchema schema = await engine.Schemas.ReadAsync(reader, database, cancellation);
            return new OpenTransaction(engine, null, reader, schema);
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>The editor of the schema, for a statement that changes it; 25006 over a snapshot.</summary>
    public SchemaEditor EditSchema(string command)
    {
        ITransaction writer = Writer ?? throw new SqlException(
            SqlStates.ReadOnlySqlTransaction, $"cannot execute {command} in a read-only transaction");
        return new SchemaEditor(_engine, this, writer);
    }

    /// <summary>Commits, and lets the node know a schema that was changed.</summary>
    public async ValueTask CommitAsync(CancellationToken cancellation)
    {
        if (Writer is null) return;
        await Writer.CommitAsync(cancellation);
        if (HasSchemaChanges) _engine.Schemas.Offer(Schema);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Writer?.DisposeAsync() ?? _snapshot!.DisposeAsync();
}
