using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Bind;

/// <summary>The name of a result column that has no alias, as PostgreSQL picks it.</summary>
internal static class TargetNames
{
    private const string Nameless = "?column?";

    /// <summary>The name for an expression; <c>?column?</c> where nothing offers one.</summary>
    public static string Of(Expression expression) => Strong(expression) ?? Weak(expression) ?? Nameless;

    // A type's name or CASE only stands in where the operand offers nothing better.
    private static string? Weak(Expression expression) => expression switch
    {
        CastExpression cast => cast.Type.Name.Name,
        CaseExpression => "case",
        CollateExpression collate => Weak(collate.Operand),
        Subscript subscript => Weak(subscript.Operand),
        _ => null,
    };

    private static string? Strong(Expression expression) => expression switch
    {
        ColumnReference column => column.Parts[^1],
        FieldSelection field => field.Field,
        Subscript subscript => Strong(subscript.Operand),
        FunctionCall call => call.Name.Name,
        CastExpression cast => Strong(cast.Operand),
        CollateExpression collate => Strong(collate.Operand),
        CaseExpression @case => @case.Else is null ? null : Strong(@case.Else),
        CoalesceExpression => "coalesce",
        GreatestExpression greatest => greatest.IsLeast ? "least" : "greatest",
        NullIfExpression => "nullif",
        ExistsExpression => "exists",
        ArrayConstructor or ArraySubquery => "array",
        RowConstructor => "row",
        ScalarSubquery subquery => First(subquery.Subquery.Body),
        SpecialValue value => value.Kind switch
        {
            SpecialValueKind.CurrentDate => "current_date",
            SpecialValueKind.CurrentTime => "current_time",
            SpecialValueKind.CurrentTimestamp => "current_timestamp",
            SpecialValueKind.LocalTime => "localtime",
            SpecialValueKind.LocalTimestamp => "localtimestamp",
            SpecialValueKind.CurrentUser => "current_user",
            SpecialValueKind.CurrentRole => "current_role",
            SpecialValueKind.SessionUser => "session_user",
            SpecialValueKind.CurrentCatalog => "current_catalog",
            _ => "current_schema",
        },
        _ => null,
    };

    private static string? First(QueryBody body) => body switch
    {
        SelectBody { Items.Length: > 0 } select => select.Items[0].Alias ?? Of(select.Items[0].Value),
        SetOperation operation => First(operation.Left),
        NestedQuery nested => First(nested.Query.Body),
        ValuesBody => "column1",
        _ => null,
    };
}
