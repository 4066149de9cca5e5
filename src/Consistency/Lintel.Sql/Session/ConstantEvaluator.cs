using System.Collections.Immutable;
using Lintel.Sql.Execute;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>Computes expressions that stand alone: the arguments of EXECUTE, the value of a default.</summary>
internal sealed class ConstantEvaluator(SqlSession session)
{
    /// <summary>The values of expressions, each with the type it has by itself (or is cast to).</summary>
    public async ValueTask<SqlValue[]> EvaluateAsync(
        IReadOnlyList<Expression> expressions, CancellationToken cancellation)
    {
        if (session.Block.IsInTransaction)
            return await EvaluateAsync(await session.Block.EnsureAsync(cancellation), expressions, cancellation);
        BlockModes modes = BlockModes.Default(session.Settings) with { IsReadOnly = true };
        await using OpenTransaction snapshot = await session.Block.OpenAsync(modes, null, cancellation);
        return await EvaluateAsync(snapshot, expressions, cancellation);
    }

    /// <summary>The same inside a transaction.</summary>
    public async ValueTask<SqlValue[]> EvaluateAsync(
        OpenTransaction transaction, IReadOnlyList<Expression> expressions, CancellationToken cancellation)
    {
        StatementPlan plan = Plan(transaction, expressions);
        await using RunningStatement run = plan.Query!.Start(
            session.Runner.ScopeOf(transaction, false, cancellation), []);
        return await run.NextAsync() ? run.Row.ToArray() : throw new InvalidOperationException("a row was expected");
    }

    /// <summary>The types of expressions. Throws what is wrong with them.</summary>
    public ImmutableArray<SqlType> TypesOf(OpenTransaction transaction, IReadOnlyList<Expression> expressions) =>
        [.. Plan(transaction, expressions).Columns.Select(c => c.Type)];

    private StatementPlan Plan(OpenTransaction transaction, IReadOnlyList<Expression> expressions)
    {
        var body = new SelectBody(
            0, false, [], [.. expressions.Select(e => new SelectItem(e.Position, e, null))], [], null, [], false, null, []);
        var query = new Query(0, null, body, [], null, null, false, [], null);
        var parsed = new ParsedStatement(new SelectStatement(0, query), 0, 0, 0);
        return StatementPlanner.Plan(parsed, session.PlanningContextOf(transaction.Schema), []);
    }
}
