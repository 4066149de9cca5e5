using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>LIKE: % stands for anything, _ for one character, and an escape makes the next one plain.</summary>
public static class LikePattern
{
    /// <summary>Whether the whole text matches. 22025 for a pattern that ends in its escape.</summary>
    public static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern, char? escape, bool ignoresCase)
    {
        // The last % is where the search resumes when what follows it does not fit: no recursion, at worst n * m steps.
        int at = 0;
        int p = 0;
        int resumeText = -1;
        int resumePattern = -1;
        while (true)
        {
            if (p < pattern.Length && pattern[p] == '%' && escape != '%')
            {
                resumePattern = ++p;
                resumeText = at;
                continue;
            }

            if (p == pattern.Length && at == text.Length) return true;
            if (p < pattern.Length && Step(text, ref at, pattern, ref p, escape, ignoresCase)) continue;
            // Only what is compared with text is looked at, as in PostgreSQL.
            if (at < text.Length && p + 1 == pattern.Length && pattern[p] == escape) throw EscapeAtEnd();
            if (resumePattern < 0 || resumeText >= text.Length) return false;

            resumeText += SizeAt(text, resumeText);
            at = resumeText;
            p = resumePattern;
        }
    }

    /// <summary>The prefix that every match starts with, and whether it is the whole pattern: bounds for an index scan.</summary>
    public static (string Prefix, bool IsExact) FixedPrefix(string pattern, char? escape)
    {
        var prefix = new System.Text.StringBuilder();
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == escape && i + 1 < pattern.Length) prefix.Append(pattern[++i]);
            else if (pattern[i] is '%' or '_' || pattern[i] == escape) return (prefix.ToString(), false);
            else prefix.Append(pattern[i]);
        }

        return (prefix.ToString(), true);
    }

    /// <summary>The escape of an ESCAPE clause: none for the empty text, 22025 for more than one character.</summary>
    public static char? ParseEscape(string escape) => escape.Length switch
    {
        0 => null,
        1 => escape[0],
        _ => throw new SqlException(
            SqlStates.InvalidEscapeSequence, "invalid escape string", hint: "Escape string must be empty or one character."),
    };

    private static bool Step(
        ReadOnlySpan<char> text, ref int at, ReadOnlySpan<char> pattern, ref int p, char? escape, bool ignoresCase)
    {
        char c = pattern[p];
        int width = 1;
        bool isEscaped = c == escape;
        if (isEscaped)
        {
            if (p + 1 == pattern.Length) return false;
            c = pattern[p + 1];
            width = 2;
        }

        if (at == text.Length) return false;
        if (!isEscaped && c == '_')
        {
            at += SizeAt(text, at);
            p++;
            return true;
        }

        bool isSame = text[at] == c || (ignoresCase && char.ToLowerInvariant(text[at]) == char.ToLowerInvariant(c));
        if (!isSame) return false;
        at++;
        p += width;
        return true;
    }

    private static int SizeAt(ReadOnlySpan<char> text, int at) =>
        char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;

    private static SqlException EscapeAtEnd() =>
        new(SqlStates.InvalidEscapeSequence, "LIKE pattern must not end with escape character");
}
