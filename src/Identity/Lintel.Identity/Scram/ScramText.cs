using System.Text;

namespace Lintel.Identity.Scram;

/// <summary>Passwords as SCRAM sees them.</summary>
internal static class ScramText
{
    /// <summary>
    /// The bytes of a password. RFC 5802 asks for SASLprep; on ASCII without control characters it changes nothing. For
    /// other texts the mapping of RFC 4013 that matters in practice is done: non-ASCII spaces become spaces, characters
    /// that are "commonly mapped to nothing" vanish. Compatibility normalization (NFKC) is applied where the platform
    /// has its tables and left out where it has not; PostgreSQL too goes on with the raw bytes of a text that it cannot
    /// prepare.
    /// </summary>
    public static byte[] Normalize(string password)
    {
        if (Ascii.IsValid(password)) return Encoding.UTF8.GetBytes(password);
        var mapped = new StringBuilder(password.Length);
        foreach (char c in password)
        {
            if (IsMappedToNothing(c)) continue;
            mapped.Append(IsOtherSpace(c) ? ' ' : c);
        }

        string text = mapped.ToString();
        return Encoding.UTF8.GetBytes(TryNormalize(text, out string normal) ? normal : text);
    }

    private static bool TryNormalize(string text, out string normal)
    {
        normal = text;
        try
        {
            normal = text.Normalize(NormalizationForm.FormKC);
            return true;
        }
        catch (Exception refused) when (refused is ArgumentException or PlatformNotSupportedException)
        {
            // A lone surrogate, or a runtime without normalization tables.
            return false;
        }
    }

    // RFC 3454, table C.1.2.
    private static bool IsOtherSpace(char c) =>
        c is '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200B') or '\u202F' or '\u205F' or '\u3000';

    // RFC 3454, table B.1.
    private static bool IsMappedToNothing(char c) =>
        c is '\u00AD' or '\u034F' or '\u1806' or (>= '\u180B' and <= '\u180D') or '\u200C' or '\u200D' or '\u2060'
            or (>= '\uFE00' and <= '\uFE0F') or '\uFEFF';
}
