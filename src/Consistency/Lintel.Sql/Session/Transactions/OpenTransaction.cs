using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Time;
using Lintel.Sql.Catalog;
using Lintel.Sql.Catalog.Leases;
using Lintel.Sql.Session.SchemaChanges;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Session.Transactions;

/// <summary>
/// A transaction under way, with the schema it sees: either over the splits' locks, or over a snapshot. Its own schema
/// changes are in <see cref="Schema"/> at once, and in the catalog with its commit.
///
/// The schema is known by a lease, and then the commit is bound to the lease's end; or by the version, read under a lock
/// in the transaction itself. A transaction that changes the schema holds the version's lock exclusively.
/// </summary>
internal sealed class OpenTransaction : IAsyncDisposable
{
    private readonly SqlEngine _engine;
    private readonly ISnapshotReader? _snapshot;
    private SchemaUse? _use;

    private OpenTransaction(
        SqlEngine engine, ITransaction? writer, ISnapshotReader? snapshot, DatabaseSchema schema, SchemaUse? use)
    {
        (_engine, Writer, _snapshot, Schema, _use) = (engine, writer, snapshot, schema, use);
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
        SchemaUse? use = engine.Leases is { } leases ? await leases.TryUseAsync(database, cancellation) : null;
        ITransaction? transaction = null;
        try
        {
            transaction = engine.Options.Transactions.Begin(new TransactionOptions(label), retryOf);
            transaction.NotAfter = use?.Lease.Through;
            DatabaseSchema schema = use?.Lease.Schema ?? await engine.Schemas.ReadAsync(transaction, database, cancellation);
            return new OpenTransaction(engine, transaction, null, schema, use);
        }
        catch
        {
            if (transaction is not null) await transaction.DisposeAsync();
            if (use is not null) engine.Leases!.End(use);
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
            bool isStrong = bound.Kind == SnapshotBoundKind.Strong;
            DatabaseSchema? schema = engine.Leases is { } leases
                ? await leases.TryReadAsync(database, reader.ReadTimestamp, isStrong, cancellation)
                : null;
            schema ??= await engine.Schemas.ReadAsync(reader, database, cancellation);
            return new OpenTransaction(engine, null, reader, schema, null);
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

    /// <summary>
    /// Goes by the version itself from here on, under a lock, instead of by a lease. TransactionAborted when it is no
    /// longer the one that was used so far.
    /// </summary>
    public async ValueTask LockVersionAsync(LockStrength strength, CancellationToken cancellation)
    {
        EndUse();
        Writer!.NotAfter = null;
        long version = await CatalogRecords.ReadVersionAsync(Writer, Schema.Database.Id, strength, cancellation);
        if (version == Schema.Version) return;
        throw new LintelException(
            ErrorCode.TransactionAborted, "the transaction was aborted", "the schema has been changed meanwhile",
            "run it again");
    }

    /// <summary>Commits, and lets the node know a schema that was changed.</summary>
    public async ValueTask CommitAsync(CancellationToken cancellation)
    {
        if (Writer is null) return;
        try
        {
            if (HasSchemaChanges) await CommitChangeAsync(cancellation);
            else await CommitRowsAsync(cancellation);
        }
        catch (LintelException unknown) when (unknown.Error.Code == ErrorCode.CommitOutcomeUnknown)
        {
            // It may commit yet, up to the end of its lease: the use stays until then.
            _use = null;
            throw;
        }

        EndUse();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Writer is not null) await Writer.DisposeAsync();
        if (_snapshot is not null) await _snapshot.DisposeAsync();
        EndUse();
    }

    private async ValueTask CommitRowsAsync(CancellationToken cancellation)
    {
        if (_use is not null)
        {
            if (await _engine.Leases!.ExtendAsync(_use, cancellation)) Writer!.NotAfter = _use.Lease.Through;
            else await LockVersionAsync(LockStrength.Shared, cancellation);
        }

        Timestamp at = await Writer!.CommitAsync(cancellation);
        Invariant.Require(
            "Q02", _use is null || at <= _use.Lease.Through, "a commit is not after the lease of the schema it used");
    }

    private async ValueTask CommitChangeAsync(CancellationToken cancellation)
    {
        if (_engine.Leases is { } leases)
        {
            SqlEngineOptions options = _engine.Options;
            await new SchemaCommit(options.Transactions, leases).CommitAsync(
                Writer!, Schema.Database.Id, options.TrueTime.Now().Latest, options.Time, cancellation);
        }
        else
        {
            await Writer!.CommitAsync(cancellation);
        }

        _engine.Schemas.Offer(Schema);
    }

    private void EndUse()
    {
        if (_use is null) return;
        _engine.Leases!.End(_use);
        _use = null;
    }
}
