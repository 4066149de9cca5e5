using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>
/// A statement made ready to run, immutable and shared by every session of the node that asks for the same text under
/// the same schema, search path and parameter types.
/// </summary>
public sealed class StatementPlan
{
    /// <summary>What was parsed.</summary>
    public required Statement Syntax { get; init; }

    /// <summary>Types of the parameters.</summary>
    public required ImmutableArray<SqlType> ParameterTypes { get; init; }

    /// <summary>Columns of the result; default when the statement returns no rows.</summary>
    public ImmutableArray<ResultColumn> Columns { get; init; }

    /// <summary>
    /// The schema it was made for: the plan is used with exactly this value, and made anew when the transaction has
    /// another one. Null for a statement that looks at no schema.
    /// </summary>
    public DatabaseSchema? Schema { get; init; }

    /// <summary>
    /// Whether it writes no row and takes no row lock, so that it may run over a snapshot (outside of a transaction
    /// block, or in a read-only one).
    /// </summary>
    public bool IsReadOnly { get; init; }

    /// <summary>What runs; null for statements that the session carries out itself (SET, BEGIN, CREATE TABLE, COPY...).</summary>
    public StatementProgram? Program { get; init; }
}
