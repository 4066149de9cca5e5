using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>AND of any number of conditions, in SQL's three values. Stops at the first false.</summary>
public sealed class AndExpressions(BoundExpression[] operands) : BoundExpression(SqlType.Bool, 0)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        bool unknown = false;
        foreach (BoundExpression operand in operands)
        {
            SqlValue value = operand.Evaluate(frame);
            if (value.IsNull) unknown = true;
            else if (!value.AsBool()) return SqlValue.False;
        }

        return unknown ? SqlValue.Null : SqlValue.True;
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new AndExpressions(changed);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => Joined.Describe(text, operands, " AND ");
}

/// <summary>OR of any number of conditions. Stops at the first true.</summary>
public sealed class OrExpressions(BoundExpression[] operands) : BoundExpression(SqlType.Bool, 0)
{
    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        bool unknown = false;
        foreach (BoundExpression operand in operands)
        {
            SqlValue value = operand.Evaluate(frame);
            if (value.IsNull) unknown = true;
            else if (value.AsBool()) return SqlValue.True;
        }

        return unknown ? SqlValue.Null : SqlValue.False;
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new OrExpressions(changed);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => Joined.Describe(text, operands, " OR ");
}

/// <summary>NOT.</summary>
public sealed class NotOperator(BoundExpression operand) : BoundExpression(SqlType.Bool, operand.Position)
{
    private readonly BoundExpression[] _operands = [operand];

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue value = _operands[0].Evaluate(frame);
        return value.IsNull ? value : SqlValue.Of(!value.AsBool());
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new NotOperator(changed[0]);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) => text.Add("(NOT ").Add(_operands[0]).Add(")");
}

/// <summary>IS [NOT] NULL. A row is null when all its fields are, and not null when none is.</summary>
public sealed class NullTest(BoundExpression operand, bool negated) : BoundExpression(SqlType.Bool, operand.Position)
{
    private readonly BoundExpression[] _operands = [operand];

    /// <summary>Whether it is IS NOT NULL.</summary>
    public bool IsNegated => negated;

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue value = _operands[0].Evaluate(frame);
        if (value.IsNull || _operands[0].Type.Kind != SqlKind.Record) return SqlValue.Of(value.IsNull != negated);
        foreach (SqlValue field in value.AsRecord().Fields)
        {
            if (field.IsNull == negated) return SqlValue.False;
        }

        return SqlValue.True;
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new NullTest(changed[0], negated);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text) =>
        text.Add("(").Add(_operands[0]).Add(negated ? " IS NOT NULL)" : " IS NULL)");
}

/// <summary>IS [NOT] TRUE, FALSE or UNKNOWN.</summary>
public sealed class TruthTest(BoundExpression operand, bool? wanted, bool negated)
    : BoundExpression(SqlType.Bool, operand.Position)
{
    private readonly BoundExpression[] _operands = [operand];

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue value = _operands[0].Evaluate(frame);
        bool holds = value.IsNull ? wanted is null : wanted == value.AsBool();
        return SqlValue.Of(holds != negated);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new TruthTest(changed[0], wanted, negated);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        text.Add("(").Add(_operands[0]).Add(negated ? " IS NOT " : " IS ");
        text.Add(wanted switch { true => "TRUE", false => "FALSE", null => "UNKNOWN" }).Add(")");
    }
}

/// <summary>Writes AND and OR.</summary>
internal static class Joined
{
    public static void Describe(ExpressionText text, BoundExpression[] operands, string between)
    {
        text.Add("(");
        for (int i = 0; i < operands.Length; i++)
        {
            if (i > 0) text.Add(between);
            text.Add(operands[i]);
        }

        text.Add(")");
    }
}
