using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>Conditions over a table, asked as queries over it.</summary>
internal static class CheckConditions
{
    /// <summary>Throws what is wrong with the conditions of checks: unknown columns, no boolean.</summary>
    public static void Require(
        SqlSession session, DatabaseSchema schema, TableDescriptor table, IEnumerable<CheckDescriptor> checks)
    {
        foreach (CheckDescriptor check in checks)
            StatementPlanner.Plan(
                Query(schema, table, SqlParser.ParseExpression(check.ExpressionSql)), session.PlanningContextOf(schema), []);
    }

    /// <summary>SELECT true FROM table WHERE condition LIMIT 1.</summary>
    public static ParsedStatement Query(DatabaseSchema schema, TableDescriptor table, Expression condition)
    {
        var name = new QualifiedName(0, [schema.FindSchema(table.SchemaId)!.Name, table.Name]);
        string text = SqlText.Render(new SelectStatement(0, new Query(
            0, null,
            new SelectBody(
                0, false, [], [new SelectItem(0, new BooleanLiteral(0, true), null)], [From(name)], condition, [], false, null, []),
            [], new NumberLiteral(0, "1"), null, false, [], null)));
        return SqlParser.Parse(text)[0];
    }

    private static NamedTable From(QualifiedName name) =>
        (NamedTable)((SelectBody)((SelectStatement)SqlParser.Parse("TABLE " + string.Join('.', name.Parts.Select(Identifiers.Quote)))[0].Statement)
            .Query.Body).From[0];
}
