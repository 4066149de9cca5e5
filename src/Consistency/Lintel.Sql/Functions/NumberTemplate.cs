using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>One piece of a number template.</summary>
/// <param name="Keyword">9, 0, ., D, comma, G, L, S, MI, PL, SG, PR, RN, TH, V, EEEE; null for text.</param>
/// <param name="Text">Literal text, or the keyword as it was written.</param>
internal readonly record struct NumberField(string? Keyword, string Text);

/// <summary>A template of to_char for numbers, and what it says as a whole.</summary>
internal sealed class NumberTemplate
{
    private static readonly string[] Keywords =
    [
        "EEEE", "FM", "MI", "PL", "SG", "PR", "RN", "TH", "9", "0", ".", "D", ",", "G", "L", "S", "V",
    ];

    /// <summary>The pieces, FM left out.</summary>
    public List<NumberField> Fields { get; } = [];

    /// <summary>Digit positions before the point.</summary>
    public int Before { get; private set; }

    /// <summary>Digit positions behind the point.</summary>
    public int Behind { get; private set; }

    /// <summary>Digit positions behind V: the number is multiplied by that power of ten.</summary>
    public int Shift { get; private set; }

    /// <summary>Whether FM stood before: no blanks, no zeros at the end.</summary>
    public bool IsCompact { get; private set; }

    public bool HasPoint { get; private set; }

    /// <summary>Position of the first 0 before the point; null without.</summary>
    public int? ZeroStart { get; private set; }

    /// <summary>Number of positions up to the last 0.</summary>
    public int ZeroEnd { get; private set; }

    public bool HasSign { get; private set; }

    /// <summary>Whether S stands behind the digits.</summary>
    public bool IsSignBehind { get; private set; }

    public bool HasBrackets { get; private set; }

    public bool HasMinus { get; private set; }

    public bool HasPlus { get; private set; }

    public bool IsRoman { get; private set; }

    public static NumberTemplate Parse(string text)
    {
        var template = new NumberTemplate();
        int signAt = -1;
        int at = 0;
        while (at < text.Length)
        {
            if (text[at] == '"' && text.IndexOf('"', at + 1) is var close and > 0)
            {
                template.Fields.Add(new NumberField(null, text[(at + 1)..close]));
                at = close + 1;
                continue;
            }

            string? keyword = Array.Find(Keywords, k => string.Compare(text, at, k, 0, k.Length, StringComparison.OrdinalIgnoreCase) == 0);
            if (keyword is null)
            {
                template.Fields.Add(new NumberField(null, text[at..(at + 1)]));
                at++;
                continue;
            }

            if (keyword == "S") signAt = template.HasPoint ? -1 : template.Before;
            template.Note(keyword);
            if (keyword != "FM") template.Fields.Add(new NumberField(keyword, text.Substring(at, keyword.Length)));
            at += keyword.Length;
        }

        if (template.HasSign && (signAt < 0 || (signAt == template.Before && signAt > 0))) template.IsSignBehind = true;
        return template;
    }

    private void Note(string keyword)
    {
        switch (keyword)
        {
            case "9" or "0" when Shift > 0 || _isShifted: Shift++; break;
            case "9": Digit(); break;
            case "0":
                if (!HasPoint) ZeroStart ??= Before;
                Digit();
                ZeroEnd = Before + Behind;
                break;
            case "." or "D":
                if (HasPoint) throw new SqlException(SqlStates.SyntaxError, "multiple decimal points");
                HasPoint = true;
                break;
            case "FM": IsCompact = true; break;
            case "S":
                if (HasSign) throw new SqlException(SqlStates.SyntaxError, "cannot use \"S\" twice");
                HasSign = true;
                break;
            case "MI": HasMinus = true; break;
            case "PL": HasPlus = true; break;
            case "SG": HasMinus = HasPlus = true; break;
            case "PR": HasBrackets = true; break;
            case "RN": IsRoman = true; break;
            case "V": _isShifted = true; break;
            case "EEEE": throw new SqlException(SqlStates.FeatureNotSupported, "\"EEEE\" is not supported");
        }
    }

    private bool _isShifted;

    private void Digit()
    {
        if (HasBrackets) throw new SqlException(SqlStates.SyntaxError, "\"9\" must be ahead of \"PR\"");
        if (HasPoint) Behind++;
        else Before++;
    }
}
