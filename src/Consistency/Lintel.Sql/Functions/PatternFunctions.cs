using System.Text;
using System.Text.RegularExpressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>LIKE, ILIKE, SIMILAR TO and regular expressions.</summary>
internal static class PatternFunctions
{
    public static void Register(FunctionRegistry table)
    {
        foreach (string type in (string[])["text", "name", "bpchar"])
        {
            table.AddOperator($"{type} ~~ text bool", (in a, in b, _) => SqlValue.Of(Like(a, b, false)));
            table.AddOperator($"{type} !~~ text bool", (in a, in b, _) => SqlValue.Of(!Like(a, b, false)));
            table.AddOperator($"{type} ~~* text bool", (in a, in b, _) => SqlValue.Of(Like(a, b, true)));
            table.AddOperator($"{type} !~~* text bool", (in a, in b, _) => SqlValue.Of(!Like(a, b, true)));
            table.AddOperator($"{type} ~ text bool", (in a, in b, context) => SqlValue.Of(IsMatch(a, b, "", context)));
            table.AddOperator($"{type} !~ text bool", (in a, in b, context) => SqlValue.Of(!IsMatch(a, b, "", context)));
            table.AddOperator($"{type} ~* text bool", (in a, in b, context) => SqlValue.Of(IsMatch(a, b, "i", context)));
            table.AddOperator($"{type} !~* text bool", (in a, in b, context) => SqlValue.Of(!IsMatch(a, b, "i", context)));
        }

        table.AddOperator("bytea ~~ bytea bool", (in a, in b, _) => SqlValue.Of(LikeBytes(a, b)));
        table.AddOperator("bytea !~~ bytea bool", (in a, in b, _) => SqlValue.Of(!LikeBytes(a, b)));
        table.Add("like_escape(text, text) text", (in a, in b, _) => SqlValue.Of(WithBackslash(a.AsString(), b.AsString())));
        table.Add("like(text, text) bool", (in a, in b, _) => SqlValue.Of(Like(a, b, false)));
        table.Add("notlike(text, text) bool", (in a, in b, _) => SqlValue.Of(!Like(a, b, false)));
        table.Add("similar_to_escape(text) text", (in a, _) => SqlValue.Of(RegularExpressions.FromSimilar(a.AsString(), '\\')));
        table.Add("similar_to_escape(text, text) text", (in a, in b, _) =>
            SqlValue.Of(RegularExpressions.FromSimilar(a.AsString(), LikePattern.ParseEscape(b.AsString()))));
        AddReplacement(table);
        AddMatches(table);
    }

    private static bool Like(in SqlValue text, in SqlValue pattern, bool ignoresCase) =>
        LikePattern.Matches(text.AsString(), pattern.AsString(), '\\', ignoresCase);

    /// <summary>Bytes match as the characters of Latin-1 do, which are their own numbers.</summary>
    private static bool LikeBytes(in SqlValue bytes, in SqlValue pattern) =>
        LikePattern.Matches(Encoding.Latin1.GetString(bytes.AsBytes()), Encoding.Latin1.GetString(pattern.AsBytes()), '\\', false);

    private static bool IsMatch(in SqlValue text, in SqlValue pattern, string flags, EvaluationContext context) =>
        RegularExpressions.Run(context, pattern.AsString(), flags, text.AsString(), static (regex, input) => regex.IsMatch(input));

    /// <summary>Brings a pattern with its own escape to one with the backslash.</summary>
    private static string WithBackslash(string pattern, string escapeText)
    {
        char? escape = LikePattern.ParseEscape(escapeText);
        if (escape == '\\') return pattern;
        var result = new StringBuilder(pattern.Length);
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == escape)
            {
                result.Append('\\');
                if (i + 1 < pattern.Length) result.Append(pattern[++i]);
                continue;
            }

            if (pattern[i] == '\\') result.Append('\\');
            result.Append(pattern[i]);
        }

        return result.ToString();
    }

    private static void AddReplacement(FunctionRegistry table)
    {
        table.Add("regexp_replace(text, text, text) text", (a, context) =>
            SqlValue.Of(Replace(a[0].AsString(), a[1].AsString(), a[2].AsString(), "", context)));
        table.Add("regexp_replace(text, text, text, text) text", (a, context) =>
            SqlValue.Of(Replace(a[0].AsString(), a[1].AsString(), a[2].AsString(), a[3].AsString(), context)));
        table.Add("substring(text, text) text", (in a, in b, context) => FirstGroup(a.AsString(), b.AsString(), "", context));
        table.Add("regexp_substr(text, text) text", (in a, in b, context) =>
            RegularExpressions.Run(context, b.AsString(), "", a.AsString(), static (regex, text) =>
                regex.Match(text) is { Success: true } match ? SqlValue.Of(match.Value) : SqlValue.Null));
        table.Add("regexp_like(text, text) bool", (in a, in b, context) => SqlValue.Of(IsMatch(a, b, "", context)));
        table.Add("regexp_like(text, text, text) bool", (a, context) => SqlValue.Of(IsMatch(a[0], a[1], a[2].AsString(), context)));
        table.Add("regexp_count(text, text) int4", (in a, in b, context) => SqlValue.Of(
            RegularExpressions.Run(context, b.AsString(), "", a.AsString(), static (regex, text) => (long)regex.Count(text))));
    }

    private static string Replace(string text, string pattern, string replacement, string flags, EvaluationContext context)
    {
        if (flags.Length > 0 && char.IsAsciiDigit(flags[0]))
        {
            throw new SqlException(
                SqlStates.InvalidParameterValue, $"invalid regular expression option: \"{flags[0]}\"",
                hint: "If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.");
        }

        bool isGlobal = flags.Contains('g', StringComparison.Ordinal);
        string own = flags.Replace("g", "", StringComparison.Ordinal);
        return RegularExpressions.Run(
            context, pattern, own, text,
            (regex, input) => regex.Replace(input, match => Expand(match, replacement), isGlobal ? -1 : 1));
    }

    private static string Expand(Match match, string replacement)
    {
        if (!replacement.Contains('\\', StringComparison.Ordinal)) return replacement;
        var result = new StringBuilder();
        for (int i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '\\' || i + 1 == replacement.Length)
            {
                result.Append(replacement[i]);
                continue;
            }

            char next = replacement[++i];
            if (next is >= '1' and <= '9') result.Append(match.Groups[next - '0'].Value);
            else if (next == '&') result.Append(match.Value);
            else if (next == '\\') result.Append('\\');
            else result.Append('\\').Append(next);
        }

        return result.ToString();
    }

    private static SqlValue FirstGroup(string text, string pattern, string flags, EvaluationContext context) =>
        RegularExpressions.Run(context, pattern, flags, text, static (regex, input) =>
        {
            Match match = regex.Match(input);
            if (!match.Success) return SqlValue.Null;
            Group group = match.Groups.Count > 1 ? match.Groups[1] : match;
            return group.Success ? SqlValue.Of(group.Value) : SqlValue.Null;
        });

    private static void AddMatches(FunctionRegistry table)
    {
        table.Add("regexp_match(text, text) _text", (in a, in b, context) => FirstMatch(a.AsString(), b.AsString(), "", context));
        table.Add("regexp_match(text, text, text) _text", (a, context) => FirstMatch(a[0].AsString(), a[1].AsString(), a[2].AsString(), context));
        table.AddRows("regexp_matches(text, text) _text", (a, context) => AllMatches(a[0].AsString(), a[1].AsString(), "", context));
        table.AddRows("regexp_matches(text, text, text) _text", (a, context) =>
            AllMatches(a[0].AsString(), a[1].AsString(), a[2].AsString(), context));
        table.Add("regexp_split_to_array(text, text) _text", (in a, in b, context) =>
            Texts(Split(a.AsString(), b.AsString(), "", context)));
        table.Add("regexp_split_to_array(text, text, text) _text", (a, context) =>
            Texts(Split(a[0].AsString(), a[1].AsString(), a[2].AsString(), context)));
        table.AddRows("regexp_split_to_table(text, text) text", (a, context) =>
            Split(a[0].AsString(), a[1].AsString(), "", context).Select(SqlValue.Of));
        table.AddRows("regexp_split_to_table(text, text, text) text", (a, context) =>
            Split(a[0].AsString(), a[1].AsString(), a[2].AsString(), context).Select(SqlValue.Of));
    }

    private static SqlValue FirstMatch(string text, string pattern, string flags, EvaluationContext context)
    {
        if (flags.Contains('g', StringComparison.Ordinal))
        {
            throw new SqlException(
                SqlStates.InvalidParameterValue, "regexp_match() does not support the \"global\" option",
                hint: "Use the regexp_matches function instead.");
        }

        return RegularExpressions.Run(context, pattern, flags, text, static (regex, input) =>
            regex.Match(input) is { Success: true } match ? Groups(match) : SqlValue.Null);
    }

    private static List<SqlValue> AllMatches(string text, string pattern, string flags, EvaluationContext context)
    {
        bool isGlobal = flags.Contains('g', StringComparison.Ordinal);
        return RegularExpressions.Run(
            context, pattern, flags.Replace("g", "", StringComparison.Ordinal), text,
            (regex, input) =>
            {
                var rows = new List<SqlValue>();
                foreach (Match match in regex.Matches(input))
                {
                    rows.Add(Groups(match));
                    if (!isGlobal) break;
                }

                return rows;
            });
    }

    private static SqlValue Groups(Match match)
    {
        if (match.Groups.Count == 1) return Texts([match.Value]);
        var items = new SqlValue[match.Groups.Count - 1];
        for (int i = 0; i < items.Length; i++)
            items[i] = match.Groups[i + 1].Success ? SqlValue.Of(match.Groups[i + 1].Value) : SqlValue.Null;
        return SqlValue.Of(new SqlArray(SqlType.Text, items));
    }

    private static SqlValue Texts(IEnumerable<string> texts) =>
        SqlValue.Of(new SqlArray(SqlType.Text, [.. texts.Select(SqlValue.Of)]));

    private static List<string> Split(string text, string pattern, string flags, EvaluationContext context) =>
        RegularExpressions.Run(context, pattern, flags, text, static (regex, input) =>
        {
            var parts = new List<string>();
            int from = 0;
            foreach (Match match in regex.Matches(input))
            {
                // An empty match at either end, or where the last match ended, splits nothing off.
                if (match.Length == 0 && (match.Index == from || match.Index == input.Length)) continue;
                parts.Add(input[from..match.Index]);
                from = match.Index + match.Length;
            }

            parts.Add(input[from..]);
            return parts;
        });
}
