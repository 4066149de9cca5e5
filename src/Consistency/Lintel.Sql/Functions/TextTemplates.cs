using System.Globalization;
using System.Text;
using Lintel.Sql.Parse;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>format(): %s, %I, %L with positions and widths; and the quoting of literals.</summary>
internal static class TextTemplates
{
    /// <summary>The function for arguments of these types; the first is the template.</summary>
    public static GeneralFunction Make(SqlType[] types) => (values, context) =>
        values[0].IsNull ? SqlValue.Null : SqlValue.Of(Print(values[0].AsString(), values, types, context));

    /// <summary>A template without arguments.</summary>
    public static SqlValue Print(string template) => SqlValue.Of(Print(template, [SqlValue.Of(template)], [SqlType.Text], null));

    /// <summary>quote_literal: the text as an SQL literal.</summary>
    public static string QuoteLiteral(string text)
    {
        string quoted = "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
        return text.Contains('\\', StringComparison.Ordinal) ? "E" + quoted.Replace("\\", "\\\\", StringComparison.Ordinal) : quoted;
    }

    private static string Print(string template, ReadOnlySpan<SqlValue> values, SqlType[] types, EvaluationContext? context)
    {
        var text = new StringBuilder();
        int next = 1;
        for (int at = 0; at < template.Length; at++)
        {
            if (template[at] != '%')
            {
                text.Append(template[at]);
                continue;
            }

            if (++at >= template.Length) throw Unterminated();
            if (template[at] == '%')
            {
                text.Append('%');
                continue;
            }

            int argument = Position(template, ref at, next);
            bool isLeft = false;
            for (; at < template.Length && template[at] == '-'; at++) isLeft = true;
            long width = Width(template, ref at, values, types, ref argument, ref next);
            if (at >= template.Length) throw Unterminated();
            if (argument == 0) throw new SqlException(SqlStates.InvalidParameterValue, "format specifies argument 0, but arguments are numbered from 1");
            if (template[at] is not ('s' or 'I' or 'L'))
            {
                throw new SqlException(
                    SqlStates.InvalidParameterValue, $"unrecognized format() type specifier \"{template[at]}\"",
                    hint: "For a single \"%\" use \"%%\".");
            }

            if (argument >= values.Length) throw new SqlException(SqlStates.InvalidParameterValue, "too few arguments for format()");
            AppendPadded(text, One(template[at], values[argument], types[argument], context), width, isLeft);
            next = argument + 1;
        }

        return text.ToString();
    }

    private static int Position(string template, ref int at, int next)
    {
        int end = at;
        while (end < template.Length && char.IsAsciiDigit(template[end])) end++;
        if (end == at || end >= template.Length || template[end] != '$') return next;
        int position = Number(template.AsSpan(at, end - at));
        at = end + 1;
        return position;
    }

    private static long Width(
        string template, ref int at, ReadOnlySpan<SqlValue> values, SqlType[] types, ref int argument, ref int next)
    {
        if (at < template.Length && template[at] == '*')
        {
            at++;
            bool isImplicit = argument == next;
            int own = Position(template, ref at, next);
            if (own >= values.Length) throw new SqlException(SqlStates.InvalidParameterValue, "too few arguments for format()");
            if (isImplicit && own == argument) argument = own + 1;
            next = own + 1;
            SqlValue width = values[own];
            if (width.IsNull) return 0;
            return types[own].Kind is SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8
                ? width.AsInt64()
                : ScalarText.ParseInteger(width.AsString(), int.MinValue, int.MaxValue, "integer");
        }

        int end = at;
        while (end < template.Length && char.IsAsciiDigit(template[end])) end++;
        if (end == at) return 0;
        int number = Number(template.AsSpan(at, end - at));
        at = end;
        return number;
    }

    private static int Number(ReadOnlySpan<char> digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new SqlException(SqlStates.NumericValueOutOfRange, "number is out of range");

    private static string One(char conversion, in SqlValue value, SqlType type, EvaluationContext? context)
    {
        if (value.IsNull)
        {
            if (conversion == 'I') throw new SqlException(SqlStates.NullValueNotAllowed, "null values cannot be formatted as an SQL identifier");
            return conversion == 'L' ? "NULL" : "";
        }

        string text = TextFormat.ToText(value, type, context?.Types ?? TypeContext.Default);
        return conversion switch { 'I' => Identifiers.Quote(text), 'L' => QuoteLiteral(text), _ => text };
    }

    private static void AppendPadded(StringBuilder text, string piece, long width, bool isLeft)
    {
        if (width < 0) (width, isLeft) = (-width, true);
        TextFunctions.RequireLength(width);
        int missing = (int)Math.Max(0, width - TextParts.CountCharacters(piece));
        if (!isLeft) text.Append(' ', missing);
        text.Append(piece);
        if (isLeft) text.Append(' ', missing);
    }

    private static SqlException Unterminated() => new(
        SqlStates.InvalidParameterValue, "unterminated format() type specifier", hint: "For a single \"%\" use \"%%\".");
}
