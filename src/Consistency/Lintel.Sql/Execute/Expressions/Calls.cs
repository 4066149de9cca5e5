using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Expressions;

/// <summary>A function or operator over its operands, already cast to what the function takes.</summary>
public sealed class FunctionExpression : BoundExpression
{
    private readonly BoundExpression[] _operands;
    private readonly bool _isStrict;

    /// <summary>A call of <paramref name="function"/>; the function has delegates.</summary>
    public FunctionExpression(ResolvedFunction function, BoundExpression[] operands, bool isOperator, int position)
        : base(function.ResultType, position)
    {
        Function = function;
        IsOperator = isOperator;
        _operands = operands;
        _isStrict = function.IsStrict;
    }

    /// <summary>What is called.</summary>
    public ResolvedFunction Function { get; }

    /// <summary>Whether it was written as an operator.</summary>
    public bool IsOperator { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        EvaluationContext context = frame.Scope.Evaluation;
        if (_operands.Length == 2 && Function.Binary is { } binary)
        {
            SqlValue left = _operands[0].Evaluate(frame);
            if (_isStrict && left.IsNull) return SqlValue.Null;
            SqlValue right = _operands[1].Evaluate(frame);
            return _isStrict && right.IsNull ? SqlValue.Null : binary(left, right, context);
        }

        if (_operands.Length == 1 && Function.Unary is { } unary)
        {
            SqlValue only = _operands[0].Evaluate(frame);
            return _isStrict && only.IsNull ? SqlValue.Null : unary(only, context);
        }

        var values = new SqlValue[_operands.Length];
        for (int i = 0; i < values.Length; i++) values[i] = _operands[i].Evaluate(frame);
        return Function.Call(values, context);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) =>
        new FunctionExpression(Function, changed, IsOperator, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        if (!IsOperator)
        {
            text.Add(Function.Name).Add("(").Add(_operands).Add(")");
        }
        else if (_operands.Length == 1)
        {
            text.Add("(").Add(Function.Name).Add(" ").Add(_operands[0]).Add(")");
        }
        else
        {
            text.Add("(").Add(_operands[0]).Add(" ").Add(Function.Name).Add(" ").Add(_operands[1]).Add(")");
        }

        // The same name may stand for several functions: a key must tell them apart.
        if (text.IsKey) text.Add("@").Add(Type.DisplayName);
    }
}

/// <summary>A cast of one value.</summary>
public sealed class ConversionExpression(BoundExpression operand, Cast cast, SqlType type, bool isWritten, int position)
    : BoundExpression(type, position)
{
    private readonly BoundExpression[] _operands = [operand];

    /// <summary>How it converts.</summary>
    public Cast Cast => cast;

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => _operands;

    /// <inheritdoc/>
    public override SqlValue Evaluate(Frame frame)
    {
        SqlValue value = _operands[0].Evaluate(frame);
        if (value.IsNull || cast.Convert is null) return value;
        try
        {
            return cast.Convert(value, frame.Scope.Evaluation);
        }
        catch (SqlException error) when (_operands[0] is ConstantExpression { Type.Kind: SqlKind.Unknown })
        {
            throw error.At(_operands[0].Position);
        }
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) =>
        new ConversionExpression(changed[0], cast, Type, isWritten, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        if (!text.IsKey && !isWritten)
        {
            text.Add(_operands[0]);
            return;
        }

        text.Add("(").Add(_operands[0]).Add(")::").Add(Type.DisplayName);
    }
}

/// <summary>A call that the session answers: see <see cref="ISessionFunctions"/>.</summary>
public sealed class SessionCall(ResolvedFunction function, BoundExpression[] operands, int position)
    : DeferredExpression(function.ResultType, position)
{
    private readonly RowExpression[] _arguments = Array.ConvertAll(operands, o => new RowExpression(o));

    /// <summary>What is called.</summary>
    public ResolvedFunction Function => function;

    /// <inheritdoc/>
    public override bool DependsOnRow => true;

    /// <inheritdoc/>
    public override ReadOnlySpan<BoundExpression> Operands => operands;

    /// <inheritdoc/>
    public override async ValueTask<SqlValue> ComputeAsync(Frame frame)
    {
        ISessionFunctions session = frame.Scope.Functions ?? throw new SqlException(
            SqlStates.FeatureNotSupported, $"function {function.Name} is not available here", Position);
        var values = new SqlValue[_arguments.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = await _arguments[i].EvaluateAsync(frame);
            if (values[i].IsNull && function.IsStrict) return SqlValue.Null;
        }

        return await session.CallAsync(function, values, frame.Scope);
    }

    /// <inheritdoc/>
    public override BoundExpression WithOperands(BoundExpression[] changed) => new SessionCall(function, changed, Position);

    /// <inheritdoc/>
    public override void Describe(ExpressionText text)
    {
        text.Add(function.Name).Add("(").Add(operands).Add(")");
        // Each nextval() is its own.
        if (text.IsKey && function.Volatility == Volatility.Volatile)
            text.Add("#").Add(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this));
    }
}
