using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>ORDER BY items over bound values.</summary>
internal static class Sorting
{
    /// <summary>The item; 42883 when values of the type have no order.</summary>
    public static BoundSortItem Item(SortItem item, BoundExpression value)
    {
        bool isDescending = item.IsDescending;
        if (item.UsingOperator is { } @operator)
        {
            isDescending = @operator.Text switch
            {
                "<" => false,
                ">" => true,
                _ => throw new SqlException(
                    SqlStates.WrongObjectType, $"operator {@operator.Text} is not a valid ordering operator", @operator.Position),
            };
        }

        RequireOrder(value.Type, item.Position);
        bool nullsFirst = item.Nulls == NullsOrder.Default ? isDescending : item.Nulls == NullsOrder.First;
        return new BoundSortItem(value, isDescending, nullsFirst);
    }

    /// <summary>42883 when values of a type cannot be sorted.</summary>
    public static void RequireOrder(SqlType type, int position)
    {
        if (type.Kind is not (SqlKind.Json or SqlKind.Xid or SqlKind.Void)) return;
        throw new SqlException(
            SqlStates.UndefinedFunction, $"could not identify an ordering operator for type {type.DisplayName}", position,
            hint: "Use an explicit ordering operator or modify the query.");
    }

    /// <summary>42883 when values of a type cannot be compared for equality (DISTINCT, GROUP BY, UNION).</summary>
    public static void RequireEquality(SqlType type, int position)
    {
        if (type.Kind is not (SqlKind.Json or SqlKind.Void)) return;
        throw new SqlException(
            SqlStates.UndefinedFunction, $"could not identify an equality operator for type {type.DisplayName}", position);
    }
}
