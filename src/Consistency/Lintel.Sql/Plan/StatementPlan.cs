using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>
/// A statement made ready to run, immutable and shared by every session of the node that asks for the same text under
/// the same schema version, search path and parameter types.
/// </summary>
public sealed class StatementPlan
{
    /// <summary>What was parsed.</summary>
    public required Statement Syntax { get; init; }

    /// <summary>Types of the parameters.</summary>
    public required ImmutableArray<SqlType> ParameterTypes { get; init; }

    /// <summary>Columns of the result; default when the statement returns no rows.</summary>
    public ImmutableArray<ResultColumn> Columns { get; init; }

    /// <summary>The schema version it was made for.</summary>
    public long SchemaVersion { get; init; }

    /// <summary>How it runs; null for a statement that the session runs itself (BEGIN, SET, DDL, COPY and so on).</summary>
    public QueryPlan? Query { get; init; }
}
