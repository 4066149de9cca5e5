using System.Collections.Immutable;
using System.Text;

namespace Lintel.Sql.Session.Settings;

/// <summary>Settings whose value is a list of names or words: search_path and DateStyle.</summary>
internal static class SettingLists
{
    /// <summary>Takes a list of identifiers apart: unquoted ones are folded. Throws FormatException.</summary>
    public static ImmutableArray<string> Identifiers(string text)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        int at = 0;
        SkipBlanks();
        while (at < text.Length)
        {
            names.Add(text[at] == '"' ? Quoted() : Plain());
            SkipBlanks();
            if (at >= text.Length) break;
            if (text[at++] != ',') throw Bad();
            SkipBlanks();
            if (at >= text.Length) throw Bad();
        }

        return names.ToImmutable();

        void SkipBlanks()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        }

        string Quoted()
        {
            var name = new StringBuilder();
            for (at++; ; at++)
            {
                if (at >= text.Length) throw Bad();
                if (text[at] == '"')
                {
                    at++;
                    if (at >= text.Length || text[at] != '"') return name.ToString();
                }

                name.Append(text[at]);
            }
        }

        string Plain()
        {
            int start = at;
            while (at < text.Length && text[at] != ',' && !char.IsWhiteSpace(text[at])) at++;
            return at > start ? Parse.Identifiers.Fold(text[start..at]) : throw Bad();
        }

        static FormatException Bad() => new("List syntax is invalid.");
    }

    /// <summary>search_path in canonical form.</summary>
    public static string SearchPath(string value) =>
        string.Join(", ", Identifiers(value).Select(Parse.Identifiers.Quote));

    /// <summary>DateStyle: output is ISO in any case, the order of dates may be chosen.</summary>
    public static string DateStyle(string value)
    {
        string order = "MDY";
        foreach (string raw in value.Split(','))
        {
            switch (raw.Trim().ToUpperInvariant())
            {
                case "ISO" or "":
                    break;
                case "MDY" or "US" or "NONEURO" or "NONEUROPEAN":
                    order = "MDY";
                    break;
                case "DMY" or "EURO" or "EUROPEAN":
                    order = "DMY";
                    break;
                case "YMD":
                    order = "YMD";
                    break;
                case "DEFAULT":
                    order = "MDY";
                    break;
                case "SQL" or "POSTGRES" or "GERMAN":
                    throw new FormatException($"DateStyle \"{raw.Trim()}\" is not supported: dates are shown in ISO style only");
                default:
                    throw new FormatException("");
            }
        }

        return "ISO, " + order;
    }

    /// <summary>client_encoding: UTF-8 under its names.</summary>
    public static string ClientEncoding(string value)
    {
        string name = value.Trim().Trim('\'', '"').Replace("-", "", StringComparison.Ordinal)
            .Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
        return name is "UTF8" or "UNICODE"
            ? "UTF8"
            : throw new FormatException($"conversion between {value.Trim()} and UTF8 is not supported");
    }
}
