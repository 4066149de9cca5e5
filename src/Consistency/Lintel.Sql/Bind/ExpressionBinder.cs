using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>
/// Resolves names and types of expressions in one clause of one query. Operators, literals and plain forms are here;
/// names, calls, rows and subqueries in the other parts.
/// </summary>
internal sealed partial class ExpressionBinder(StatementBinding binding, QueryScope scope, string clause)
{
    /// <summary>Where aggregates go; null where the clause may not have any (42803).</summary>
    public AggregateCollector? Aggregates { get; init; }

    /// <summary>Where set-returning functions go; null where the clause may not have any (0A000).</summary>
    public SetCallCollector? SetCalls { get; init; }

    /// <summary>The clause, as errors name it.</summary>
    public string Clause { get; } = clause;

    /// <summary>The statement.</summary>
    public StatementBinding Binding => binding;

    /// <summary>The query.</summary>
    public QueryScope Scope => scope;

    /// <summary>Binds an expression; a literal without context keeps the type unknown.</summary>
    public BoundExpression Bind(Expression expression)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        return expression switch
        {
            NumberLiteral literal => Number(literal),
            StringLiteral literal => new ConstantExpression(SqlValue.Of(literal.Value), SqlType.Unknown, literal.Position),
            BitStringLiteral literal => throw NotSupported("a bit string", literal.Position),
            BooleanLiteral literal => new ConstantExpression(SqlValue.Of(literal.Value), SqlType.Bool, literal.Position),
            NullLiteral literal => new ConstantExpression(SqlValue.Null, SqlType.Unknown, literal.Position),
            ParameterReference parameter => new ParameterExpression(parameter.Number, binding.Parameters, parameter.Position),
            ColumnReference column => Column(column),
            UnaryExpression unary => Unary(unary),
            BinaryExpression binary => Binary(binary),
            AndExpression and => new AndExpressions(Conditions(and, "AND")),
            OrExpression or => new OrExpressions(Conditions(or, "OR")),
            NotExpression not => Not(Condition(not.Operand, "NOT")),
            IsNullExpression test => new NullTest(Settled(test.Operand), test.Negated),
            IsBooleanExpression test => new TruthTest(
                Condition(test.Operand, TestName(test)), test.Value, test.Negated),
            IsDistinctExpression test => Distinct(test),
            BetweenExpression between => Between(between),
            LikeExpression like => Like(like),
            InListExpression list => List(list),
            CaseExpression @case => Case(@case),
            CoalesceExpression coalesce => Coalesce(coalesce),
            GreatestExpression greatest => Greatest(greatest),
            NullIfExpression nullIf => NullIf(nullIf),
            CastExpression cast => Cast(cast),
            CollateExpression collate => Collate(collate),
            ArrayConstructor array => Array(array),
            RowConstructor row => Row(row),
            Subscript subscript => Element(subscript),
            SpecialValue value => Special(value),
            FunctionCall call => Call(call),
            ScalarSubquery or ExistsExpression or InSubqueryExpression or QuantifiedExpression or ArraySubquery =>
                Subquery(expression),
            FieldSelection field => Field(field),
            DefaultMarker marker => throw new SqlException(
                SqlStates.SyntaxError, "DEFAULT is not allowed in this context", marker.Position),
            StarReference star => throw new SqlException(
                SqlStates.SyntaxError, "row expansion via \"*\" is not supported here", star.Position),
            UnsupportedExpression unsupported => throw NotSupported(unsupported.What, unsupported.Position),
            _ => throw NotSupported(expression.GetType().Name, expression.Position),
        };
    }

    /// <summary>Binds a condition: boolean or 42804.</summary>
    public BoundExpression Condition(Expression expression, string name) =>
        Coercion.Condition(Bind(expression), name, binding);

    /// <summary>Binds, and gives literals without context the type text.</summary>
    public BoundExpression Settled(Expression expression) => Coercion.Settle(Bind(expression), binding);

    /// <summary>0A000 with the name of what is missing.</summary>
    internal static SqlException NotSupported(string what, int position) =>
        new(SqlStates.FeatureNotSupported, $"{what} is not supported", position);

    private static ConstantExpression Number(NumberLiteral literal)
    {
        (SqlValue value, SqlType type) = NumberLiterals.Read(literal.Text);
        return new ConstantExpression(value, type, literal.Position);
    }

    // The parser reads a AND b AND c as a chain; as one list it is evaluated without recursion.
    private BoundExpression[] Conditions(Expression chain, string name)
    {
        var syntax = new List<Expression>();
        var pending = new Stack<Expression>([chain]);
        while (pending.TryPop(out Expression? next))
        {
            (Expression Left, Expression Right)? parts = (chain, next) switch
            {
                (AndExpression, AndExpression and) => (and.Left, and.Right),
                (OrExpression, OrExpression or) => (or.Left, or.Right),
                _ => null,
            };
            if (parts is not { } pair)
            {
                syntax.Add(next);
                continue;
            }

            pending.Push(pair.Right);
            pending.Push(pair.Left);
        }

        return [.. syntax.Select(s => Condition(s, name))];
    }

    private static BoundExpression Not(BoundExpression operand) => operand is ConstantExpression { Value.IsNull: false } constant
        ? new ConstantExpression(SqlValue.Of(!constant.Value.AsBool()), SqlType.Bool, constant.Position)
        : new NotOperator(operand);

    private static string TestName(IsBooleanExpression test)
    {
        string what = test.Value switch { true => "TRUE", false => "FALSE", null => "UNKNOWN" };
        return $"IS {(test.Negated ? "NOT " : "")}{what}";
    }

    private BoundExpression Unary(UnaryExpression unary)
    {
        if (unary.Operator.Text == "-" && unary.Operand is NumberLiteral number) return Negative(unary, number);
        BoundExpression operand = Bind(unary.Operand);
        return Operator(unary.Operator, null, operand, unary.Position);
    }

    // -2147483648 is an int4 and -9223372036854775808 an int8, though neither is without its sign.
    private BoundExpression Negative(UnaryExpression unary, NumberLiteral number)
    {
        ConstantExpression positive = Number(number);
        if (positive.Type.Kind == SqlKind.Int8 && positive.Value.AsInt64() == -(long)int.MinValue)
            return new ConstantExpression(SqlValue.Of((long)int.MinValue), SqlType.Int4, unary.Position);
        if (positive.Type.Kind == SqlKind.Numeric && number.Text == "9223372036854775808")
            return new ConstantExpression(SqlValue.Of(long.MinValue), SqlType.Int8, unary.Position);
        return Operator(unary.Operator, null, positive, unary.Position);
    }

    private BoundExpression Binary(BinaryExpression binary)
    {
        if (binary.Left is RowConstructor left && binary.Right is RowConstructor right)
            return RowComparison(binary, left, right);
        if (binary.Left is RowConstructor row && binary.Right is ScalarSubquery subquery)
            return RowSubquery(binary, row, subquery);
        return Operator(binary.Operator, Bind(binary.Left), Bind(binary.Right), binary.Position);
    }

    /// <summary>An operator over bound operands; the left one is null for a prefix operator.</summary>
    internal BoundExpression Operator(OperatorName name, BoundExpression? left, BoundExpression right, int position)
    {
        if (name.Schema is not (null or "pg_catalog"))
        {
            throw new SqlException(
                SqlStates.UndefinedFunction, $"operator does not exist: {name.Schema}.{name.Text}", position);
        }

        ResolvedFunction function = FunctionCatalog.ResolveOperator(name.Text, left?.Type, right.Type, position);
        ImmutableArray<SqlType> types = function.ArgumentTypes;
        BoundExpression[] operands = left is null
            ? [Coercion.Implicit(right, types[0], binding, name.Text)]
            : [Coercion.Implicit(left, types[0], binding, name.Text), Coercion.Implicit(right, types[1], binding, name.Text)];
        return Folding.Call(function, operands, isOperator: true, position, binding);
    }

    private BoundExpression Compare(string name, BoundExpression left, BoundExpression right, int position) =>
        Operator(new OperatorName(position, name), left, right, position);

    private BoundExpression Distinct(IsDistinctExpression test)
    {
        BoundExpression left = Bind(test.Left);
        BoundExpression right = Bind(test.Right);
        ResolvedFunction equal = FunctionCatalog.ResolveOperator("=", left.Type, right.Type, test.Position);
        (BoundExpression a, BoundExpression b) = SameType(equal, left, right);
        return new DistinctTest(a, b, test.Negated, test.Position);
    }

    // An equality between int4 and int8 keeps both types; what compares values by one type needs one.
    private (BoundExpression Left, BoundExpression Right) SameType(ResolvedFunction equal, BoundExpression left, BoundExpression right)
    {
        BoundExpression[] both =
        [
            Coercion.Implicit(left, equal.ArgumentTypes[0], binding, "="),
            Coercion.Implicit(right, equal.ArgumentTypes[1], binding, "="),
        ];
        if (both[0].Type.Bare != both[1].Type.Bare) Coercion.Unify(both, "=", binding, 0);
        return (both[0], both[1]);
    }

    private BoundExpression Between(BetweenExpression between)
    {
        BoundExpression operand = Bind(between.Operand);
        BoundExpression low = Bind(between.Low);
        BoundExpression high = Bind(between.High);
        int at = between.Position;
        BoundExpression inside = new AndExpressions([Compare(">=", operand, low, at), Compare("<=", operand, high, at)]);
        if (between.Symmetric)
        {
            inside = new OrExpressions(
                [inside, new AndExpressions([Compare(">=", operand, high, at), Compare("<=", operand, low, at)])]);
        }

        return between.Negated ? new NotOperator(inside) : inside;
    }

    private BoundExpression Like(LikeExpression like)
    {
        BoundExpression operand = Bind(like.Operand);
        BoundExpression pattern = Bind(like.Pattern);
        if (like.Kind == LikeKind.SimilarTo)
        {
            BoundExpression[] arguments = like.Escape is null ? [pattern] : [pattern, Bind(like.Escape)];
            pattern = Function("pg_catalog", "similar_to_escape", arguments, like.Position);
            return Compare(like.Negated ? "!~" : "~", operand, pattern, like.Position);
        }

        if (like.Escape is not null)
            pattern = Function("pg_catalog", "like_escape", [pattern, Bind(like.Escape)], like.Position);
        string name = (like.Kind, like.Negated) switch
        {
            (LikeKind.Like, false) => "~~",
            (LikeKind.Like, true) => "!~~",
            (_, false) => "~~*",
            _ => "!~~*",
        };
        return Compare(name, operand, pattern, like.Position);
    }

    private BoundExpression List(InListExpression list)
    {
        if (list.Operand is RowConstructor row) return RowList(list, row);
        BoundExpression[] operands = [Bind(list.Operand), .. list.Items.Select(Bind)];
        SqlType[] types = [.. operands.Select(o => o.Type)];
        SqlType common;
        try
        {
            common = FunctionCatalog.CommonType(types, "IN", list.Position);
        }
        catch (SqlException error) when (error.Error.SqlState == SqlStates.DatatypeMismatch)
        {
            // No common type: PostgreSQL then compares one by one, and its error names the operator.
            BoundExpression[] each = [.. operands.Skip(1).Select(item => Compare("=", operands[0], item, list.Position))];
            return list.Negated ? new NotOperator(new OrExpressions(each)) : new OrExpressions(each);
        }

        _ = FunctionCatalog.ResolveOperator("=", common, common, list.Position);
        for (int i = 0; i < operands.Length; i++)
            operands[i] = Coercion.Implicit(operands[i], common, binding, "IN");
        return new InList(operands, list.Negated, list.Position);
    }
}
