using Lintel.Sql.Catalog;
using Lintel.Sql.Execute;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Session.Transactions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>Conditions over a table, asked as queries over it.</summary>
internal static class CheckConditions
{
    /// <summary>Throws what is wrong with the conditions of checks: unknown columns, no boolean.</summary>
    public static void Require(
        SqlSession session, DatabaseSchema schema, TableDescriptor table, IEnumerable<CheckDescriptor> checks)
    {
        foreach (CheckDescriptor check in checks)
        {
            try
            {
                Plan(session, schema, table, SqlParser.ParseExpression(check.ExpressionSql));
            }
            catch (SqlException wrong)
            {
                // Its position is one in the text of the check, which the client did not send.
                throw (wrong.Error with { Position = 0 }).ToException(wrong);
            }
        }
    }

    /// <summary>Whether a condition is true of any row, own writes included.</summary>
    public static async ValueTask<bool> HoldsSomewhereAsync(
        SqlSession session, OpenTransaction transaction, TableDescriptor table, Expression condition,
        CancellationToken cancellation)
    {
        StatementPlan plan = Plan(session, transaction.Schema, table, condition);
        await using RunningStatement run = plan.Query!.Start(
            session.Runner.ScopeOf(transaction, false, cancellation), []);
        return await run.NextAsync();
    }

    /// <summary>SELECT true FROM table WHERE condition LIMIT 1.</summary>
    private static StatementPlan Plan(
        SqlSession session, DatabaseSchema schema, TableDescriptor table, Expression condition)
    {
        var name = new QualifiedName(0, [schema.FindSchema(table.SchemaId)!.Name, table.Name]);
        var body = new SelectBody(
            0, false, [], [new SelectItem(0, new BooleanLiteral(0, true), null)], [new NamedTable(0, name, false, null)],
            condition, [], false, null, []);
        var query = new Query(0, null, body, [], new NumberLiteral(0, "1"), null, false, [], null);
        var parsed = new ParsedStatement(new SelectStatement(0, query), 0, 0, 0);
        return StatementPlanner.Plan(parsed, session.PlanningContextOf(schema), []);
    }
}
