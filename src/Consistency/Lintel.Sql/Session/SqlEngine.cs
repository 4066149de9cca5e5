using Lintel.Primitives.Errors;
using Lintel.Primitives.Random;
using Lintel.Sql.Catalog;
using Lintel.Sql.Catalog.Leases;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Parse;
using Lintel.Sql.PgCatalog;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>SQL on one node: what its sessions share. Thread-safe.</summary>
public sealed class SqlEngine
{
    private readonly Lock _gate = new();
    private int _sessions;

    /// <summary>An engine over a transaction source. Call <see cref="StartAsync"/> before the first session.</summary>
    public SqlEngine(SqlEngineOptions options)
    {
        Options = options;
        Limits = options.Limits ?? new SqlLimits();
        Ids = new IdAllocator(options.Transactions);
        VirtualTables = new VirtualTableSet([.. SystemCatalog.Tables, .. options.VirtualTables?.Tables ?? []]);
        Databases = new DatabaseCatalog(options.Transactions, Ids);
        Leases = options.Leases is { } leases
            ? new SchemaLeases(options.Transactions, options.TrueTime, options.Time, Schemas, leases)
            : null;
        Cleaner = new StorageCleaner(options.Transactions, Databases, options.Time);
        RowIds = new RowIdSource(options.TrueTime, options.Node);
        Plans = new PlanCache(Limits.PlanCacheMax, new ParseLimits(TextLengthMax: Limits.TextBytesMax));
    }

    /// <summary>What the engine stands on.</summary>
    public SqlEngineOptions Options { get; }

    /// <summary>Bounds.</summary>
    public SqlLimits Limits { get; }

    /// <summary>The databases of the cluster.</summary>
    public DatabaseCatalog Databases { get; }

    /// <summary>Where object and storage ids come from.</summary>
    public IdAllocator Ids { get; }

    /// <summary>
    /// The schema leases of this node, for the host: what <see cref="ISchemaPeers"/> of another node asks for is
    /// <see cref="SchemaLeases.GiveUpAsync"/>. Null without leases.
    /// </summary>
    public SchemaLeases? Leases { get; }

    /// <summary>Empties the storage that schema changes left behind; the host has it run.</summary>
    public StorageCleaner Cleaner { get; }

    /// <summary>Where hidden row ids come from.</summary>
    public RowIdSource RowIds { get; }

    /// <summary>The tables that are not stored.</summary>
    public IVirtualTableSource VirtualTables { get; }

    /// <summary>Sessions that are open now.</summary>
    public int Sessions => Volatile.Read(ref _sessions);

    /// <summary>The schemas that this node knows.</summary>
    internal SchemaCache Schemas { get; } = new();

    /// <summary>The plans that this node keeps.</summary>
    internal PlanCache Plans { get; }

    /// <summary>Makes sure that the system database has its first records. Idempotent; any node may call it.</summary>
    public ValueTask StartAsync(CancellationToken cancellation = default) => Databases.EnsureDefaultAsync(cancellation);

    /// <summary>Opens a session. Throws 3D000, 53300, or the errors of the start-up settings.</summary>
    public async ValueTask<SqlSession> OpenSessionAsync(
        SessionStart start, ISessionEvents events, CancellationToken cancellation = default)
    {
        if (Interlocked.Increment(ref _sessions) > Limits.SessionsMax)
        {
            Interlocked.Decrement(ref _sessions);
            throw new SqlException(SqlStates.TooManyConnections, "sorry, too many clients already");
        }

        SqlSession? session = null;
        try
        {
            DatabaseDescriptor database = await Databases.FindAsync(start.Database, cancellation)
                ?? throw new SqlException(
                    SqlStates.InvalidCatalogName, $"database \"{start.Database}\" does not exist");
            session = new SqlSession(this, database, start, events);
            return session;
        }
        catch (LintelException failure)
        {
            throw ErrorTable.Translate(failure);
        }
        finally
        {
            if (session is null) Interlocked.Decrement(ref _sessions);
        }
    }

    /// <summary>A stream of random numbers of its own.</summary>
    internal Prng ForkRandom()
    {
        lock (_gate) return new Prng(Options.Random.NextUInt64());
    }

    /// <summary>A session has ended.</summary>
    internal void OnSessionEnded() => Interlocked.Decrement(ref _sessions);
}
