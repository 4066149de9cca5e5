using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <content>Calls of functions and aggregates.</content>
internal sealed partial class ExpressionBinder
{
    /// <summary>A call over bound arguments.</summary>
    internal BoundExpression Function(string? schema, string name, BoundExpression[] arguments, int position, bool isVariadic = false)
    {
        SqlType[] types = [.. arguments.Select(a => a.Type)];
        ResolvedFunction? found = FunctionCatalog.ResolveFunction(schema, name, types, isVariadic, position);
        if (found is not null) return Invoke(found, arguments, position);
        // A type's name called like a function is a cast: int4('1').
        if (arguments.Length == 1 && schema is null or "pg_catalog" && TypeRegistry.TryFindName(name, out SqlType type)
            && Coercion.TryTo(arguments[0], type, CastContext.Explicit, binding, position) is { } converted)
        {
            return converted;
        }

        string shown = $"{(schema is null ? "" : schema + ".")}{name}({string.Join(", ", types.Select(t => t.Bare.DisplayName))})";
        throw new SqlException(
            SqlStates.UndefinedFunction, $"function {shown} does not exist", position,
            hint: "No function matches the given name and argument types. You might need to add explicit type casts.");
    }

    private BoundExpression Call(FunctionCall call)
    {
        string? schema = call.Name.Schema;
        string name = call.Name.Name;
        if (call.Arguments.Any(a => a.Name is not null)) throw NotSupported("named notation of arguments", call.Position);
        if (call.Over is not null) return Window(call);
        if (FunctionCatalog.IsAggregate(schema, name)) return Aggregate(call);
        if (!call.WithinGroup.IsEmpty) throw WrongKind(call, "is not an ordered-set aggregate, so it cannot have WITHIN GROUP");
        if (call.IsStar || call.IsDistinct || !call.OrderBy.IsEmpty || call.Filter is not null)
        {
            string what = call.Filter is not null ? "FILTER specified, but " : call.IsDistinct ? "DISTINCT specified, but "
                : call.IsStar ? "" : "ORDER BY specified, but ";
            string text = call.IsStar ? $"{name}(*) specified, but {name} is not an aggregate function"
                : $"{what}{name} is not an aggregate function";
            throw new SqlException(SqlStates.WrongObjectType, text, call.Position);
        }

        bool isVariadic = call.Arguments.Any(a => a.IsVariadic);
        return Function(schema, name, [.. call.Arguments.Select(a => Bind(a.Value))], call.Position, isVariadic);
    }

    private static SqlException WrongKind(FunctionCall call, string what) =>
        new(SqlStates.WrongObjectType, $"{call.Name.Name} {what}", call.Position);

    private BoundExpression Invoke(ResolvedFunction function, BoundExpression[] arguments, int position)
    {
        var operands = new BoundExpression[function.ArgumentTypes.Length];
        for (int i = 0; i < operands.Length; i++)
            operands[i] = Coercion.Implicit(arguments[i], function.ArgumentTypes[i], binding, function.Name);
        switch (function.Kind)
        {
            case FunctionKind.Scalar:
                return Folding.Call(function, operands, isOperator: false, position, binding);
            case FunctionKind.Session:
                return new SessionCall(function, operands, position);
            case FunctionKind.Set when SetCalls is not null:
                return SetCalls.Add(function, operands, position);
            case FunctionKind.Set:
                throw new SqlException(
                    SqlStates.FeatureNotSupported, $"set-returning functions are not allowed in {Clause}", position);
            default:
                throw new SqlException(
                    SqlStates.WrongObjectType, $"window function {function.Name} requires an OVER clause", position);
        }
    }

    private RegisterExpression Aggregate(FunctionCall call)
    {
        if (Aggregates is null)
        {
            throw new SqlException(
                SqlStates.GroupingError, $"aggregate functions are not allowed in {Clause}", call.Position);
        }

        if (!call.WithinGroup.IsEmpty) throw NotSupported("WITHIN GROUP", call.Position);
        // Inside of the arguments there is no aggregate: 42803 says so by the clause's name.
        var inner = new ExpressionBinder(binding, scope, "aggregate function calls");
        BoundExpression[] arguments = [.. call.Arguments.Select(a => inner.Nested(a.Value))];
        SqlType[] types = [.. arguments.Select(a => a.Type)];
        ResolvedAggregate function = FunctionCatalog.ResolveAggregate(call.Name.Name, types, call.IsStar, call.Position);
        for (int i = 0; i < arguments.Length && i < function.ArgumentTypes.Length; i++)
            arguments[i] = Coercion.Implicit(arguments[i], function.ArgumentTypes[i], binding, function.Name);
        BoundExpression? filter = call.Filter is null
            ? null : new ExpressionBinder(binding, scope, "FILTER").Condition(call.Filter, "FILTER");
        ImmutableArray<BoundSortItem> orderBy =
            [.. call.OrderBy.Select(item => Sorting.Item(item, inner.Settled(item.Value)))];
        return Aggregates.Add(function, [.. arguments], call.IsDistinct, filter, orderBy, call.Position);
    }

    private BoundExpression Nested(Expression expression)
    {
        try
        {
            return Bind(expression);
        }
        catch (SqlException error) when (error.Error.SqlState == SqlStates.GroupingError
            && error.Error.Message.EndsWith("not allowed in aggregate function calls", StringComparison.Ordinal))
        {
            throw new SqlException(
                SqlStates.GroupingError, "aggregate function calls cannot be nested", error.Error.Position);
        }
    }
}
