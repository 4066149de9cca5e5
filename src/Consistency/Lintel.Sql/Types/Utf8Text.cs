using System.Text;

namespace Lintel.Sql.Types;

/// <summary>UTF-8 from clients, checked: what is stored is always valid text.</summary>
public static class Utf8Text
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text. Throws 22021 for malformed bytes and for a zero byte.</summary>
    public static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            string text = Strict.GetString(utf8);
            return text.Contains('\0', StringComparison.Ordinal) ? throw Invalid([0]) : text;
        }
        catch (DecoderFallbackException bad)
        {
            throw Invalid(bad.BytesUnknown ?? []);
        }
    }

    /// <summary>The same into a buffer of at least as many characters as there are bytes; answers how many.</summary>
    public static int Decode(ReadOnlySpan<byte> utf8, Span<char> text)
    {
        try
        {
            int count = Strict.GetChars(utf8, text);
            return text[..count].Contains('\0') ? throw Invalid([0]) : count;
        }
        catch (DecoderFallbackException bad)
        {
            throw Invalid(bad.BytesUnknown ?? []);
        }
    }

    private static SqlException Invalid(ReadOnlySpan<byte> bytes)
    {
        var shown = new StringBuilder();
        foreach (byte b in bytes) shown.Append(System.Globalization.CultureInfo.InvariantCulture, $" 0x{b:x2}");
        return new SqlException(SqlStates.CharacterNotInRepertoire, $"invalid byte sequence for encoding \"UTF8\":{shown}");
    }
}
