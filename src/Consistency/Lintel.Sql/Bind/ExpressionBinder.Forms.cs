using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <content>CASE, casts, constructors: forms with their own typing rules.</content>
internal sealed partial class ExpressionBinder
{
    private CaseBranches Case(CaseExpression @case)
    {
        BoundExpression? operand = @case.Operand is null ? null : Bind(@case.Operand);
        int count = @case.Whens.Length;
        var conditions = new BoundExpression[count];
        var results = new BoundExpression[count + 1];
        for (int i = 0; i < count; i++)
        {
            WhenClause when = @case.Whens[i];
            conditions[i] = operand is null
                ? Condition(when.Condition, "CASE/WHEN")
                : Compare("=", operand, Bind(when.Condition), when.Position);
            results[i] = Bind(when.Result);
        }

        results[count] = @case.Else is null
            ? new ConstantExpression(SqlValue.Null, SqlType.Unknown, @case.Position) : Bind(@case.Else);
        SqlType type = Coercion.Unify(results, "CASE", binding, @case.Position);
        var operands = new BoundExpression[(2 * count) + 1];
        for (int i = 0; i < count; i++) (operands[2 * i], operands[(2 * i) + 1]) = (conditions[i], results[i]);
        operands[^1] = results[count];
        return new CaseBranches(operands, type, @case.Position);
    }

    private FirstNotNull Coalesce(CoalesceExpression coalesce)
    {
        BoundExpression[] operands = [.. coalesce.Arguments.Select(Bind)];
        SqlType type = Coercion.Unify(operands, "COALESCE", binding, coalesce.Position);
        return new FirstNotNull(operands, type, coalesce.Position);
    }

    private Extreme Greatest(GreatestExpression greatest)
    {
        BoundExpression[] operands = [.. greatest.Arguments.Select(Bind)];
        SqlType type = Coercion.Unify(operands, greatest.IsLeast ? "LEAST" : "GREATEST", binding, greatest.Position);
        _ = FunctionCatalog.ResolveOperator("<", type, type, greatest.Position);
        return new Extreme(operands, type, greatest.IsLeast, greatest.Position);
    }

    private NullWhen NullIf(NullIfExpression nullIf)
    {
        BoundExpression left = Bind(nullIf.Left);
        BoundExpression right = Bind(nullIf.Right);
        ResolvedFunction equal = FunctionCatalog.ResolveOperator("=", left.Type, right.Type, nullIf.Position);
        BoundExpression value = Coercion.Implicit(left, equal.ArgumentTypes[0], binding, "NULLIF");
        BoundExpression other = Coercion.Implicit(right, equal.ArgumentTypes[1], binding, "NULLIF");
        var comparison = new FunctionExpression(equal, [value, other], isOperator: true, nullIf.Position);
        return new NullWhen(comparison, value, nullIf.Position);
    }

    private BoundExpression Cast(CastExpression cast)
    {
        SqlType type = TypeNames.Resolve(cast.Type);
        if (cast.Operand is ArrayConstructor { Items.IsEmpty: true } empty && type.IsArray)
            return new Constructor([], type.Bare, empty.Position);
        if (cast.Operand is ArrayConstructor array && type.IsArray)
            return Coercion.Explicit(Array(array, type.ElementType), type, binding, cast.Position);
        return Coercion.Explicit(Bind(cast.Operand), type, binding, cast.Position);
    }

    private BoundExpression Collate(CollateExpression collate)
    {
        // There is one order of text, that of code points; collations that mean it are accepted.
        string name = collate.Collation.Name;
        if (name is not ("C" or "POSIX" or "default" or "ucs_basic"))
        {
            throw new SqlException(
                SqlStates.UndefinedObject, $"collation \"{collate.Collation}\" for encoding \"UTF8\" does not exist",
                collate.Position, hint: "Lintel sorts text by code point: COLLATE \"C\".");
        }

        BoundExpression operand = Settled(collate.Operand);
        return operand.Type.Category == TypeCategory.String || operand.Type.Kind is SqlKind.Char or SqlKind.Name
            ? operand
            : throw new SqlException(
                SqlStates.DatatypeMismatch, $"collations are not supported by type {operand.Type.DisplayName}", collate.Position);
    }

    private Constructor Array(ArrayConstructor array, SqlType? element = null)
    {
        if (array.Items.IsEmpty && element is null)
        {
            throw new SqlException(
                SqlStates.IndeterminateDatatype, "cannot determine type of empty array", array.Position,
                hint: "Explicitly cast to the desired type, for example ARRAY[]::integer[].");
        }

        BoundExpression[] items = [.. array.Items.Select(Bind)];
        SqlType type;
        if (element is { } wanted)
        {
            type = wanted;
            for (int i = 0; i < items.Length; i++) items[i] = Coercion.Explicit(items[i], wanted, binding, items[i].Position);
        }
        else
        {
            type = Coercion.Unify(items, "ARRAY", binding, array.Position);
        }

        if (type.IsArray) throw NotSupported("an array of several dimensions", array.Position);
        return new Constructor(items, SqlType.ArrayOf(type.Bare), array.Position);
    }

    private BoundExpression Row(RowConstructor row) =>
        new Constructor([.. row.Items.Select(Settled)], SqlType.Record, row.Position);

    private ElementAt Element(Subscript subscript)
    {
        if (subscript.IsSlice) throw NotSupported("an array slice", subscript.Position);
        BoundExpression array = Bind(subscript.Operand);
        if (array.Type.Kind is not (SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector))
        {
            throw new SqlException(
                SqlStates.DatatypeMismatch,
                $"cannot subscript type {array.Type.DisplayName} because it does not support subscripting", subscript.Position);
        }

        BoundExpression at = Bind(subscript.Lower ?? subscript.Upper!);
        BoundExpression index = Coercion.TryTo(at, SqlType.Int8, CastContext.Assignment, binding)
            ?? throw new SqlException(SqlStates.DatatypeMismatch, "array subscript must have type integer", at.Position);
        return new ElementAt(array, index, subscript.Position);
    }

    private BoundExpression Field(FieldSelection field)
    {
        BoundExpression operand = Bind(field.Operand);
        if (operand is Constructor { Type.Kind: SqlKind.Record } row)
        {
            ReadOnlySpan<BoundExpression> items = row.Operands;
            for (int i = 0; i < items.Length; i++)
            {
                if (field.Field == $"f{i + 1}") return items[i];
            }
        }

        throw new SqlException(
            SqlStates.UndefinedColumn, $"could not identify column \"{field.Field}\" in record data type", field.Position);
    }

    private BoundExpression Special(SpecialValue value)
    {
        (string name, SqlType? type) = value.Kind switch
        {
            SpecialValueKind.CurrentDate => ("now", SqlType.Date),
            SpecialValueKind.CurrentTime => ("now", SqlType.Timetz),
            SpecialValueKind.CurrentTimestamp => ("now", (SqlType?)SqlType.Timestamptz),
            SpecialValueKind.LocalTime => ("now", SqlType.Time),
            SpecialValueKind.LocalTimestamp => ("now", SqlType.Timestamp),
            SpecialValueKind.SessionUser => ("session_user", null),
            SpecialValueKind.CurrentCatalog => ("current_database", null),
            SpecialValueKind.CurrentSchema => ("current_schema", null),
            _ => ("current_user", null),
        };
        BoundExpression call = Function("pg_catalog", name, [], value.Position);
        if (type is not { } wanted) return call;
        if (value.Precision is { } digits) wanted = wanted with { Modifier = Math.Min(digits, 6) };
        return Coercion.Explicit(call, wanted, binding, value.Position);
    }
}
