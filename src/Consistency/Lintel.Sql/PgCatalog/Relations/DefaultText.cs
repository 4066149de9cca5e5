using Lintel.Sql.Catalog;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>Defaults as PostgreSQL prints them: a literal says its type.</summary>
internal static class DefaultText
{
    /// <summary>The default of a column, which has one.</summary>
    public static string Of(ColumnDescriptor column)
    {
        string sql = column.DefaultSql!;
        SqlType type = AttributeRows.TypeOf(column);
        return SqlParser.ParseExpression(sql) switch
        {
            StringLiteral text when type.Kind == SqlKind.Bool => Boolean(text.Value) ?? Typed(text.Value, type),
            StringLiteral text => Typed(text.Value, type),
            UnaryExpression { Operator.Text: "-", Operand: NumberLiteral number } => $"'-{number.Text}'::{NumberType(number)}",
            _ => sql,
        };
    }

    private static string Typed(string text, SqlType type) =>
        $"'{text.Replace("'", "''", StringComparison.Ordinal)}'::{type.Bare.DisplayName}";

    private static string NumberType(NumberLiteral number) =>
        int.TryParse(number.Text, out _) ? "integer" : long.TryParse(number.Text, out _) ? "bigint" : "numeric";

    private static string? Boolean(string text) => text switch
    {
        "t" or "true" or "y" or "yes" or "on" or "1" => "true",
        "f" or "false" or "n" or "no" or "off" or "0" => "false",
        _ => null,
    };
}
