using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Commands;

/// <summary>DECLARE, FETCH, MOVE and CLOSE. Cursors move forward only.</summary>
internal sealed class CursorCommands(SqlSession session)
{
    /// <summary>Whether a statement is one of them.</summary>
    public static bool Takes(Statement statement) =>
        statement is DeclareCursorStatement or FetchStatement or CloseStatement;

    /// <summary>Carries one out.</summary>
    public async ValueTask<CommandTag> RunAsync(StatementCall call, IResultSink sink, CancellationToken cancellation)
    {
        switch (call.Statement.Syntax)
        {
            case DeclareCursorStatement declare:
                await DeclareAsync(declare, call, cancellation);
                return new CommandTag("DECLARE CURSOR");
            case FetchStatement fetch:
                return await FetchAsync(fetch, call.IsDescribed, sink, cancellation);
            case CloseStatement { Cursor: null }:
                await session.Portals.CloseAllAsync();
                return new CommandTag("CLOSE CURSOR ALL");
            default:
                string name = ((CloseStatement)call.Statement.Syntax).Cursor!;
                session.Portals.Find(name);
                await session.Portals.CloseAsync(name);
                return new CommandTag("CLOSE CURSOR");
        }
    }

    private async ValueTask DeclareAsync(
        DeclareCursorStatement declare, StatementCall call, CancellationToken cancellation)
    {
        if (declare.IsScroll == true) throw NotSupported("SCROLL cursors", declare);
        if (declare.IsBinary) throw NotSupported("BINARY cursors", declare);
        if (!declare.WithHold && session.Block.Status == TransactionStatus.Idle)
        {
            throw new SqlException(
                SqlStates.NoActiveSqlTransaction, "DECLARE CURSOR can only be used in transaction blocks");
        }

        var select = new SelectStatement(declare.Query.Position, declare.Query);
        string text = SqlText.Render(select);
        var parsed = new ParsedStatement(select, 0, text.Length, call.Statement.Parsed!.ParameterCount);
        var statement = new PreparedStatement("", text, parsed, call.Statement.ParameterTypes);
        OpenTransaction transaction = await session.Block.EnsureAsync(cancellation);
        statement.PlanFor(transaction.Schema, transaction.HasSchemaChanges, session);
        session.Portals.Add(new Portal(declare.Name, statement, call.Parameters)
        {
            WithHold = declare.WithHold,
            IsCursor = true,
        });
        transaction.IsUsed = true;
        if (!declare.WithHold || session.Block.Status != TransactionStatus.Idle) return;

        // Outside of a block the transaction ends right here, and the cursor takes its rows along.
        await session.Portals.EndTransactionAsync(isCommit: true, cancellation);
        await session.Block.CommitAsync(cancellation);
    }

    private async ValueTask<CommandTag> FetchAsync(
        FetchStatement fetch, bool isDescribed, IResultSink sink, CancellationToken cancellation)
    {
        Portal portal = session.Portals.Find(fetch.Cursor);
        bool isForward = fetch.Direction == FetchDirection.Forward && fetch.Count is null or >= 0;
        bool isNext = fetch is { Direction: FetchDirection.Relative, Count: 1 };
        if (!isForward && !isNext)
        {
            throw new SqlException(new SqlError(
                SqlStates.ObjectNotInPrerequisiteState, "cursor can only scan forward",
                Hint: "Declare it with SCROLL option to enable backward scan."));
        }

        if (isDescribed && !fetch.IsMove && !portal.Columns.IsDefault) sink.Columns(portal.Columns);
        long rows = await session.Portals.PullAsync(
            portal, fetch.Count ?? -1, fetch.IsMove ? null : sink, cancellation);
        return new CommandTag(fetch.IsMove ? "MOVE" : "FETCH", rows);
    }

    private static SqlException NotSupported(string what, DeclareCursorStatement declare) =>
        new(SqlStates.FeatureNotSupported, $"{what} are not supported", declare.Position);
}
