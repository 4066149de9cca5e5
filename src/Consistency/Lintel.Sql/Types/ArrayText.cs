using System.Buffers;
using System.Globalization;
using System.Text;

namespace Lintel.Sql.Types;

/// <summary>Arrays, vectors and rows as text.</summary>
internal static class ArrayText
{
    private static readonly SearchValues<char> ArraySpecials = SearchValues.Create("\"\\{}, \t\n\r\v\f");
    private static readonly SearchValues<char> RecordSpecials = SearchValues.Create("\"\\(), \t\n\r\v\f");

    /// <summary>Prints {a,b}, with the bounds before it when it does not start at 1.</summary>
    public static void Write(StringBuilder text, SqlArray array, TypeContext context)
    {
        if (array.LowerBound != 1 && array.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"[{array.LowerBound}:{array.LowerBound + array.Count - 1}]=");
        text.Append('{');
        for (int i = 0; i < array.Count; i++)
        {
            if (i > 0) text.Append(',');
            if (array.Items[i].IsNull) text.Append("NULL");
            else Quote(text, TextFormat.ToText(array.Items[i], array.ElementType, context));
        }

        text.Append('}');
    }

    /// <summary>Prints 1 2 3: int2vector, oidvector.</summary>
    public static void WriteVector(StringBuilder text, SqlArray array)
    {
        for (int i = 0; i < array.Count; i++)
        {
            if (i > 0) text.Append(' ');
            text.Append(CultureInfo.InvariantCulture, $"{array.Items[i].AsInt64()}");
        }
    }

    /// <summary>Prints (a,b).</summary>
    public static void WriteRecord(StringBuilder text, SqlRecord record, TypeContext context)
    {
        text.Append('(');
        for (int i = 0; i < record.Fields.Length; i++)
        {
            if (i > 0) text.Append(',');
            if (record.Fields[i].IsNull) continue;
            string field = TextFormat.ToText(record.Fields[i], record.Types[i], context);
            if (field.Length > 0 && !field.AsSpan().ContainsAny(RecordSpecials))
            {
                text.Append(field);
                continue;
            }

            text.Append('"');
            foreach (char c in field)
            {
                if (c is '"' or '\\') text.Append(c);
                text.Append(c);
            }

            text.Append('"');
        }

        text.Append(')');
    }

    /// <summary>Reads {a,b}.</summary>
    public static SqlArray Parse(ReadOnlySpan<char> text, SqlType element, TypeContext context)
    {
        ReadOnlySpan<char> rest = TextParts.Trim(text);
        int lower = 1;
        int? upper = null;
        if (!rest.IsEmpty && rest[0] == '[') (lower, upper) = Bounds(ref rest, text);
        if (rest.IsEmpty || rest[0] != '{')
            throw Malformed(text, upper is null ? "Array value must start with \"{\" or dimension information." : "Array contents must start with \"{\".");
        var items = new List<SqlValue>();
        int at = Skip(rest, 1);
        if (at < rest.Length && rest[at] == '}')
        {
            at++;
        }
        else
        {
            while (true)
            {
                items.Add(Item(rest, ref at, text, element, context));
                at = Skip(rest, at);
                if (at >= rest.Length) throw Malformed(text, "Unexpected end of input.");
                char c = rest[at++];
                if (c == '}') break;
                if (c != ',') throw Malformed(text, $"Unexpected array element.");
                at = Skip(rest, at);
            }
        }

        if (at < rest.Length) throw Malformed(text, "Junk after closing right brace.");
        if (upper is { } last && last - lower + 1 != items.Count) throw Malformed(text, "Specified array dimensions do not match array contents.");
        return new SqlArray(element, [.. items], items.Count == 0 ? 1 : lower);
    }

    /// <summary>Reads 1 2 3.</summary>
    public static SqlArray ParseVector(ReadOnlySpan<char> text, SqlType element, TypeContext context)
    {
        var items = new List<SqlValue>();
        foreach (Range part in text.Split(' '))
            if (!text[part].IsEmpty) items.Add(TextFormat.Parse(text[part], element, context));
        return new SqlArray(element, [.. items], 0);
    }

    private static (int Lower, int? Upper) Bounds(ref ReadOnlySpan<char> rest, ReadOnlySpan<char> text)
    {
        int close = rest.IndexOf(']');
        if (close < 0) throw Malformed(text, "Missing \"]\" after array dimensions.");
        ReadOnlySpan<char> bounds = rest[1..close];
        int colon = bounds.IndexOf(':');
        int lower = 1;
        bool isGood = int.TryParse(bounds[(colon + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int upper)
            && (colon < 0 || int.TryParse(bounds[..colon], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out lower));
        if (!isGood) throw Malformed(text, "\"[\" must introduce explicitly-specified array dimensions.");
        if (upper < lower - 1) throw new SqlException(SqlStates.ArraySubscriptError, "upper bound cannot be less than lower bound");
        rest = TextParts.Trim(rest[(close + 1)..]);
        if (!rest.IsEmpty && rest[0] == '[') throw Nested();
        if (rest.IsEmpty || rest[0] != '=') throw Malformed(text, "Missing \"=\" after array dimensions.");
        rest = TextParts.Trim(rest[1..]);
        return (lower, upper);
    }

    private static SqlValue Item(ReadOnlySpan<char> rest, ref int at, ReadOnlySpan<char> whole, SqlType element, TypeContext context)
    {
        if (at >= rest.Length) throw Malformed(whole, "Unexpected end of input.");
        if (rest[at] == '{') throw Nested();
        var item = new StringBuilder();
        bool isQuoted = false;
        int keep = 0;
        while (at < rest.Length)
        {
            char c = rest[at];
            if (c == '"')
            {
                if (item.Length > 0 || isQuoted) throw Malformed(whole, "Unexpected array element.");
                isQuoted = true;
                at = Quoted(rest, at + 1, item, whole);
                keep = item.Length;
                continue;
            }

            if (c is ',' or '}') break;
            if (c == '{') throw Malformed(whole, "Unexpected \"{\" character.");
            if (isQuoted && !TextParts.IsBlank(c)) throw Malformed(whole, "Unexpected array element.");
            if (c == '\\' && at + 1 < rest.Length)
            {
                item.Append(rest[at + 1]);
                keep = item.Length;
                at += 2;
                continue;
            }

            item.Append(c);
            if (!TextParts.IsBlank(c)) keep = item.Length;
            at++;
        }

        item.Length = keep;
        if (!isQuoted && item.Length == 0)
            throw Malformed(whole, at < rest.Length ? $"Unexpected \"{rest[at]}\" character." : "Unexpected end of input.");
        string text = item.ToString();
        if (!isQuoted && text.Equals("NULL", StringComparison.OrdinalIgnoreCase)) return SqlValue.Null;
        return TextFormat.Parse(text, element, context);
    }

    private static int Quoted(ReadOnlySpan<char> rest, int at, StringBuilder item, ReadOnlySpan<char> whole)
    {
        while (at < rest.Length)
        {
            char c = rest[at++];
            if (c == '"') return at;
            if (c == '\\')
            {
                if (at >= rest.Length) break;
                c = rest[at++];
            }

            item.Append(c);
        }

        throw Malformed(whole, "Unexpected end of input.");
    }

    private static int Skip(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && TextParts.IsBlank(text[at])) at++;
        return at;
    }

    private static void Quote(StringBuilder text, string item)
    {
        bool isPlain = item.Length > 0 && !item.AsSpan().ContainsAny(ArraySpecials)
            && !item.Equals("NULL", StringComparison.OrdinalIgnoreCase);
        if (isPlain)
        {
            text.Append(item);
            return;
        }

        text.Append('"');
        foreach (char c in item)
        {
            if (c is '"' or '\\') text.Append('\\');
            text.Append(c);
        }

        text.Append('"');
    }

    private static SqlException Nested() =>
        new(SqlStates.FeatureNotSupported, "arrays of more than one dimension are not supported");

    private static SqlException Malformed(ReadOnlySpan<char> text, string detail) =>
        new(SqlStates.InvalidTextRepresentation, $"malformed array literal: \"{text}\"", detail: detail);
}
