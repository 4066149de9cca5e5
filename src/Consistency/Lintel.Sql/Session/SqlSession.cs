#pragma warning disable CA1822 // the bodies land within the hour
using System.Collections.Immutable;
using Lintel.Primitives.Errors;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>
/// One connection's view of SQL: its transaction, settings, prepared statements and portals. Used by one caller at a
/// time. Every call may throw a <see cref="SqlException"/>, and nothing else but invariant failures: by then the
/// session has already moved on (a block is Failed, an implicit transaction is rolled back), so the door sends the
/// error, and in the extended protocol skips to Sync.
/// </summary>
public sealed class SqlSession : IAsyncDisposable
{
    /// <summary>What ReadyForQuery says now.</summary>
    public TransactionStatus Status { get; private set; }

    /// <summary>The ParameterStatus messages that follow authentication: names and values.</summary>
    public ImmutableArray<KeyValuePair<string, string>> ReportedSettings => throw NotBuilt();

    /// <summary>How values are read and printed now, by the settings; the door asks anew for every result and Bind.</summary>
    public TypeContext TypeContext => throw NotBuilt();

    /// <summary>idle_in_transaction_session_timeout; zero is none. The door ends the session with 25P03 after it.</summary>
    public TimeSpan IdleInTransactionTimeout => throw NotBuilt();

    /// <summary>idle_session_timeout; zero is none. The door ends the session with 57P05 after it.</summary>
    public TimeSpan IdleSessionTimeout => throw NotBuilt();

    /// <summary>
    /// Everything of the session that a plan may depend on, as text: search path, user, and the settings that constants
    /// are read with. Sessions with equal keys share plans.
    /// </summary>
    public string PlanKey => throw NotBuilt();

    /// <summary>The schemas that unqualified names are looked up in, in order, pg_catalog included (first unless named).</summary>
    public ImmutableArray<string> SearchPath => throw NotBuilt();

    /// <summary>
    /// Runs one simple Query message: all statements, as one implicit transaction unless the text says otherwise, to
    /// its end or its first error. On return <see cref="Status"/> is what ReadyForQuery says.
    /// </summary>
    public ValueTask RunScriptAsync(string text, IScriptSink sink, CancellationToken cancellation = default) =>
        throw NotBuilt();

    /// <summary>
    /// Parse: analyses <paramref name="text"/> under a name; the empty name replaces. Oids of 0, or missing at the end,
    /// are inferred. 42P05 for a name in use, 42601 for several statements, 42P18 for a type that cannot be inferred.
    /// </summary>
    public ValueTask<PreparedStatement> PrepareAsync(
        string name, string text, ReadOnlyMemory<uint> parameterOids, CancellationToken cancellation = default) =>
        throw NotBuilt();

    /// <summary>The statement of that name; 26000 when there is none.</summary>
    public PreparedStatement FindStatement(string name) => throw NotBuilt();

    /// <summary>
    /// Bind: makes a portal. The values have been decoded with <see cref="PreparedStatement.ParameterTypes"/> and are
    /// copied. The empty portal name replaces; 42P03 for a name in use, 08P01 for a wrong count.
    /// </summary>
    public Portal Bind(string portalName, PreparedStatement statement, ReadOnlySpan<SqlValue> parameters) =>
        throw NotBuilt();

    /// <summary>The portal of that name; 34000 when there is none.</summary>
    public Portal FindPortal(string name) => throw NotBuilt();

    /// <summary>Execute: up to <paramref name="maxRows"/> rows (0 is all) go to the sink.</summary>
    public ValueTask<ExecuteOutcome> ExecuteAsync(
        Portal portal, long maxRows, IResultSink sink, ExecuteHint hint = ExecuteHint.None,
        CancellationToken cancellation = default) => throw NotBuilt();

    /// <summary>Close of a statement; a missing one is fine.</summary>
    public void CloseStatement(string name) => throw NotBuilt();

    /// <summary>Close of a portal; a missing one is fine.</summary>
    public ValueTask ClosePortalAsync(string name) => throw NotBuilt();

    /// <summary>
    /// Sync: ends the implicit transaction of the group, which may still lose its conflict here (40001). Whether it
    /// throws or not, ReadyForQuery with <see cref="Status"/> follows.
    /// </summary>
    public ValueTask SyncAsync(CancellationToken cancellation = default) => throw NotBuilt();

    /// <summary>
    /// The door refused something on its own account (a malformed parameter, 08P01): the transaction fails as for any
    /// error.
    /// </summary>
    public ValueTask FailAsync() => throw NotBuilt();

    /// <summary>The connection is gone: rolls back and forgets everything.</summary>
    public ValueTask DisposeAsync() => throw NotBuilt();

    private static LintelException NotBuilt() => new(ErrorCode.NotSupported, "this part of SQL is landing within the hour");
}
