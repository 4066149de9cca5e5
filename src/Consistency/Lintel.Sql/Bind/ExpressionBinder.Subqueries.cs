using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <content>Subqueries as values, and row values that meet them.</content>
internal sealed partial class ExpressionBinder
{
    private BoundExpression Subquery(Expression expression) => expression switch
    {
        ScalarSubquery scalar => Scalar(scalar),
        ExistsExpression exists => new ExistsSubquery(Plan(BindQuery(exists.Subquery)), exists.Position),
        ArraySubquery array => ArrayOf(array),
        InSubqueryExpression @in => InSubquery(@in),
        QuantifiedExpression { Subquery: { } query } quantified =>
            Quantified(quantified.Operator, [quantified.Left], query, quantified.Quantifier == Quantifier.All, quantified.Position),
        QuantifiedExpression quantified => ArrayQuantified(quantified),
        _ => throw NotSupported(expression.GetType().Name, expression.Position),
    };

    private BoundQuery BindQuery(Query query) =>
        QueryBinder.Settle(QueryBinder.Bind(query, binding, scope, scope.CommonTables), binding);

    private Subplan Plan(BoundQuery query)
    {
        foreach (OutputColumn output in query.Outputs) binding.Registers.Use(output.Register);
        return new Subplan(
            binding.NextSubplan(), QueryPlanner.Plan(query, binding), [.. query.Outputs.Select(o => o.Register)],
            [.. query.OuterRegisters.Order()]);
    }

    private static OutputColumn Single(BoundQuery query, int position) => query.Outputs.Count == 1
        ? query.Outputs[0]
        : throw new SqlException(SqlStates.SyntaxError, "subquery must return only one column", position);

    private ScalarSubqueryExpression Scalar(ScalarSubquery scalar)
    {
        BoundQuery query = BindQuery(scalar.Subquery);
        OutputColumn only = Single(query, scalar.Position);
        return new ScalarSubqueryExpression(Plan(query), only.Type, scalar.Position);
    }

    private ArraySubqueryExpression ArrayOf(ArraySubquery array)
    {
        BoundQuery query = BindQuery(array.Subquery);
        OutputColumn only = Single(query, array.Position);
        if (only.Type.IsArray) throw NotSupported("an array of several dimensions", array.Position);
        return new ArraySubqueryExpression(Plan(query), only.Type.Bare, array.Position);
    }

    private BoundExpression InSubquery(InSubqueryExpression @in)
    {
        IReadOnlyList<Expression> left = @in.Operand is RowConstructor row ? row.Items : [@in.Operand];
        BoundExpression found = Quantified(new OperatorName(@in.Position, "="), left, @in.Subquery, isAll: false, @in.Position);
        return @in.Negated ? new NotOperator(found) : found;
    }

    private BoundExpression Quantified(
        OperatorName name, IReadOnlyList<Expression> left, Query syntax, bool isAll, int position)
    {
        if (left is [RowConstructor row]) left = row.Items;
        BoundExpression[] values = [.. left.Select(Bind)];
        BoundQuery query = BindQuery(syntax);
        if (query.Outputs.Count != values.Length)
        {
            throw new SqlException(
                SqlStates.SyntaxError,
                $"subquery has too {(query.Outputs.Count > values.Length ? "many" : "few")} columns", position);
        }

        if (name.Text == "=" && !isAll) Unify(values, query);
        Subplan plan = Plan(query);
        if (name.Text is not ("=" or "<>") && values.Length > 1)
            throw NotSupported($"a row comparison with {name.Text} and a subquery", position);
        var comparisons = new BoundExpression[values.Length];
        bool canHash = name.Text == "=" && !isAll && plan.IsConstant;
        for (int i = 0; i < values.Length; i++)
        {
            OutputColumn output = query.Outputs[i];
            var inner = new RegisterExpression(output.Register, output.Type, output.Name, position);
            comparisons[i] = Operator(name, values[i], inner, position);
            if (comparisons[i] is FunctionExpression { Operands: [_, RegisterExpression] } equal
                && equal.Operands[0].Type.Bare == output.Type.Bare)
            {
                values[i] = equal.Operands[0];
            }
            else
            {
                canHash = false;
            }
        }

        if (canHash) return new HashedSubquery(plan, values, position);
        BoundExpression comparison = comparisons.Length == 1 ? comparisons[0]
            : name.Text == "=" ? new AndExpressions(comparisons) : new OrExpressions(comparisons);
        return new QuantifiedSubquery(plan, comparison, isAll, position);
    }

    // One type on both sides, so that the rows can be hashed and an index can look them up.
    private void Unify(BoundExpression[] values, BoundQuery query)
    {
        for (int i = 0; i < values.Length; i++)
        {
            SqlType a = values[i].Type;
            SqlType b = query.Outputs[i].Type;
            if (a.Bare == b.Bare || a.Category != b.Category) continue;
            SqlType common = FunctionCatalog.CommonType([a, b], "IN");
            values[i] = Coercion.Implicit(values[i], common, binding, "IN");
            query.Convert(i, value => Coercion.Implicit(value, common, binding, "IN"), binding);
        }
    }

    private BoundExpression ArrayQuantified(QuantifiedExpression quantified)
    {
        BoundExpression value = Bind(quantified.Left);
        BoundExpression array = Bind(quantified.Array!);
        bool isAll = quantified.Quantifier == Quantifier.All;
        if (array.Type.Kind == SqlKind.Unknown)
        {
            SqlType element = value.Type.Kind == SqlKind.Unknown ? SqlType.Text : value.Type.Bare;
            array = Coercion.Implicit(array, SqlType.ArrayOf(element), binding, "ANY");
        }

        if (array.Type.Kind is not (SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector))
        {
            throw new SqlException(
                SqlStates.WrongObjectType, "op ANY/ALL (array) requires array on right side", quantified.Position);
        }

        ResolvedFunction comparison = FunctionCatalog.ResolveOperator(
            quantified.Operator.Text, value.Type, array.Type.ElementType, quantified.Position);
        if (comparison.ResultType.Kind != SqlKind.Bool)
        {
            throw new SqlException(
                SqlStates.WrongObjectType, "op ANY/ALL (array) requires operator to yield boolean", quantified.Position);
        }

        value = Coercion.Implicit(value, comparison.ArgumentTypes[0], binding, "ANY");
        if (array.Type.ElementType.Bare != comparison.ArgumentTypes[1].Bare)
            array = Coercion.Implicit(array, SqlType.ArrayOf(comparison.ArgumentTypes[1]), binding, "ANY");
        return new ArrayComparison(value, array, comparison, isAll, quantified.Position);
    }

    private BoundExpression RowSubquery(BinaryExpression binary, RowConstructor row, ScalarSubquery subquery) =>
        Quantified(binary.Operator, row.Items, subquery.Subquery, isAll: false, binary.Position);

    private BoundExpression RowComparison(BinaryExpression binary, RowConstructor left, RowConstructor right)
    {
        if (left.Items.Length != right.Items.Length)
            throw new SqlException(SqlStates.SyntaxError, "unequal number of entries in row expressions", binary.Position);
        string name = binary.Operator.Text;
        BoundExpression[] pairs = [.. left.Items.Zip(right.Items, (a, b) => Operator(binary.Operator, Bind(a), Bind(b), binary.Position))];
        switch (name)
        {
            case "=": return new AndExpressions(pairs);
            case "<>": return new OrExpressions(pairs);
            case "<" or "<=" or ">" or ">=":
                var operands = new BoundExpression[2 * pairs.Length];
                for (int i = 0; i < pairs.Length; i++)
                {
                    BoundExpression[] both = [Bind(left.Items[i]), Bind(right.Items[i])];
                    Coercion.Unify(both, name, binding, binary.Position);
                    (operands[i], operands[pairs.Length + i]) = (both[0], both[1]);
                }

                Comparison comparison = name switch
                {
                    "<" => Comparison.Less,
                    "<=" => Comparison.LessOrEqual,
                    ">" => Comparison.Greater,
                    _ => Comparison.GreaterOrEqual,
                };
                return new RowOrderComparison(operands, comparison, binary.Position);
            default: throw NotSupported($"operator {name} between rows", binary.Position);
        }
    }

    private BoundExpression RowList(InListExpression list, RowConstructor row)
    {
        var any = new List<BoundExpression>();
        foreach (Expression item in list.Items)
        {
            if (item is not RowConstructor other)
                throw NotSupported("IN with a row on the left and something else on the right", item.Position);
            any.Add(RowComparison(new BinaryExpression(list.Position, new OperatorName(list.Position, "="), row, other), row, other));
        }

        BoundExpression found = any.Count == 1 ? any[0] : new OrExpressions([.. any]);
        return list.Negated ? new NotOperator(found) : found;
    }
}
