using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>Brings expressions to types: literals are read, parameters take the type, others are cast.</summary>
internal static class Coercion
{
    /// <summary>The expression in type <paramref name="target"/>; null when no cast of that context exists.</summary>
    public static BoundExpression? TryTo(
        BoundExpression expression, SqlType target, CastContext context, StatementBinding binding, int position = 0)
    {
        if (target.Kind == SqlKind.Unknown) return expression;
        if (expression is ParameterExpression parameter && parameter.Type.Kind == SqlKind.Unknown) parameter.Infer(target);
        SqlType from = expression.Type;
        if (from.Bare == target.Bare && (target.Modifier < 0 || target.Modifier == from.Modifier)) return expression;
        if (expression is ConstantExpression { Value.IsNull: true })
            return new ConstantExpression(SqlValue.Null, target, expression.Position);
        bool isLiteral = from.Kind == SqlKind.Unknown;
        // A literal is read as the bare type, then cut to length as any value of it is; an interval's fields say how to
        // read it.
        if (isLiteral && target.Modifier >= 0 && target.Kind != SqlKind.Interval)
        {
            return TryTo(expression, target.Bare, context, binding, position) is { } read
                ? TryTo(read, target, context, binding, position) : null;
        }

        Cast? cast = FunctionCatalog.ResolveCast(from, target, isLiteral ? CastContext.Explicit : context)
            ?? (isLiteral ? FunctionCatalog.ResolveCast(SqlType.Text, target, CastContext.Explicit) : null);
        if (cast is null) return null;
        bool isWritten = context == CastContext.Explicit;
        int place = position != 0 ? position : expression.Position;
        if (expression is ConstantExpression constant && (cast.Volatility == Volatility.Immutable || (isLiteral && !NamesTime(constant, target))))
        {
            try
            {
                return new ConstantExpression(cast.Apply(constant.Value, binding.Context.Evaluation), target, place);
            }
            catch (SqlException error) when (isLiteral)
            {
                throw error.At(expression.Position);
            }
            catch (SqlException) when (!isLiteral)
            {
                // A constant that cannot be converted is an error only if the expression is reached.
            }
        }

        return new ConversionExpression(expression, cast, target, isWritten, place);
    }

    // Literals are read once, with the settings of the session (which plans are kept by), as PostgreSQL does; but 'now'
    // and its like mean another time in each statement.
    private static bool NamesTime(ConstantExpression literal, SqlType target)
    {
        SqlType type = target.IsArray ? target.ElementType : target;
        if (type.Category != TypeCategory.DateTime) return false;
        string text = literal.Value.AsString();
        return text.Contains("now", StringComparison.OrdinalIgnoreCase) || text.Contains("to", StringComparison.OrdinalIgnoreCase)
            || text.Contains("yest", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The expression in type <paramref name="target"/>, for an operand: throws 42804 when it has no such form.</summary>
    public static BoundExpression Implicit(
        BoundExpression expression, SqlType target, StatementBinding binding, string construct) =>
        TryTo(expression, target, CastContext.Implicit, binding) ?? throw new SqlException(
            SqlStates.CannotCoerce,
            $"{construct} could not convert type {expression.Type.DisplayName} to {target.DisplayName}", expression.Position);

    /// <summary>CAST(expression AS target); 42846 when there is no such cast.</summary>
    public static BoundExpression Explicit(
        BoundExpression expression, SqlType target, StatementBinding binding, int position) =>
        TryTo(expression, target, CastContext.Explicit, binding, position) ?? throw new SqlException(
            SqlStates.CannotCoerce,
            $"cannot cast type {expression.Type.Bare.DisplayName} to {target.Bare.DisplayName}", position);

    /// <summary>The value of a column in an INSERT or UPDATE; 42804 as PostgreSQL words it.</summary>
    public static BoundExpression Assign(
        BoundExpression expression, SqlType target, string column, StatementBinding binding) =>
        TryTo(expression, target, CastContext.Assignment, binding) ?? throw new SqlException(
            SqlStates.DatatypeMismatch,
            $"column \"{column}\" is of type {target.Bare.DisplayName} but expression is of type {expression.Type.Bare.DisplayName}",
            expression.Position, hint: "You will need to rewrite or cast the expression.");

    /// <summary>A condition; 42804 unless it is boolean.</summary>
    public static BoundExpression Condition(BoundExpression expression, string clause, StatementBinding binding) =>
        TryTo(expression, SqlType.Bool, CastContext.Implicit, binding) ?? throw new SqlException(
            SqlStates.DatatypeMismatch,
            $"argument of {clause} must be type boolean, not type {expression.Type.Bare.DisplayName}", expression.Position);

    /// <summary>LIMIT or OFFSET: a bigint.</summary>
    public static BoundExpression Count(BoundExpression expression, string clause, StatementBinding binding) =>
        TryTo(expression, SqlType.Int8, CastContext.Assignment, binding) ?? throw new SqlException(
            SqlStates.DatatypeMismatch,
            $"argument of {clause} must be type bigint, not type {expression.Type.Bare.DisplayName}", expression.Position);

    /// <summary>Literals that nothing gave a type become text.</summary>
    public static BoundExpression Settle(BoundExpression expression, StatementBinding binding) =>
        expression.Type.Kind == SqlKind.Unknown
            ? TryTo(expression, SqlType.Text, CastContext.Implicit, binding) ?? expression
            : expression;

    /// <summary>Operands of CASE, COALESCE, IN and such, all in their common type.</summary>
    public static SqlType Unify(
        Span<BoundExpression> operands, string construct, StatementBinding binding, int position)
    {
        var types = new SqlType[operands.Length];
        for (int i = 0; i < types.Length; i++) types[i] = operands[i].Type;
        SqlType common = FunctionCatalog.CommonType(types, construct, position);
        for (int i = 0; i < operands.Length; i++) operands[i] = Implicit(operands[i], common, binding, construct);
        return common;
    }
}
