using System.Globalization;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session.Settings;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Commands;

/// <summary>Reads the values of options and of SET: literals, and bare words.</summary>
internal static class OptionValues
{
    /// <summary>The value as text; null when none was written.</summary>
    public static string? Text(OptionSetting option) => option.Value is null ? null : Text(option.Value);

    /// <summary>A literal or a bare word as text.</summary>
    public static string Text(Expression value) => value switch
    {
        StringLiteral text => text.Value,
        NumberLiteral number => number.Text,
        BooleanLiteral boolean => boolean.Value ? "true" : "false",
        ColumnReference word => string.Join('.', word.Parts),
        UnaryExpression { Operator.Text: "-", Operand: NumberLiteral number } => "-" + number.Text,
        UnaryExpression { Operator.Text: "+", Operand: NumberLiteral number } => number.Text,
        DefaultMarker => "default",
        NullLiteral => "null",
        CastExpression { Operand: StringLiteral text } => text.Value,
        _ => throw new SqlException(SqlStates.SyntaxError, "a literal value is expected", value.Position),
    };

    /// <summary>A boolean option; true when nothing was written. Throws 22023... as PostgreSQL does, 42601.</summary>
    public static bool Boolean(OptionSetting option)
    {
        if (option.Value is null) return true;
        return BooleanSetting.Read(Text(option.Value))
            ?? throw new SqlException(SqlStates.SyntaxError, $"{option.Name} requires a Boolean value", option.Position);
    }

    /// <summary>A whole-number option.</summary>
    public static long Integer(OptionSetting option) =>
        option.Value is not null
        && long.TryParse(Text(option.Value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new SqlException(SqlStates.SyntaxError, $"{option.Name} requires an integer value", option.Position);

    /// <summary>What SET name = a, b gives to the setting: one value as it is, several as a list of names.</summary>
    public static string? Of(SetStatement set)
    {
        if (set.IsDefault) return null;
        if (set.Values.Length == 1 && set.Name != "search_path") return Text(set.Values[0]);
        return set.Name switch
        {
            "search_path" => string.Join(", ", set.Values.Select(v => Parse.Identifiers.Quote(Text(v)))),
            "datestyle" => string.Join(", ", set.Values.Select(Text)),
            _ => throw new SqlException(SqlStates.InvalidParameterValue, $"SET {set.Name} takes only one argument"),
        };
    }
}
