using System.Globalization;

namespace Lintel.Sql.Session.Settings;

/// <summary>How the values of a setting are read and shown.</summary>
public abstract class SettingKind
{
    /// <summary>What to write instead of a refused value, or null.</summary>
    public virtual string? Hint => null;

    /// <summary>vartype of pg_settings: bool, integer, real, string, enum.</summary>
    public abstract string TypeName { get; }

    /// <summary>Unit of pg_settings, or null.</summary>
    public virtual string? Unit => null;

    /// <summary>The canonical form. Throws FormatException, with a message or without.</summary>
    public abstract string Normalize(string value);

    /// <summary>A canonical value as SHOW prints it.</summary>
    public virtual string Show(string canonical) => canonical;
}

/// <summary>on or off, in all of PostgreSQL's spellings and their unambiguous prefixes.</summary>
public sealed class BooleanSetting : SettingKind
{
    /// <inheritdoc/>
    public override string TypeName => "bool";

    /// <inheritdoc/>
    public override string Normalize(string value) => Read(value) switch
    {
        true => "on",
        false => "off",
        _ => throw new FormatException(""),
    };

    /// <summary>Reads a boolean as settings and options write it; null when it is none.</summary>
    public static bool? Read(string value)
    {
        string text = value.Trim().ToLowerInvariant();
        if (text.Length == 0) return null;
        if (text == "1" || text == "on" || IsPrefix("true") || IsPrefix("yes")) return true;
        if (text == "0" || IsPrefix("false") || IsPrefix("no") || (text.Length >= 2 && IsPrefix("off"))) return false;
        return null;

        bool IsPrefix(string word) => word.StartsWith(text, StringComparison.Ordinal);
    }
}

/// <summary>A whole number between bounds, with a unit of time or memory, or without.</summary>
/// <param name="least">Smallest value.</param>
/// <param name="greatest">Largest value.</param>
/// <param name="units">The units it may be written in; the base unit is the first.</param>
public sealed class IntegerSetting(long least, long greatest, SettingUnits units = SettingUnits.None) : SettingKind
{
    /// <inheritdoc/>
    public override string TypeName => "integer";

    /// <inheritdoc/>
    public override string? Unit => UnitTable.BaseOf(units);

    /// <inheritdoc/>
    public override string? Hint => UnitTable.HintOf(units);

    /// <inheritdoc/>
    public override string Normalize(string value)
    {
        string text = value.Trim();
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '+' or '-' or '.')) end++;
        if (!decimal.TryParse(text.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number))
            throw new FormatException("");
        decimal factor = UnitTable.FactorOf(units, text[end..].Trim()) ?? throw new FormatException("");
        decimal scaled = Math.Round(number * factor, MidpointRounding.ToEven);
        if (scaled < least || scaled > greatest)
            throw new FormatException($"{value} is outside the valid range for the parameter ({least} .. {greatest})");
        return ((long)scaled).ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override string Show(string canonical) =>
        UnitTable.Show(units, long.Parse(canonical, CultureInfo.InvariantCulture));
}

/// <summary>A number with a fraction.</summary>
public sealed class RealSetting(double least, double greatest) : SettingKind
{
    /// <inheritdoc/>
    public override string TypeName => "real";

    /// <inheritdoc/>
    public override string Normalize(string value)
    {
        if (!double.TryParse(value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            || double.IsNaN(number))
            throw new FormatException("");
        if (number < least || number > greatest)
            throw new FormatException($"{value} is outside the valid range for the parameter ({least} .. {greatest})");
        return number.ToString("R", CultureInfo.InvariantCulture);
    }
}

/// <summary>One of some words.</summary>
/// <param name="words">In canonical spelling.</param>
/// <param name="synonyms">Other spellings: word and what it means.</param>
public sealed class EnumSetting(string[] words, params (string Word, string Means)[] synonyms) : SettingKind
{
    /// <inheritdoc/>
    public override string TypeName => "enum";

    /// <inheritdoc/>
    public override string? Hint => $"Available values: {string.Join(", ", words)}.";

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words => words;

    /// <inheritdoc/>
    public override string Normalize(string value)
    {
        string text = value.Trim();
        foreach (string word in words)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase)) return word;
        }

        foreach ((string word, string means) in synonyms)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase)) return means;
        }

        throw new FormatException("");
    }
}

/// <summary>Any text, or what a rule makes of it.</summary>
/// <param name="rule">Gives the canonical form or throws FormatException; null keeps the text.</param>
public sealed class TextSetting(Func<string, string>? rule = null) : SettingKind
{
    /// <inheritdoc/>
    public override string TypeName => "string";

    /// <inheritdoc/>
    public override string Normalize(string value) => rule is null ? value : rule(value);
}
