using Lintel.Sql.Execute;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>CREATE TABLE AS: a table with the columns of a query, filled by an INSERT of the same query.</summary>
internal sealed class CreateTableAs(SqlSession session, SchemaEditor editor)
{
    /// <summary>Carries it out.</summary>
    public async ValueTask<CommandTag> RunAsync(CreateTableAsStatement create, CancellationToken cancellation)
    {
        if (create.Source is not SelectStatement select)
            throw new SqlException(SqlStates.FeatureNotSupported, "CREATE TABLE AS takes a query only", create.Position);
        var names = new ObjectNames(session, editor.Schema);
        uint schemaId = names.SchemaForNew(create.Name).Id;
        if (create.IfNotExists && editor.Schema.IsTaken(schemaId, create.Name.Name))
        {
            session.Notice($"relation \"{create.Name.Name}\" already exists, skipping");
            return new CommandTag("CREATE TABLE AS");
        }

        StatementPlan source = StatementPlanner.Plan(
            new ParsedStatement(select, 0, 0, 0), session.PlanningContextOf(editor.Schema), []);
        if (create.Columns.Length > source.Columns.Length)
        {
            throw new SqlException(
                SqlStates.SyntaxError, "too many column names were specified", create.Columns[source.Columns.Length].Position);
        }

        var definition = new CreateTableStatement(
            create.Position, create.Name, false, create.Persistence,
            [.. source.Columns.Select((column, i) => Column(create, column, i))], [], create.Options, []);
        await new CreateTable(session, editor).RunAsync(definition, cancellation);
        if (!create.WithData) return new CommandTag("CREATE TABLE AS");
        var insert = new InsertStatement(
            create.Position, null, create.Name, null, [], OverridingKind.None, select.Query, null, []);
        StatementPlan fill = StatementPlanner.Plan(
            new ParsedStatement(insert, 0, 0, 0), session.PlanningContextOf(editor.Schema), []);
        await using RunningStatement run = fill.Query!.Start(
            session.Runner.ScopeOf(editor.Transaction, false, cancellation), []);
        while (await run.NextAsync())
        {
        }

        return new CommandTag("SELECT", run.Tag.Count);
    }

    private static ColumnDefinition Column(CreateTableAsStatement create, ResultColumn column, int at)
    {
        string name = at < create.Columns.Length ? create.Columns[at].Name : column.Name;
        SqlType type = column.Type.Kind == SqlKind.Unknown ? SqlType.Text : column.Type;
        return new ColumnDefinition(create.Position, name, SqlParser.ParseTypeName(type.DisplayName), null, []);
    }
}
