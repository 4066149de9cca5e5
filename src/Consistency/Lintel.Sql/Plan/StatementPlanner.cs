using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>From a parsed statement to a plan: binds names and types, then chooses how to run it.</summary>
public static class StatementPlanner
{
    /// <summary>
    /// Plans a statement. <paramref name="given"/> are the parameter types that the client gave; unknown, or missing at
    /// the end, are inferred. Statements that the session runs itself get a plan without <see cref="StatementPlan.Query"/>.
    /// Throws SqlException: what PostgreSQL says of the statement, or 0A000.
    /// </summary>
    public static StatementPlan Plan(ParsedStatement statement, PlanningContext context, ReadOnlySpan<SqlType> given)
    {
        if (statement.Statement is SelectStatement or InsertStatement or UpdateStatement or DeleteStatement or ExplainStatement)
            throw new SqlException(SqlStates.FeatureNotSupported, "queries are not supported yet");
        return new StatementPlan
        {
            Syntax = statement.Statement,
            ParameterTypes = [],
            SchemaVersion = context.Schema.Version,
        };
    }
}
