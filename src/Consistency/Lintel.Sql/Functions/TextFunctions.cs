using System.Text;
using Lintel.Sql.Parse;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Functions of text. Positions and lengths count characters: a surrogate pair is one.</summary>
internal static class TextFunctions
{
    // PostgreSQL's limit of one value.
    private const int LengthMax = 256 * 1024 * 1024;

    public static void Register(FunctionRegistry table)
    {
        AddConcatenation(table);
        AddMeasures(table);
        AddPieces(table);
        AddPadding(table);
        AddChanges(table);
        AddQuoting(table);
        table.AddTyped("format(text, variadic any) text stable nonstrict", static (types, _) => TextTemplates.Make(types));
        table.Add("format(text) text stable nonstrict", (in a, _) => a.IsNull ? a : TextTemplates.Print(a.AsString()));
    }

    /// <summary>54000 for a text that grows too long.</summary>
    public static void RequireLength(long length)
    {
        if (length > LengthMax) throw new SqlException(SqlStates.ProgramLimitExceeded, "requested length too large");
    }

    private static void AddConcatenation(FunctionRegistry table)
    {
        table.AddOperator("text || text text", (in a, in b, _) => SqlValue.Of(a.AsString() + b.AsString()));
        table.AddTypedOperator("anynonarray || text text stable", static (types, _) => Append(types));
        table.AddTypedOperator("text || anynonarray text stable", static (types, _) => Append(types));
        table.AddTyped("concat(variadic any) text stable nonstrict", static (types, _) => Concatenate(types));
        table.AddTyped("concat_ws(text, variadic any) text stable nonstrict", static (types, _) => (values, context) =>
        {
            if (values[0].IsNull) return SqlValue.Null;
            string separator = values[0].AsString();
            var text = new StringBuilder();
            bool isFirst = true;
            for (int i = 1; i < values.Length; i++)
            {
                if (values[i].IsNull) continue;
                if (!isFirst) text.Append(separator);
                isFirst = false;
                text.Append(TextFormat.ToText(values[i], types[i], context.Types));
            }

            return SqlValue.Of(text.ToString());
        });
    }

    /// <summary>The operator casts to text, where true is "true"; concat() prints, and there it is "t".</summary>
    private static GeneralFunction Append(SqlType[] types)
    {
        Cast left = CastTable.Find(types[0], SqlType.Text, CastContext.Explicit)!;
        Cast right = CastTable.Find(types[1], SqlType.Text, CastContext.Explicit)!;
        return (values, context) => SqlValue.Of(left.Apply(values[0], context).AsString() + right.Apply(values[1], context).AsString());
    }

    private static GeneralFunction Concatenate(SqlType[] types) => (values, context) =>
    {
        var text = new StringBuilder();
        for (int i = 0; i < values.Length; i++)
            if (!values[i].IsNull) text.Append(TextFormat.ToText(values[i], types[i], context.Types));
        return SqlValue.Of(text.ToString());
    };

    private static void AddMeasures(FunctionRegistry table)
    {
        foreach (string name in (string[])["length", "char_length", "character_length"])
        {
            table.Add($"{name}(text) int4", (in a, _) => SqlValue.Of((long)TextParts.CountCharacters(a.AsString())));
            table.Add($"{name}(bpchar) int4", (in a, _) => SqlValue.Of((long)TextParts.CountCharacters(a.AsString().AsSpan().TrimEnd(' '))));
        }

        table.Add("octet_length(text) int4", (in a, _) => SqlValue.Of((long)Encoding.UTF8.GetByteCount(a.AsString())));
        table.Add("octet_length(bpchar) int4", (in a, _) => SqlValue.Of((long)Encoding.UTF8.GetByteCount(a.AsString())));
        table.Add("bit_length(text) int4", (in a, _) => SqlValue.Of(8L * Encoding.UTF8.GetByteCount(a.AsString())));
        table.Add("position(text, text) int4", (in a, in b, _) => Position(a, b));
        table.Add("strpos(text, text) int4", (in a, in b, _) => Position(a, b));
        table.Add("ascii(text) int4", (in a, _) =>
            SqlValue.Of(a.AsString().Length == 0 ? 0L : Rune.TryGetRuneAt(a.AsString(), 0, out Rune rune) ? rune.Value : 0xFFFD));
        table.Add("starts_with(text, text) bool", (in a, in b, _) => SqlValue.Of(a.AsString().StartsWith(b.AsString(), StringComparison.Ordinal)));
        table.AddOperator("text ^@ text bool", (in a, in b, _) => SqlValue.Of(a.AsString().StartsWith(b.AsString(), StringComparison.Ordinal)));
        table.Add("md5(text) text", (in a, _) => SqlValue.Of(ByteaFunctions.Md5(Encoding.UTF8.GetBytes(a.AsString()))));
    }

    private static SqlValue Position(in SqlValue text, in SqlValue part)
    {
        string whole = text.AsString();
        int at = whole.IndexOf(part.AsString(), StringComparison.Ordinal);
        return SqlValue.Of(at < 0 ? 0L : TextParts.CountCharacters(whole.AsSpan(0, at)) + 1);
    }

    private static void AddPieces(FunctionRegistry table)
    {
        foreach (string name in (string[])["substr", "substring"])
        {
            table.Add($"{name}(text, int4) text", (in a, in b, _) => SqlValue.Of(Slice(a.AsString(), b.AsInt64(), null)));
            table.Add($"{name}(text, int4, int4) text", (a, _) => SqlValue.Of(Slice(a[0].AsString(), a[1].AsInt64(), a[2].AsInt64())));
        }

        table.Add("left(text, int4) text", (in a, in b, _) => SqlValue.Of(Left(a.AsString(), b.AsInt64())));
        table.Add("right(text, int4) text", (in a, in b, _) => SqlValue.Of(Right(a.AsString(), b.AsInt64())));
        table.Add("split_part(text, text, int4) text", (a, _) => SqlValue.Of(SplitPart(a[0].AsString(), a[1].AsString(), a[2].AsInt64())));
        table.Add("overlay(text, text, int4) text", (a, _) => SqlValue.Of(
            Overlay(a[0].AsString(), a[1].AsString(), a[2].AsInt64(), TextParts.CountCharacters(a[1].AsString()))));
        table.Add("overlay(text, text, int4, int4) text", (a, _) => SqlValue.Of(
            Overlay(a[0].AsString(), a[1].AsString(), a[2].AsInt64(), a[3].AsInt64())));
    }

    private static string Slice(string text, long start, long? length)
    {
        if (length < 0) throw new SqlException(SqlStates.SubstringError, "negative substring length not allowed");
        long end = length is { } count ? start + count : long.MaxValue;
        if (end <= 1) return "";
        int from = TextParts.IndexOfCharacter(text, start - 1);
        int to = end == long.MaxValue ? text.Length : TextParts.IndexOfCharacter(text, end - 1);
        return text[from..Math.Max(from, to)];
    }

    private static string Left(string text, long count) =>
        text[..TextParts.IndexOfCharacter(text, count >= 0 ? count : TextParts.CountCharacters(text) + count)];

    private static string Right(string text, long count) =>
        text[TextParts.IndexOfCharacter(text, count >= 0 ? TextParts.CountCharacters(text) - count : -count)..];

    private static string SplitPart(string text, string separator, long field)
    {
        if (field == 0) throw new SqlException(SqlStates.InvalidParameterValue, "field position must not be zero");
        if (text.Length == 0) return "";
        if (separator.Length == 0) return field is 1 or -1 ? text : "";
        string[] parts = text.Split(separator);
        long index = field > 0 ? field - 1 : parts.Length + field;
        return index >= 0 && index < parts.Length ? parts[index] : "";
    }

    private static string Overlay(string text, string replacement, long start, long length)
    {
        if (start <= 0) throw new SqlException(SqlStates.SubstringError, "negative substring length not allowed");
        long end = start + length;
        if (end > int.MaxValue) throw NumberConversions.OutOfRange("integer");
        return string.Concat(Slice(text, 1, start - 1), replacement, Slice(text, end, null));
    }

    private static void AddPadding(FunctionRegistry table)
    {
        table.Add("lpad(text, int4) text", (in a, in b, _) => SqlValue.Of(Pad(a.AsString(), b.AsInt64(), " ", isLeft: true)));
        table.Add("rpad(text, int4) text", (in a, in b, _) => SqlValue.Of(Pad(a.AsString(), b.AsInt64(), " ", isLeft: false)));
        table.Add("lpad(text, int4, text) text", (a, _) => SqlValue.Of(Pad(a[0].AsString(), a[1].AsInt64(), a[2].AsString(), isLeft: true)));
        table.Add("rpad(text, int4, text) text", (a, _) => SqlValue.Of(Pad(a[0].AsString(), a[1].AsInt64(), a[2].AsString(), isLeft: false)));
        table.Add("btrim(text) text", (in a, _) => SqlValue.Of(a.AsString().Trim(' ')));
        table.Add("ltrim(text) text", (in a, _) => SqlValue.Of(a.AsString().TrimStart(' ')));
        table.Add("rtrim(text) text", (in a, _) => SqlValue.Of(a.AsString().TrimEnd(' ')));
        table.Add("btrim(text, text) text", (in a, in b, _) => SqlValue.Of(Trim(a.AsString(), b.AsString(), true, true)));
        table.Add("ltrim(text, text) text", (in a, in b, _) => SqlValue.Of(Trim(a.AsString(), b.AsString(), true, false)));
        table.Add("rtrim(text, text) text", (in a, in b, _) => SqlValue.Of(Trim(a.AsString(), b.AsString(), false, true)));
        table.Add("repeat(text, int4) text", (in a, in b, _) =>
        {
            long count = Math.Max(0, b.AsInt64());
            RequireLength(count * Math.Max(1, a.AsString().Length));
            return SqlValue.Of(a.AsString().Length == 0 ? "" : new StringBuilder().Insert(0, a.AsString(), (int)count).ToString());
        });
    }

    private static string Pad(string text, long length, string fill, bool isLeft)
    {
        if (length <= 0) return "";
        RequireLength(length);
        int own = TextParts.CountCharacters(text);
        if (own >= length) return text[..TextParts.IndexOfCharacter(text, length)];
        if (fill.Length == 0) return text;
        long missing = length - own;
        int fillCharacters = TextParts.CountCharacters(fill);
        var padding = new StringBuilder();
        for (; missing >= fillCharacters; missing -= fillCharacters) padding.Append(fill);
        padding.Append(fill.AsSpan(0, TextParts.IndexOfCharacter(fill, missing)));
        return isLeft ? padding.Append(text).ToString() : padding.Insert(0, text).ToString();
    }

    private static string Trim(string text, string set, bool atStart, bool atEnd)
    {
        int start = 0;
        int end = text.Length;
        while (atStart && start < end && RuneIn(text, start, set, out int size)) start += size;
        while (atEnd && end > start)
        {
            int size = char.IsLowSurrogate(text[end - 1]) && end - start > 1 ? 2 : 1;
            if (!RuneIn(text, end - size, set, out _)) break;
            end -= size;
        }

        return text[start..end];
    }

    private static bool RuneIn(string text, int at, string set, out int size)
    {
        size = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        return set.AsSpan().IndexOf(text.AsSpan(at, size), StringComparison.Ordinal) >= 0;
    }

    private static void AddChanges(FunctionRegistry table)
    {
        table.Add("lower(text) text", (in a, _) => SqlValue.Of(a.AsString().ToLowerInvariant()));
        table.Add("upper(text) text", (in a, _) => SqlValue.Of(a.AsString().ToUpperInvariant()));
        table.Add("initcap(text) text", (in a, _) => SqlValue.Of(Capitalize(a.AsString())));
        table.Add("reverse(text) text", (in a, _) => SqlValue.Of(Reverse(a.AsString())));
        table.Add("replace(text, text, text) text", (a, _) => SqlValue.Of(
            a[1].AsString().Length == 0 ? a[0].AsString() : a[0].AsString().Replace(a[1].AsString(), a[2].AsString(), StringComparison.Ordinal)));
        table.Add("translate(text, text, text) text", (a, _) => SqlValue.Of(Translate(a[0].AsString(), a[1].AsString(), a[2].AsString())));
        table.Add("unistr(text) text", (in a, _) => SqlValue.Of(StringEscapes.DecodeUnicode(a.AsString(), '\\', 0)));
        table.Add("chr(int4) text", (in a, _) => SqlValue.Of(Character(a.AsInt64())));
    }

    private static string Capitalize(string text)
    {
        var result = new StringBuilder(text.Length);
        bool isInside = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            Rune changed = isInside ? Rune.ToLowerInvariant(rune) : Rune.ToUpperInvariant(rune);
            result.Append(changed.ToString());
            isInside = Rune.IsLetterOrDigit(rune);
        }

        return result.ToString();
    }

    private static string Reverse(string text)
    {
        char[] characters = text.ToCharArray();
        Array.Reverse(characters);
        for (int i = 0; i + 1 < characters.Length; i++)
        {
            if (!char.IsLowSurrogate(characters[i]) || !char.IsHighSurrogate(characters[i + 1])) continue;
            (characters[i], characters[i + 1]) = (characters[i + 1], characters[i]);
            i++;
        }

        return new string(characters);
    }

    private static string Translate(string text, string from, string to)
    {
        var map = new Dictionary<Rune, Rune?>();
        Rune[] targets = [.. to.EnumerateRunes()];
        int index = 0;
        foreach (Rune source in from.EnumerateRunes())
        {
            map.TryAdd(source, index < targets.Length ? targets[index] : null);
            index++;
        }

        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (!map.TryGetValue(rune, out Rune? target)) result.Append(rune.ToString());
            else if (target is { } changed) result.Append(changed.ToString());
        }

        return result.ToString();
    }

    private static string Character(long code)
    {
        if (code == 0) throw new SqlException(SqlStates.ProgramLimitExceeded, "null character not permitted");
        if (code < 0) throw new SqlException(SqlStates.ProgramLimitExceeded, "character number must be positive");
        if (code > 0x10FFFF)
            throw new SqlException(SqlStates.ProgramLimitExceeded, $"requested character too large for encoding: {code}");
        return Rune.IsValid((int)code)
            ? new Rune((int)code).ToString()
            : throw new SqlException(SqlStates.ProgramLimitExceeded, $"requested character not valid for encoding: {code}");
    }

    private static void AddQuoting(FunctionRegistry table)
    {
        table.Add("quote_ident(text) text", (in a, _) => SqlValue.Of(Identifiers.Quote(a.AsString())));
        table.Add("quote_literal(text) text", (in a, _) => SqlValue.Of(TextTemplates.QuoteLiteral(a.AsString())));
        table.Add("quote_nullable(text) text nonstrict", (in a, _) => SqlValue.Of(a.IsNull ? "NULL" : TextTemplates.QuoteLiteral(a.AsString())));
        table.AddTyped("quote_literal(anyelement) text stable", static (types, _) =>
        {
            Cast toText = CastTable.Find(types[0], SqlType.Text, CastContext.Explicit)!;
            return (a, context) => SqlValue.Of(TextTemplates.QuoteLiteral(toText.Apply(a[0], context).AsString()));
        });
        table.AddTyped("quote_nullable(anyelement) text stable nonstrict", static (types, _) =>
        {
            Cast toText = CastTable.Find(types[0], SqlType.Text, CastContext.Explicit)!;
            return (a, context) => SqlValue.Of(
                a[0].IsNull ? "NULL" : TextTemplates.QuoteLiteral(toText.Apply(a[0], context).AsString()));
        });
        table.AddTyped("num_nulls(variadic any) int4 nonstrict", static (_, _) => (a, _) => SqlValue.Of(CountNulls(a)));
        table.AddTyped("num_nonnulls(variadic any) int4 nonstrict", static (_, _) => (a, _) => SqlValue.Of(a.Length - CountNulls(a)));
    }

    private static long CountNulls(ReadOnlySpan<SqlValue> values)
    {
        long count = 0;
        foreach (ref readonly SqlValue value in values)
            if (value.IsNull) count++;
        return count;
    }
}
