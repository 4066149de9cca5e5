using System.Text;

namespace Lintel.Sql.Parse;

/// <summary>Rules for names: folding, the 63-byte limit, and when a name must be quoted to be read back.</summary>
public static class Identifiers
{
    /// <summary>Bytes of UTF-8 that a name may have; the rest is cut off, as PostgreSQL does.</summary>
    public const int BytesMax = 63;

    /// <summary>Folds an unquoted name: ASCII letters become lower case, others stay.</summary>
    public static string Fold(string name) =>
        string.Create(name.Length, name, static (span, source) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterUpper(source[i]) ? (char)(source[i] | 0x20) : source[i];
        });

    /// <summary>Cuts a name to <see cref="BytesMax"/> bytes without breaking a character.</summary>
    public static string Truncate(string name)
    {
        if (name.Length * 3 <= BytesMax || Encoding.UTF8.GetByteCount(name) <= BytesMax) return name;
        int bytes = 0;
        int length = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > BytesMax) break;
            length += rune.Utf16SequenceLength;
        }

        return name[..length];
    }

    /// <summary>quote_ident: the name as it must be written to be read back as itself.</summary>
    public static string Quote(string name)
    {
        if (IsPlain(name) && Keywords.Find(name) is null or { Class: KeywordClass.Unreserved }) return name;
        return "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }

    private static bool IsPlain(string name)
    {
        if (name.Length == 0 || !(char.IsAsciiLetterLower(name[0]) || name[0] == '_')) return false;
        foreach (char c in name)
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '_') return false;
        return true;
    }
}
