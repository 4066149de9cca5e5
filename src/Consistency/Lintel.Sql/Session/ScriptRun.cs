using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>One run of a script: the statements of a simple Query message, one after the other.</summary>
internal sealed class ScriptRun(SqlSession session, IScriptSink sink)
{
    /// <summary>Runs them all. The last one is reported complete when the implicit transaction has been committed.</summary>
    public async ValueTask RunAsync(string text, CancellationToken cancellation)
    {
        await session.Portals.CloseAsync("");
        ImmutableArray<ParsedStatement> statements = session.Engine.Plans.Parse(text);
        if (statements.IsEmpty)
        {
            sink.EmptyQuery();
            return;
        }

        bool standsAlone = statements.Length == 1;
        if (!standsAlone && !session.Block.IsInTransaction && statements.All(s => StatementShape.MayRead(s.Statement)))
            session.Block.BeginReading();
        for (int i = 0; i < statements.Length; i++)
        {
            CommandTag tag = await RunAsync(text, statements[i], standsAlone, cancellation);
            if (i == statements.Length - 1) await session.EndImplicitAsync(cancellation);
            sink.Completed(tag);
        }
    }

    private async ValueTask<CommandTag> RunAsync(
        string text, ParsedStatement parsed, bool standsAlone, CancellationToken cancellation)
    {
        if (parsed.ParameterCount > 0 && parsed.Statement is not PrepareStatement)
        {
            throw new SqlException(SqlStates.UndefinedParameter, "there is no parameter $1");
        }

        string own = parsed.Length == text.Length ? text : text.Substring(parsed.Start, parsed.Length);
        var statement = new PreparedStatement("", own, parsed, []);
        using var deadline = new StatementDeadline(
            session.Settings.Duration("statement_timeout"), session.Engine.Options.Time, cancellation);
        try
        {
            return await session.Runner.RunAsync(
                new StatementCall(statement, [], IsDescribed: true), sink, standsAlone, deadline.Token);
        }
        catch (Exception failure) when (!ReferenceEquals(deadline.Explain(failure), failure))
        {
            throw deadline.Explain(failure);
        }
    }
}
