using System.Collections.Immutable;

namespace Lintel.Sql.Execute.Operators;

/// <summary>
/// One step of a plan. Immutable and shared by all executions of the plan; <see cref="Open"/> makes the cursor that
/// runs it.
/// </summary>
public abstract class PlanNode
{
    /// <summary>Where it takes its rows from.</summary>
    public virtual ImmutableArray<PlanNode> Inputs => [];

    /// <summary>The registers that a row of this node consists of: its own and those of its inputs.</summary>
    public virtual void AddRegisters(List<int> registers)
    {
        foreach (PlanNode input in Inputs) input.AddRegisters(registers);
    }

    /// <summary>The expressions that it evaluates itself, for EXPLAIN (subplans) and for looking for subqueries.</summary>
    public virtual IEnumerable<Expressions.BoundExpression> Expressions => [];

    /// <summary>Its line in EXPLAIN, without what it reads: <c>Seq Scan on t</c>.</summary>
    public abstract string Title { get; }

    /// <summary>Further lines in EXPLAIN: <c>Filter: (a > 1)</c>.</summary>
    public virtual IEnumerable<string> Properties => [];

    /// <summary>The same node told that only the first rows are wanted, where that lets it read less.</summary>
    public virtual PlanNode WithRowLimit(Expressions.BoundExpression limit, Expressions.BoundExpression? offset) => this;

    /// <summary>Makes a cursor, counted when the statement is EXPLAIN ANALYZE.</summary>
    public Cursor Start(Frame frame)
    {
        Cursor cursor = Open(frame);
        return frame.Scope.Measurements is { } measurements ? measurements.Measure(this, cursor) : cursor;
    }

    /// <summary>Makes the cursor.</summary>
    protected abstract Cursor Open(Frame frame);
}
