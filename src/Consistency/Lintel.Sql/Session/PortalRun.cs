using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>One Execute of a portal.</summary>
internal sealed class PortalRun(SqlSession session, Portal portal)
{
    /// <summary>Runs it, to its end or to the row limit.</summary>
    public async ValueTask<ExecuteOutcome> ExecuteAsync(
        long maxRows, IResultSink sink, ExecuteHint hint, CancellationToken cancellation)
    {
        if (portal.Statement.Parsed is null) return new ExecuteOutcome(ExecuteOutcomeKind.Empty, default);
        using var deadline = new StatementDeadline(
            session.Settings.Duration("statement_timeout"), session.Engine.Options.Time, cancellation);
        try
        {
            bool isRows = portal.Statement.LatestPlan?.Query is not null && portal.Statement.ReturnsRows;
            if (portal.Run is not null || portal.Held is not null || portal.IsDone || (maxRows > 0 && isRows))
                return await PullAsync(maxRows, sink, deadline.Token);
            var call = new StatementCall(portal.Statement, portal.Parameters, IsDescribed: false);
            CommandTag tag = await session.Runner.RunAsync(
                call, sink, standsAlone: hint == ExecuteHint.SyncFollows, deadline.Token);
            portal.IsDone = true;
            return new ExecuteOutcome(ExecuteOutcomeKind.Completed, tag);
        }
        catch (Exception failure) when (!ReferenceEquals(deadline.Explain(failure), failure))
        {
            throw deadline.Explain(failure);
        }
    }

    private async ValueTask<ExecuteOutcome> PullAsync(long maxRows, IResultSink sink, CancellationToken cancellation)
    {
        session.Runner.RequireRunnable(portal.Statement.Syntax);
        if (portal.IsDone && !portal.Statement.ReturnsRows)
        {
            throw new SqlException(
                SqlStates.ObjectNotInPrerequisiteState, $"portal \"{portal.Name}\" cannot be run");
        }

        session.OnStatementBegins(cancellation);
        long rows = await session.Portals.PullAsync(portal, maxRows > 0 ? maxRows : -1, sink, cancellation);
        if (session.Block.Current is { } current) current.IsUsed = true;
        if (!portal.IsDone) return new ExecuteOutcome(ExecuteOutcomeKind.Suspended, default);
        CommandTag tag = portal.Run?.Tag ?? new CommandTag("SELECT", rows);
        return new ExecuteOutcome(ExecuteOutcomeKind.Completed, tag.Verb == "SELECT" ? tag with { Count = rows } : tag);
    }
}
