using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Sql.Execute;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Session.Commands;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>
/// Runs one statement: in the transaction that is under way, or as a transaction of its own. A transaction of its own is
/// run again when it loses a conflict, as long as nothing of it has left the node; so is the first statement of a block.
/// A statement that only reads runs over a snapshot, without locks.
/// </summary>
internal sealed class StatementRunner(SqlSession session)
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(50);
    private const int AttemptsWithoutPause = 3;
    private readonly SessionCommands _commands = new(session);
    private readonly TransactionCommands _transactional = new(session);

    private TransactionBlock Block => session.Block;

    private int RowsHeldBytes => session.Engine.Limits.RetryBufferBytes;

    /// <summary>
    /// Runs a statement to its end. <paramref name="standsAlone"/> says whether it may be a transaction of its own.
    /// </summary>
    public async ValueTask<CommandTag> RunAsync(
        StatementCall call, IResultSink sink, bool standsAlone, CancellationToken cancellation)
    {
        Statement syntax = call.Statement.Syntax;
        RequireRunnable(syntax);
        session.OnStatementBegins(cancellation);
        if (SessionCommands.Takes(syntax)) return await _commands.RunAsync(call, sink, standsAlone, cancellation);
        if (DatabaseCommands.Takes(syntax))
        {
            if (!standsAlone || Block.IsInTransaction) throw DatabaseCommands.InTransaction(syntax);
            return await DatabaseCommands.RunAsync(session, syntax, cancellation);
        }

        if (!standsAlone || Block.IsInTransaction) return await RunInBlockAsync(call, sink, cancellation);
        if (StatementShape.MayRead(syntax))
        {
            CommandTag? read = await RunReadingAsync(call, sink, cancellation);
            if (read is { } tag) return tag;
        }

        return await RunAloneAsync(call, sink, cancellation);
    }

    /// <summary>25P02 in a failed block, except for what ends it.</summary>
    public void RequireRunnable(Statement syntax)
    {
        if (Block.Status != TransactionStatus.Failed || StatementShape.EndsBlock(syntax)) return;
        throw new SqlException(
            SqlStates.InFailedSqlTransaction,
            "current transaction is aborted, commands ignored until end of transaction block");
    }

    /// <summary>What a run of a plan works with, in a transaction.</summary>
    public StatementScope ScopeOf(OpenTransaction transaction, bool defersUniqueChecks, CancellationToken cancellation)
    {
        session.UseNames(transaction.Schema);
        return new StatementScope
        {
            Engine = session.Engine,
            Evaluation = session.Evaluation,
            Functions = session.Functions,
            RowIds = session.Engine.RowIds,
            Session = session,
            Reader = transaction.Reader,
            Writer = Block.IsInTransaction && Block.Modes.IsReadOnly ? null : transaction.Writer,
            Schema = transaction.Schema,
            Memory = new MemoryMeter(session.Engine.Limits.StatementBytesMax),
            Cancellation = cancellation,
            DefersUniqueChecks = defersUniqueChecks,
        };
    }

    private async ValueTask<CommandTag> RunInBlockAsync(
        StatementCall call, IResultSink sink, CancellationToken cancellation)
    {
        bool mayRestart = Block.MayRestart;
        var held = new HeldRows(sink, mayRestart ? RowsHeldBytes : 0);
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                OpenTransaction transaction = await Block.EnsureAsync(cancellation);
                CommandTag tag = await RunOnceAsync(transaction, call, held, false, cancellation);
                transaction.IsUsed = true;
                await held.ReleaseAsync(cancellation);
                return tag;
            }
            catch (LintelException lost) when (mayRestart && IsLost(lost) && MayRunAgain(held, attempt))
            {
                held.Clear();
                await PauseAsync(attempt, cancellation);
                await Block.ForgetAsync();
            }
        }
    }

    /// <summary>Runs over a snapshot; null when the plan turns out to need more than that.</summary>
    private async ValueTask<CommandTag?> RunReadingAsync(
        StatementCall call, IResultSink sink, CancellationToken cancellation)
    {
        BlockModes modes = BlockModes.Default(session.Settings) with { IsReadOnly = true };
        session.OnTransactionBegins();
        await using OpenTransaction transaction = await Block.OpenAsync(modes, null, cancellation);
        StatementPlan plan = call.Statement.PlanFor(transaction.Schema, false, session);
        if (plan.Query is not { IsReadOnly: true }) return null;
        return await RunOnceAsync(transaction, call, sink, false, cancellation);
    }

    private async ValueTask<CommandTag> RunAloneAsync(
        StatementCall call, IResultSink sink, CancellationToken cancellation)
    {
        BlockModes modes = BlockModes.Default(session.Settings);
        var held = new HeldRows(sink, RowsHeldBytes);
        TransactionId? retryOf = null;
        bool defers = true;
        for (int attempt = 1; ; attempt++)
        {
            session.OnTransactionBegins();
            OpenTransaction? transaction = null;
            try
            {
                transaction = await Block.OpenAsync(modes, retryOf, cancellation);
                CommandTag tag = await RunOnceAsync(transaction, call, held, defers, cancellation);
                await transaction.CommitAsync(cancellation);
                session.Settings.EndTransaction();
                await held.ReleaseAsync(cancellation);
                return tag;
            }
            catch (LintelException lost) when (IsLost(lost) && MayRunAgain(held, attempt))
            {
                retryOf = transaction?.Writer?.Id ?? retryOf;
            }
            catch (LintelException taken) when (
                taken.Error.Code == ErrorCode.AlreadyExists && defers && MayRunAgain(held, attempt))
            {
                // Found out at the commit, which knows a key and no more: run again, checking as it goes, the statement
                // gives the error that names the constraint and the values.
                defers = false;
            }
            finally
            {
                if (transaction is not null) await transaction.DisposeAsync();
            }

            held.Clear();
            await PauseAsync(attempt, cancellation);
        }
    }

    private async ValueTask<CommandTag> RunOnceAsync(
        OpenTransaction transaction, StatementCall call, IResultSink sink, bool defers, CancellationToken cancellation)
    {
        StatementPlan plan = call.Statement.PlanFor(transaction.Schema, transaction.HasSchemaChanges, session);
        if (plan.Query is null) return await _transactional.RunAsync(transaction, plan.Syntax, sink, cancellation);
        StatementScope scope = ScopeOf(transaction, defers, cancellation);
        await using RunningStatement run = plan.Query.Start(scope, call.Parameters);

        // The columns go out with the first row: what fails before it has shown nothing.
        bool found = await run.NextAsync();
        if (call.IsDescribed && !plan.Columns.IsDefault) sink.Columns(plan.Columns);
        while (found)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!plan.Columns.IsDefault && sink.Row(run.Row)) await sink.DrainAsync(cancellation);
            found = await run.NextAsync();
        }

        return run.Tag;
    }

    private static bool IsLost(LintelException failure) => failure.Error.Code == ErrorCode.TransactionAborted;

    private bool MayRunAgain(HeldRows held, int attempt) =>
        !held.HasLeft && attempt <= session.Engine.Limits.ServerRetriesMax;

    /// <summary>
    /// Whoever keeps losing waits a little, at random. Age already sees to it that everybody comes through; this keeps
    /// the losers from taking time from the winner.
    /// </summary>
    private async ValueTask PauseAsync(int attempt, CancellationToken cancellation)
    {
        if (attempt < AttemptsWithoutPause) return;
        double share = session.Evaluation.Random.NextDouble();
        TimeSpan most = TimeSpan.FromMilliseconds(1 << Math.Min(attempt - AttemptsWithoutPause, 6));
        await Task.Delay((most < PauseMax ? most : PauseMax) * share, session.Engine.Options.Time, cancellation);
    }
}

/// <summary>A statement with the values of its parameters, about to be run.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Parameters">Its parameters, of its parameter types.</param>
/// <param name="IsDescribed">Whether the sink is told the columns: in scripts.</param>
internal readonly record struct StatementCall(PreparedStatement Statement, SqlValue[] Parameters, bool IsDescribed);
