using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Functions;
using Lintel.Sql.PgCatalog.Names;
using Lintel.Sql.Plan;
using Lintel.Sql.Session.Settings;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>
/// One connection's view of SQL: its transaction, settings, prepared statements and portals. Used by one caller at a
/// time. Every call may throw a <see cref="SqlException"/>, and nothing else but invariant failures: by then the
/// session has already moved on (a block is Failed, an implicit transaction is rolled back), so the door sends the
/// error, and in the extended protocol skips to Sync.
/// </summary>
public sealed partial class SqlSession : IAsyncDisposable
{
    private static readonly long PostgresEpochTicks =
        new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    private readonly ISessionEvents _events;
    private readonly SessionTypes _types;
    private CatalogNames? _names;
    private ImmutableArray<string> _searchPath;
    private long _pathChanges = -1;
    private bool _isDisposed;

    internal SqlSession(SqlEngine engine, DatabaseDescriptor database, SessionStart start, ISessionEvents events)
    {
        _events = events;
        Engine = engine;
        Database = database;
        SessionUser = start.User;
        Settings = new SessionSettings(events, start.User, start.Settings);
        Block = new TransactionBlock(this, events);
        Runner = new StatementRunner(this);
        Prepared = new PreparedStatements(this);
        Portals = new PortalTable(this);
        Sequences = new SequenceValues(engine);
        Constants = new ConstantEvaluator(this);
        Functions = new SessionFunctions(this);
        _types = new SessionTypes(this);
        Evaluation = new EvaluationContext
        {
            Clock = engine.Options.Time,
            Random = engine.ForkRandom(),
            Settings = _types,
            User = start.User,
            SessionUser = start.User,
            Database = database.Name,
            ProcessId = start.ProcessId,
        };
        _types.Refresh(Evaluation);
    }

    /// <summary>The engine it is a session of.</summary>
    public SqlEngine Engine { get; }

    /// <summary>The database it is connected to.</summary>
    public DatabaseDescriptor Database { get; }

    /// <summary>The authenticated role.</summary>
    public string SessionUser { get; }

    /// <summary>The role whose rights count.</summary>
    public string CurrentUser => SessionUser;

    /// <summary>What functions and value formats may know of the session; up to date while a statement runs.</summary>
    public EvaluationContext Evaluation { get; }

    /// <summary>How values are read and printed now, by the settings; the door asks anew for every result and Bind.</summary>
    public TypeContext TypeContext
    {
        get
        {
            _types.Refresh(Evaluation);
            return Evaluation.Types;
        }
    }

    /// <summary>
    /// Everything of the session that a plan may depend on, as text: search path, user, and the settings that constants
    /// are read with. Sessions with equal keys share plans.
    /// </summary>
    public string PlanKey => Settings.PlanKey;

    /// <summary>The schemas that unqualified names are looked up in, in order, "$user" replaced by the role.</summary>
    public ImmutableArray<string> SearchPath
    {
        get
        {
            if (_pathChanges == Settings.Changes) return _searchPath;
            _pathChanges = Settings.Changes;
            return _searchPath =
            [
                .. SettingLists.Identifiers(Settings.Get("search_path")).Select(s => s == "$user" ? CurrentUser : s),
            ];
        }
    }

    internal SessionSettings Settings { get; }

    internal TransactionBlock Block { get; }

    internal StatementRunner Runner { get; }

    internal PreparedStatements Prepared { get; }

    internal PortalTable Portals { get; }

    internal SequenceValues Sequences { get; }

    internal ConstantEvaluator Constants { get; }

    internal SessionFunctions Functions { get; }

    /// <summary>What status and logs call its transactions.</summary>
    internal string? Label => Settings.Get("application_name") is { Length: > 0 } name ? name : null;

    /// <summary>The connection is gone: rolls back and forgets everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await Portals.CloseAllAsync();
        await Block.DisposeAsync();
        Engine.OnSessionEnded();
    }

    /// <summary>What statements are bound against.</summary>
    internal PlanningContext PlanningContextOf(DatabaseSchema schema)
    {
        UseNames(schema);
        return new PlanningContext(schema, SearchPath, Engine.VirtualTables, Evaluation);
    }

    /// <summary>From here on the reg* types read and print the names of a schema.</summary>
    internal void UseNames(DatabaseSchema schema)
    {
        if (_names?.IsOf(schema, SearchPath) == true) return;
        _names = new CatalogNames(schema, SearchPath, Engine.VirtualTables);
        Evaluation.Types = Evaluation.Types with { Names = _names };
    }

    /// <summary>The schema as of now.</summary>
    internal async ValueTask<DatabaseSchema> LatestSchemaAsync(CancellationToken cancellation)
    {
        BlockModes modes = BlockModes.Default(Settings) with { IsReadOnly = true, Bound = default };
        await using OpenTransaction snapshot = await Block.OpenAsync(modes, null, cancellation);
        return snapshot.Schema;
    }

    /// <summary>A transaction begins: now() stands still from here.</summary>
    internal void OnTransactionBegins() =>
        Evaluation.Types = Evaluation.Types with { TransactionTime = Microseconds() };

    /// <summary>A statement begins.</summary>
    internal void OnStatementBegins(CancellationToken cancellation)
    {
        _types.Refresh(Evaluation);
        Evaluation.StatementTime = Microseconds();
        Evaluation.Cancellation = cancellation;
    }

    /// <summary>Sends a NOTICE.</summary>
    internal void Notice(string message) => _events.OnNotice(new SqlNotice("NOTICE", SqlStates.SuccessfulCompletion, message));

    /// <summary>Sends a WARNING.</summary>
    internal void Warn(string state, string message) => _events.OnNotice(new SqlNotice("WARNING", state, message));

    private long Microseconds() =>
        (Engine.Options.Time.GetUtcNow().UtcTicks - PostgresEpochTicks) / TimeSpan.TicksPerMicrosecond;

}
