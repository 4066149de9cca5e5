using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>Makes plans of the statements that read and write rows: SELECT, VALUES, INSERT, UPDATE, DELETE, EXPLAIN.</summary>
public static class StatementPlanner
{
    /// <summary>Whether <see cref="Plan"/> takes a statement; the session carries out the others itself.</summary>
    public static bool Takes(Statement statement) =>
        statement is SelectStatement or InsertStatement or UpdateStatement or DeleteStatement or ExplainStatement;

    /// <summary>
    /// Binds and plans a statement. Throws what is wrong with it, with its position: 42P01, 42703, 42883, 42804, 0A000...
    /// </summary>
    public static StatementPlan Plan(Statement statement, PlanContext context) =>
        throw new SqlException(
            SqlStates.FeatureNotSupported, $"{statement.GetType().Name} over {context.Schema.Database.Name} is not planned yet");
}
