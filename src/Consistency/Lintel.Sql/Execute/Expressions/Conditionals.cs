using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>CASE with its branches as pairs condition, result; the last operand is the ELSE.</summary>
public sealed class CaseBranches(BoundExpression[] operands, SqlType type, int position) : BoundExpression(type, position)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        for (int i = 0; i + 1 < operands.Length; i += 2)
        {
            SqlValue condition = operands[i].Evaluate(frame);
            if (!condition.IsNull && condition.AsBool()) return operands[i + 1].Evaluate(frame);
        }

        return operands[^1].Evaluate(frame);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new CaseBranches(changed, Type, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        text.Add("CASE");
        for (int i = 0; i + 1 < operands.Length; i += 2)
            text.Add(" WHEN ").Add(operands[i]).Add(" THEN ").Add(operands[i + 1]);
        text.Add(" ELSE ").Add(operands[^1]).Add(" END");
    }
}

/// <summary>COALESCE: the first operand that is not null.</summary>
public sealed class FirstNotNull(BoundExpression[] operands, SqlType type, int position) : BoundExpression(type, position)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        foreach (BoundExpression operand in operands)
        {
            SqlValue value = operand.Evaluate(frame);
            if (!value.IsNull) return value;
        }

        return SqlValue.Null;
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new FirstNotNull(changed, Type, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => text.Add("COALESCE(").Add(operands).Add(")");
}

/// <summary>NULLIF(value, other): operands are the comparison and the value.</summary>
public sealed class NullWhen(BoundExpression comparison, BoundExpression value, int position)
    : BoundExpression(value.Type, position)
{
    private readonly BoundExpression[] _operands = [comparison, value];

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue equal = _operands[0].Evaluate(frame);
        return !equal.IsNull && equal.AsBool() ? SqlValue.Null : _operands[1].Evaluate(frame);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new NullWhen(changed[0], changed[1], Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => text.Add("NULLIF(").Add(_operands).Add(")");
}

/// <summary>ARRAY[a, b] or ROW(a, b).</summary>
public sealed class Constructor(BoundExpression[] operands, SqlType type, int position) : BoundExpression(type, position)
{
    private readonly SqlType[] _types = Array.ConvertAll(operands, o => o.Type);

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        var values = new SqlValue[operands.Length];
        for (int i = 0; i < values.Length; i++) values[i] = operands[i].Evaluate(frame);
        return Type.IsArray
            ? SqlValue.Of(new SqlArray(Type.ElementType, values))
            : SqlValue.Of(new SqlRecord(_types, values));
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new Constructor(changed, Type, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) =>
        text.Add(Type.IsArray ? "ARRAY[" : "ROW(").Add(operands).Add(Type.IsArray ? "]" : ")");
}

/// <summary>array[subscript].</summary>
public sealed class ElementAt(BoundExpression array, BoundExpression subscript, int position)
    : BoundExpression(array.Type.ElementType, position)
{
    private readonly BoundExpression[] _operands = [array, subscript];

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue items = _operands[0].Evaluate(frame);
        SqlValue at = _operands[1].Evaluate(frame);
        return items.IsNull || at.IsNull ? SqlValue.Null : items.AsArray().At(at.AsInt64());
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new ElementAt(changed[0], changed[1], Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => text.Add(_operands[0]).Add("[").Add(_operands[1]).Add("]");
}
