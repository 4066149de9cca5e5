using System.Collections.Immutable;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>What the door calls: scripts, and the messages of the extended protocol.</summary>
public sealed partial class SqlSession
{
    /// <summary>What ReadyForQuery says now.</summary>
    public TransactionStatus Status => Block.Status;

    /// <summary>The ParameterStatus messages that follow authentication: names and values.</summary>
    public ImmutableArray<KeyValuePair<string, string>> ReportedSettings => Settings.Reported;

    /// <summary>idle_in_transaction_session_timeout; zero is none. The door ends the session with 25P03 after it.</summary>
    public TimeSpan IdleInTransactionTimeout => Settings.Duration("idle_in_transaction_session_timeout");

    /// <summary>idle_session_timeout; zero is none. The door ends the session with 57P05 after it.</summary>
    public TimeSpan IdleSessionTimeout => Settings.Duration("idle_session_timeout");

    /// <summary>
    /// Runs one simple Query message: all statements, as one implicit transaction unless the text says otherwise, to
    /// its end or its first error. On return <see cref="Status"/> is what ReadyForQuery says.
    /// </summary>
    public async ValueTask RunScriptAsync(string text, IScriptSink sink, CancellationToken cancellation = default)
    {
        try
        {
            await new ScriptRun(this, sink).RunAsync(text, cancellation);
        }
        catch (Exception failure) when (ErrorTable.IsAnswer(failure))
        {
            throw await FailAsync(failure);
        }
    }

    /// <summary>
    /// Parse: analyses <paramref name="text"/> under a name; the empty name replaces. Oids of 0, or missing at the end,
    /// are inferred. 42P05 for a name in use, 42601 for several statements, 42P18 for a type that cannot be inferred.
    /// </summary>
    public async ValueTask<PreparedStatement> PrepareAsync(
        string name, string text, ReadOnlyMemory<uint> parameterOids, CancellationToken cancellation = default)
    {
        try
        {
            return await Prepared.PrepareAsync(name, text, parameterOids, cancellation);
        }
        catch (Exception failure) when (ErrorTable.IsAnswer(failure))
        {
            throw await FailAsync(failure);
        }
    }

    /// <summary>The statement of that name; 26000 when there is none.</summary>
    public PreparedStatement FindStatement(string name) => Prepared.Find(name);

    /// <summary>
    /// Bind: makes a portal. The values have been decoded with <see cref="PreparedStatement.ParameterTypes"/> and are
    /// copied. The empty portal name replaces; 42P03 for a name in use, 08P01 for a wrong count. The transaction does
    /// not fail by itself: the caller sends the error and calls <see cref="FailAsync()"/>.
    /// </summary>
    public Portal Bind(string portalName, PreparedStatement statement, ReadOnlySpan<SqlValue> parameters)
    {
        if (statement.Parsed is not null) Runner.RequireRunnable(statement.Syntax);
        if (parameters.Length != statement.ParameterTypes.Length)
        {
            throw new SqlException(
                SqlStates.ProtocolViolation,
                $"bind message supplies {parameters.Length} parameters, but prepared statement \"{statement.Name}\" "
                + $"requires {statement.ParameterTypes.Length}");
        }

        var portal = new Portal(portalName, statement, parameters.ToArray());
        Portals.Add(portal);
        return portal;
    }

    /// <summary>The portal of that name; 34000 when there is none.</summary>
    public Portal FindPortal(string name) => Portals.Find(name);

    /// <summary>Execute: up to <paramref name="maxRows"/> rows (0 is all) go to the sink.</summary>
    public async ValueTask<ExecuteOutcome> ExecuteAsync(
        Portal portal, long maxRows, IResultSink sink, ExecuteHint hint = ExecuteHint.None,
        CancellationToken cancellation = default)
    {
        try
        {
            return await new PortalRun(this, portal).ExecuteAsync(maxRows, sink, hint, cancellation);
        }
        catch (Exception failure) when (ErrorTable.IsAnswer(failure))
        {
            throw await FailAsync(failure);
        }
    }

    /// <summary>Close of a statement; a missing one is fine.</summary>
    public void CloseStatement(string name) => Prepared.Remove(name);

    /// <summary>Close of a portal; a missing one is fine.</summary>
    public ValueTask ClosePortalAsync(string name) => Portals.CloseAsync(name);

    /// <summary>
    /// Sync: ends the implicit transaction of the group, which may still lose its conflict here (40001). Whether it
    /// throws or not, ReadyForQuery with <see cref="Status"/> follows.
    /// </summary>
    public async ValueTask SyncAsync(CancellationToken cancellation = default)
    {
        try
        {
            await EndImplicitAsync(cancellation);
        }
        catch (Exception failure) when (ErrorTable.IsAnswer(failure))
        {
            throw await FailAsync(failure);
        }
    }

    /// <summary>
    /// The door refused something on its own account (a malformed parameter, 08P01): the transaction fails as for any
    /// error.
    /// </summary>
    public async ValueTask FailAsync()
    {
        await Portals.EndTransactionAsync(isCommit: false, CancellationToken.None);
        await Block.FailAsync();
    }

    /// <summary>Ends an implicit transaction, if one is under way, and the portals that live no longer.</summary>
    internal async ValueTask EndImplicitAsync(CancellationToken cancellation)
    {
        if (Block.Status != TransactionStatus.Idle) return;
        await Portals.EndTransactionAsync(isCommit: true, cancellation);
        if (Block.IsInTransaction) await Block.CommitAsync(cancellation);
    }

    private async ValueTask<SqlException> FailAsync(Exception failure)
    {
        await FailAsync();
        return ErrorTable.Translate(failure);
    }
}
