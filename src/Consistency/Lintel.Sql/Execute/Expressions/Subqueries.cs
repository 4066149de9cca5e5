using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>The plan of a subquery as its expression holds it.</summary>
/// <param name="Number">Numbers the subqueries of a statement, for EXPLAIN.</param>
/// <param name="Plan">How it runs.</param>
/// <param name="Outputs">Registers of its columns.</param>
/// <param name="OuterRegisters">Registers of the queries around it that it reads; empty when it runs once.</param>
public sealed record Subplan(int Number, PlanNode Plan, int[] Outputs, int[] OuterRegisters)
{
    /// <summary>Whether it gives the same rows whatever the row outside is.</summary>
    public bool IsConstant => OuterRegisters.Length == 0;

    /// <summary>How EXPLAIN names it.</summary>
    public string Title => IsConstant ? $"InitPlan {Number}" : $"SubPlan {Number}";
}

/// <summary>A value that a subquery gives.</summary>
public abstract class SubqueryExpression(Subplan plan, SqlType type, int position) : DeferredExpression(type, position)
{
    /// <summary>The subquery.</summary>
    public Subplan Subplan => plan;

    /// <inheritdoc/>
    public override bool DependsOnRow => !plan.IsConstant || Operands.Length > 0;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> OuterRegisters => plan.OuterRegisters;

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => text.Add("(").Add(plan.Title).Add(")");
}

/// <summary>(SELECT ...) as a value: NULL without a row, 21000 with more than one.</summary>
public sealed class ScalarSubqueryExpression(Subplan plan, SqlType type, int position)
    : SubqueryExpression(plan, type, position)
{
    /// <inheritdoc/>
    public override async ValueTask<SqlValue> ComputeAsync(Frame frame)
    {
        Cursor cursor = frame.Restart(this, Subplan.Plan);
        if (!await cursor.NextAsync()) return SqlValue.Null;
        SqlValue value = frame.Registers[Subplan.Outputs[0]];
        return await cursor.NextAsync()
            ? throw new SqlException(
                SqlStates.CardinalityViolation, "more than one row returned by a subquery used as an expression")
            : value;
    }
}

/// <summary>EXISTS (SELECT ...).</summary>
public sealed class ExistsSubquery(Subplan plan, int position) : SubqueryExpression(plan, SqlType.Bool, position)
{
    /// <inheritdoc/>
    public override async ValueTask<SqlValue> ComputeAsync(Frame frame) =>
        SqlValue.Of(await frame.Restart(this, Subplan.Plan).NextAsync());

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => text.Add("EXISTS(").Add(Subplan.Title).Add(")");
}

/// <summary>ARRAY(SELECT ...).</summary>
public sealed class ArraySubqueryExpression(Subplan plan, SqlType element, int position)
    : SubqueryExpression(plan, SqlType.ArrayOf(element), position)
{
    /// <inheritdoc/>
    public override async ValueTask<SqlValue> ComputeAsync(Frame frame)
    {
        Cursor cursor = frame.Restart(this, Subplan.Plan);
        var items = new List<SqlValue>();
        while (await cursor.NextAsync())
        {
            SqlValue item = frame.Registers[Subplan.Outputs[0]];
            frame.Scope.Memory.Take(16 + item.HeapBytes);
            items.Add(item);
        }

        return SqlValue.Of(new SqlArray(element, [.. items]));
    }
}

/// <summary>
/// value op ANY|ALL (SELECT ...): evaluates the comparison, which reads the outer row and the subquery's row, for each
/// of its rows.
/// </summary>
public sealed class QuantifiedSubquery(Subplan plan, BoundExpression comparison, bool isAll, int position)
    : SubqueryExpression(plan, SqlType.Bool, position)
{
    private readonly BoundExpression[] _operands = [comparison];
    private readonly RowExpression _comparison = new(comparison);

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override async ValueTask<SqlValue> ComputeAsync(Frame frame)
    {
        Cursor cursor = frame.Restart(this, Subplan.Plan);
        bool unknown = false;
        while (await cursor.NextAsync())
        {
            SqlValue holds = await _comparison.EvaluateAsync(frame);
            if (holds.IsNull) unknown = true;
            else if (holds.AsBool() != isAll) return SqlValue.Of(!isAll);
        }

        return unknown ? SqlValue.Null : SqlValue.Of(isAll);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) =>
        new QuantifiedSubquery(Subplan, changed[0], isAll, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        text.Add(isAll ? "ALL(" : "ANY(").Add(_operands[0]).Add(" ").Add(Subplan.Title).Add(")");
    }
}

/// <summary>(a, b) IN (SELECT ...), where the subquery does not depend on the row: its rows are hashed once.</summary>
public sealed class HashedSubquery(Subplan plan, BoundExpression[] values, int position)
    : SubqueryExpression(plan, SqlType.Bool, position)
{
    private readonly RowExpression[] _values = Array.ConvertAll(values, v => new RowExpression(v));
    private readonly SqlType[] _types = Array.ConvertAll(values, v => v.Type);

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => values;

    /// <inheritdoc/>
    public override async ValueTask<SqlValue> ComputeAsync(Frame frame)
    {
        Table table = frame.Keep(this, () => new Table(_types));
        if (!table.IsFilled) await FillAsync(table, frame);
        if (table.Rows.Count == 0 && table.WithNulls.Count == 0) return SqlValue.False;
        var row = new SqlValue[_values.Length];
        bool hasNull = false;
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = await _values[i].EvaluateAsync(frame);
            hasNull |= row[i].IsNull;
        }

        if (!hasNull && table.Rows.Contains(row)) return SqlValue.True;
        IEnumerable<SqlValue[]> possible = hasNull ? table.Rows.Concat(table.WithNulls) : table.WithNulls;
        foreach (SqlValue[] other in possible)
        {
            if (MayBeEqual(row, other)) return SqlValue.Null;
        }

        return SqlValue.False;
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new HashedSubquery(Subplan, changed, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) =>
        text.Add("(").Add(values).Add(" = ANY (hashed ").Add(Subplan.Title).Add("))");

    // Not known to differ: every pair is equal or has a null.
    private bool MayBeEqual(SqlValue[] a, SqlValue[] b)
    {
        for (int i = 0; i < a.Length; i++)
        {
            if (!a[i].IsNull && !b[i].IsNull && ValueOrder.Compare(a[i], b[i], _types[i]) != 0) return false;
        }

        return true;
    }

    private async ValueTask FillAsync(Table table, Frame frame)
    {
        table.IsFilled = true;
        Cursor cursor = frame.Restart(this, Subplan.Plan);
        while (await cursor.NextAsync())
        {
            var row = new SqlValue[Subplan.Outputs.Length];
            bool hasNull = false;
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = frame.Registers[Subplan.Outputs[i]];
                hasNull |= row[i].IsNull;
            }

            if (!(hasNull ? table.WithNulls : table.Rows).Add(row)) continue;
            frame.Scope.Memory.TakeRow(row);
        }
    }

    private sealed class Table(SqlType[] types)
    {
        public bool IsFilled { get; set; }

        public HashSet<SqlValue[]> Rows { get; } = new(new RowEquality(types));

        public HashSet<SqlValue[]> WithNulls { get; } = new(new RowEquality(types));
    }
}
