using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>IS [NOT] DISTINCT FROM, over operands of one type.</summary>
public sealed class DistinctTest(BoundExpression left, BoundExpression right, bool negated, int position)
    : BoundExpression(SqlType.Bool, position)
{
    private readonly BoundExpression[] _operands = [left, right];

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue a = _operands[0].Evaluate(frame);
        SqlValue b = _operands[1].Evaluate(frame);
        return SqlValue.Of(ValueOrder.AreSame(a, b, _operands[0].Type) == negated);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) =>
        new DistinctTest(changed[0], changed[1], negated, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) =>
        text.Add("(").Add(_operands[0]).Add(negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ").Add(_operands[1]).Add(")");
}

/// <summary>GREATEST and LEAST: nulls are passed over.</summary>
public sealed class Extreme(BoundExpression[] operands, SqlType type, bool isLeast, int position)
    : BoundExpression(type, position)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue best = SqlValue.Null;
        foreach (BoundExpression operand in operands)
        {
            SqlValue value = operand.Evaluate(frame);
            if (value.IsNull) continue;
            if (best.IsNull || ValueOrder.Compare(value, best, Type) < 0 == isLeast) best = value;
        }

        return best;
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new Extreme(changed, Type, isLeast, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) =>
        text.Add(isLeast ? "LEAST(" : "GREATEST(").Add(operands).Add(")");
}

/// <summary>value IN (a, b, c) over operands of one type; the first operand is the value.</summary>
public sealed class InList(BoundExpression[] operands, bool negated, int position) : BoundExpression(SqlType.Bool, position)
{
    /// <summary>Whether it is NOT IN.</summary>
    public bool IsNegated => negated;

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue value = operands[0].Evaluate(frame);
        if (value.IsNull) return SqlValue.Null;
        bool unknown = false;
        for (int i = 1; i < operands.Length; i++)
        {
            SqlValue item = operands[i].Evaluate(frame);
            if (item.IsNull) unknown = true;
            else if (ValueOrder.Compare(value, item, operands[0].Type) == 0) return SqlValue.Of(!negated);
        }

        return unknown ? SqlValue.Null : SqlValue.Of(negated);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new InList(changed, negated, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        text.Add("(").Add(operands[0]).Add(negated ? " <> ALL (" : " = ANY (").Add(operands.AsSpan(1)).Add("))");
    }
}

/// <summary>value op ANY|ALL (array).</summary>
public sealed class ArrayComparison(
    BoundExpression value, BoundExpression array, ResolvedFunction comparison, bool isAll, int position)
    : BoundExpression(SqlType.Bool, position)
{
    private readonly BoundExpression[] _operands = [value, array];

    /// <summary>The operator.</summary>
    public ResolvedFunction Function => comparison;

    /// <summary>Whether it is ALL.</summary>
    public bool IsAll => isAll;

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue items = _operands[1].Evaluate(frame);
        if (items.IsNull) return SqlValue.Null;
        SqlValue left = _operands[0].Evaluate(frame);
        bool unknown = false;
        foreach (SqlValue item in items.AsArray().Items)
        {
            SqlValue holds = comparison.Call([left, item], frame.Scope.Evaluation);
            if (holds.IsNull) unknown = true;
            else if (holds.AsBool() != isAll) return SqlValue.Of(!isAll);
        }

        return unknown ? SqlValue.Null : SqlValue.Of(isAll);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) =>
        new ArrayComparison(changed[0], changed[1], comparison, isAll, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) =>
        text.Add("(").Add(_operands[0]).Add(" ").Add(comparison.Name).Add(isAll ? " ALL (" : " ANY (").Add(_operands[1]).Add("))");
}

/// <summary>(a, b) op (c, d) for one of &lt; &lt;= &gt; &gt;=: the first unequal pair decides.</summary>
public sealed class RowOrderComparison(BoundExpression[] operands, Comparison comparison, int position)
    : BoundExpression(SqlType.Bool, position)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        int width = operands.Length / 2;
        for (int i = 0; i < width; i++)
        {
            SqlValue a = operands[i].Evaluate(frame);
            SqlValue b = operands[width + i].Evaluate(frame);
            if (a.IsNull || b.IsNull) return SqlValue.Null;
            int order = ValueOrder.Compare(a, b, operands[i].Type);
            if (order != 0)
                return SqlValue.Of(comparison is Comparison.Less or Comparison.LessOrEqual ? order < 0 : order > 0);
        }

        return SqlValue.Of(comparison is Comparison.LessOrEqual or Comparison.GreaterOrEqual);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) =>
        new RowOrderComparison(changed, comparison, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        int width = operands.Length / 2;
        string name = comparison switch
        {
            Comparison.Less => "<",
            Comparison.LessOrEqual => "<=",
            Comparison.Greater => ">",
            _ => ">=",
        };
        text.Add("(ROW(").Add(operands.AsSpan(0, width)).Add(") ").Add(name).Add(" ROW(").Add(operands.AsSpan(width)).Add("))");
    }
}
