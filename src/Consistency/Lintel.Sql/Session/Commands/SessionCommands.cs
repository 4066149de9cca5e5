using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Commands;

/// <summary>The statements that are about the session itself: they need no transaction, or manage it.</summary>
internal sealed class SessionCommands(SqlSession session)
{
    private readonly SettingCommands _settings = new(session);
    private readonly CursorCommands _cursors = new(session);

    private TransactionBlock Block => session.Block;

    /// <summary>Whether a statement is one of them.</summary>
    public static bool Takes(Statement statement) => statement is BeginStatement or CommitStatement or RollbackStatement
        or SavepointStatement or ReleaseStatement or RollbackToStatement or SetConstraintsStatement
        or PrepareStatement or ExecuteStatement or DeallocateStatement or DiscardStatement
        or VacuumStatement or AnalyzeStatement or CheckpointStatement or LockTableStatement
        or ListenStatement or UnlistenStatement or NotifyStatement or UnsupportedStatement
        || SettingCommands.Takes(statement) || CursorCommands.Takes(statement);

    /// <summary>Carries one out.</summary>
    public ValueTask<CommandTag> RunAsync(
        StatementCall call, IResultSink sink, bool standsAlone, CancellationToken cancellation)
    {
        Statement statement = call.Statement.Syntax;
        if (SettingCommands.Takes(statement)) return _settings.RunAsync(statement, call.IsDescribed, sink, cancellation);
        if (CursorCommands.Takes(statement)) return _cursors.RunAsync(call, sink, cancellation);
        return statement switch
        {
            BeginStatement begin => ValueTask.FromResult(Begin(begin)),
            CommitStatement commit => CommitAsync(commit, cancellation),
            RollbackStatement rollback => RollbackAsync(rollback),
            SavepointStatement savepoint => ValueTask.FromResult(Save(savepoint)),
            ReleaseStatement release => ValueTask.FromResult(Release(release)),
            RollbackToStatement back => RollbackToAsync(back, cancellation),
            PrepareStatement prepare => PrepareAsync(prepare, call.Statement.Parsed!.ParameterCount, cancellation),
            ExecuteStatement execute => session.Prepared.ExecuteAsync(execute, call, sink, standsAlone, cancellation),
            DeallocateStatement deallocate => ValueTask.FromResult(Deallocate(deallocate)),
            DiscardStatement discard => DiscardAsync(discard, standsAlone, cancellation),
            _ => ValueTask.FromResult(Accept(statement, standsAlone)),
        };
    }

    private CommandTag Begin(BeginStatement begin)
    {
        Block.Begin(begin.Modes);
        return new CommandTag(begin.IsStart ? "START TRANSACTION" : "BEGIN");
    }

    private async ValueTask<CommandTag> CommitAsync(CommitStatement commit, CancellationToken cancellation)
    {
        TransactionModes chained = ChainedModes();
        if (Block.Status == TransactionStatus.Idle) WarnNoTransaction(commit.IsChained, "COMMIT AND CHAIN");
        await session.Portals.EndTransactionAsync(isCommit: Block.Status != TransactionStatus.Failed, cancellation);
        bool isCommitted = await Block.CommitAsync(cancellation);
        if (commit.IsChained) Block.Begin(chained);
        return new CommandTag(isCommitted ? "COMMIT" : "ROLLBACK");
    }

    private async ValueTask<CommandTag> RollbackAsync(RollbackStatement rollback)
    {
        TransactionModes chained = ChainedModes();
        if (Block.Status == TransactionStatus.Idle) WarnNoTransaction(rollback.IsChained, "ROLLBACK AND CHAIN");
        await session.Portals.EndTransactionAsync(isCommit: false, CancellationToken.None);
        await Block.RollbackAsync();
        if (rollback.IsChained) Block.Begin(chained);
        return new CommandTag("ROLLBACK");
    }

    private TransactionModes ChainedModes() => Block.Status == TransactionStatus.Idle
        ? TransactionModes.None
        : new TransactionModes(Block.Modes.Isolation, Block.Modes.IsReadOnly, Block.Modes.IsDeferrable);

    private void WarnNoTransaction(bool isChained, string command)
    {
        if (isChained)
            throw new SqlException(SqlStates.NoActiveSqlTransaction, $"{command} can only be used in transaction blocks");
        session.Warn(SqlStates.NoActiveSqlTransaction, "there is no transaction in progress");
    }

    private CommandTag Save(SavepointStatement savepoint)
    {
        Block.Save(savepoint.Name);
        return new CommandTag("SAVEPOINT");
    }

    private CommandTag Release(ReleaseStatement release)
    {
        Block.Release(release.Name);
        return new CommandTag("RELEASE");
    }

    private async ValueTask<CommandTag> RollbackToAsync(RollbackToStatement back, CancellationToken cancellation)
    {
        await Block.RollbackToAsync(back.Name, cancellation);
        return new CommandTag("ROLLBACK");
    }

    private async ValueTask<CommandTag> PrepareAsync(
        PrepareStatement prepare, int parameterCount, CancellationToken cancellation)
    {
        await session.Prepared.PrepareAsync(prepare, parameterCount, cancellation);
        return new CommandTag("PREPARE");
    }

    private CommandTag Deallocate(DeallocateStatement deallocate)
    {
        if (deallocate.Name is null)
        {
            session.Prepared.Clear();
            return new CommandTag("DEALLOCATE ALL");
        }

        session.Prepared.Find(deallocate.Name);
        session.Prepared.Remove(deallocate.Name);
        return new CommandTag("DEALLOCATE");
    }

    private async ValueTask<CommandTag> DiscardAsync(
        DiscardStatement discard, bool standsAlone, CancellationToken cancellation)
    {
        switch (discard.Kind)
        {
            case DiscardKind.All:
                RequireAlone("DISCARD ALL", standsAlone);
                await session.Portals.CloseAllAsync();
                session.Prepared.Clear();
                session.Settings.ResetAll();
                session.Sequences.Discard();
                return new CommandTag("DISCARD ALL");
            case DiscardKind.Sequences:
                session.Sequences.Discard();
                return new CommandTag("DISCARD SEQUENCES");
            case DiscardKind.Temporary:
                return new CommandTag("DISCARD TEMP");
            default:
                cancellation.ThrowIfCancellationRequested();
                return new CommandTag("DISCARD PLANS");
        }
    }

    /// <summary>What clients send and Lintel has no need of, and what it does not have.</summary>
    private CommandTag Accept(Statement statement, bool standsAlone)
    {
        switch (statement)
        {
            case VacuumStatement:
                RequireAlone("VACUUM", standsAlone);
                return new CommandTag("VACUUM");
            case AnalyzeStatement: return new CommandTag("ANALYZE");
            case CheckpointStatement: return new CommandTag("CHECKPOINT");
            case SetConstraintsStatement: return new CommandTag("SET CONSTRAINTS");
            case UnlistenStatement: return new CommandTag("UNLISTEN");
            case ListenStatement: throw NotSupported("LISTEN", statement);
            case NotifyStatement: throw NotSupported("NOTIFY", statement);
            case LockTableStatement:
                if (Block.Status == TransactionStatus.Idle)
                    throw new SqlException(SqlStates.NoActiveSqlTransaction, "LOCK TABLE can only be used in transaction blocks");
                throw NotSupported("LOCK TABLE", statement);
            case UnsupportedStatement unsupported: throw NotSupported(unsupported.What, statement);
            default: throw NotSupported(statement.GetType().Name, statement);
        }
    }

    private void RequireAlone(string command, bool standsAlone)
    {
        if (standsAlone && !Block.IsInTransaction) return;
        throw new SqlException(SqlStates.ActiveSqlTransaction, $"{command} cannot run inside a transaction block");
    }

    private static SqlException NotSupported(string what, Statement statement) =>
        new(SqlStates.FeatureNotSupported, $"{what} is not supported", statement.Position);
}
