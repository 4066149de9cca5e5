using Lintel.Sql.Execute;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>How a SELECT, VALUES, INSERT, UPDATE, DELETE or EXPLAIN runs. Immutable; each execution has its own frame.</summary>
public sealed class QueryPlan
{
    /// <summary>The top of the plan.</summary>
    public required PlanNode Root { get; init; }

    /// <summary>How many registers a frame has; the first hold the parameters.</summary>
    public required int RegisterCount { get; init; }

    /// <summary>The registers of a result row, in order; empty when the statement returns no rows.</summary>
    public required int[] ResultRegisters { get; init; }

    /// <summary>First word of the command tag: SELECT, INSERT 0, UPDATE, DELETE, EXPLAIN.</summary>
    public required string Verb { get; init; }

    /// <summary>Whether it only reads and takes no row locks: a snapshot can serve it.</summary>
    public required bool IsReadOnly { get; init; }

    /// <summary>
    /// Whether it reads or writes at most one row, found by its whole primary key: outside of a transaction block this
    /// is one round trip.
    /// </summary>
    public required bool IsPointAccess { get; init; }

    /// <summary>Whether the command tag counts the rows of the result rather than those written.</summary>
    public bool CountsResultRows => Verb is "SELECT";

    /// <summary>Begins an execution. The parameter values are copied.</summary>
    public RunningStatement Start(StatementScope scope, ReadOnlySpan<SqlValue> parameters)
    {
        var frame = new Frame(RegisterCount, scope);
        parameters.CopyTo(frame.Registers);
        return new RunningStatement(this, frame);
    }
}
