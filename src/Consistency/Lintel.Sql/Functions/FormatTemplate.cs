namespace Lintel.Sql.Functions;

/// <summary>A field of a to_char template for dates and times.</summary>
/// <param name="Keyword">In upper case where case has no meaning (YYYY), as written where it has (Month); null for text.</param>
/// <param name="Text">Literal text.</param>
/// <param name="IsFilled">Whether blanks and zeros fill it up: not after FM.</param>
/// <param name="Ordinal">"TH" or "th" after a number; empty for none.</param>
/// <param name="IsQuoted">Whether literal text was quoted: then it stands for itself when text is read.</param>
internal readonly record struct FormatField(string? Keyword, string Text, bool IsFilled, string Ordinal, bool IsQuoted);

/// <summary>Templates of to_char, to_date and to_timestamp, cut into fields.</summary>
internal static class FormatTemplate
{
    // Longer ones first: the first that fits counts.
    private static readonly string[] Numeric =
    [
        "Y,YYY", "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IDDD", "IY", "IW", "ID", "I", "HH24", "HH12", "HH", "MI", "SSSSS", "SSSS", "SS",
        "MS", "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "MM", "DDD", "DD", "D", "WW", "W", "CC", "J", "Q", "OF", "TZH", "TZM",
    ];

    private static readonly string[] Cased =
    [
        "A.M.", "P.M.", "a.m.", "p.m.", "A.D.", "B.C.", "a.d.", "b.c.", "MONTH", "Month", "month", "MON", "Mon", "mon", "DAY", "Day", "day",
        "DY", "Dy", "dy", "AM", "PM", "am", "pm", "AD", "BC", "ad", "bc", "RM", "rm", "TZ", "tz",
    ];

    public static List<FormatField> Parse(string template)
    {
        var fields = new List<FormatField>();
        int at = 0;
        bool isFilled = true;
        while (at < template.Length)
        {
            if (template[at] == '"')
            {
                fields.Add(Quoted(template, ref at));
                continue;
            }

            if (template[at] == '\\' && at + 1 < template.Length)
            {
                fields.Add(new FormatField(null, template[(at + 1)..(at + 2)], true, "", true));
                at += 2;
                continue;
            }

            if (StartsWithIgnoringCase(template, at, "FM"))
            {
                isFilled = false;
                at += 2;
                continue;
            }

            if (StartsWithIgnoringCase(template, at, "FX"))
            {
                at += 2;
                continue;
            }

            if (Keyword(template, at) is { } keyword)
            {
                at += keyword.Length;
                string ordinal = StartsWithIgnoringCase(template, at, "TH") ? template[at] == 'T' ? "TH" : "th" : "";
                at += ordinal.Length;
                fields.Add(new FormatField(keyword, "", isFilled, ordinal, false));
                isFilled = true;
                continue;
            }

            fields.Add(new FormatField(null, template[at..(at + 1)], true, "", false));
            at++;
        }

        return fields;
    }

    private static string? Keyword(string template, int at)
    {
        ReadOnlySpan<char> rest = template.AsSpan(at);
        string? best = null;
        foreach (string keyword in Cased)
            if (rest.StartsWith(keyword, StringComparison.Ordinal) && keyword.Length > (best?.Length ?? 0)) best = keyword;
        foreach (string keyword in Numeric)
            if (rest.StartsWith(keyword, StringComparison.OrdinalIgnoreCase) && keyword.Length > (best?.Length ?? 0)) best = keyword;
        return best;
    }

    private static FormatField Quoted(string template, ref int at)
    {
        var text = new System.Text.StringBuilder();
        at++;
        while (at < template.Length && template[at] != '"')
        {
            if (template[at] == '\\' && at + 1 < template.Length) at++;
            text.Append(template[at++]);
        }

        at++;
        return new FormatField(null, text.ToString(), true, "", true);
    }

    private static bool StartsWithIgnoringCase(string text, int at, string part) =>
        string.Compare(text, at, part, 0, part.Length, StringComparison.OrdinalIgnoreCase) == 0;
}
