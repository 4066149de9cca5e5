using System.Buffers;
using System.Text;

namespace Lintel.Sql.Types;

/// <summary>Small pieces that all text formats share.</summary>
internal static class TextParts
{
    /// <summary>Blanks as PostgreSQL's isspace has them in the C locale.</summary>
    public static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    /// <summary>The text without blanks around it.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        int start = 0;
        int end = text.Length;
        while (start < end && IsBlank(text[start])) start++;
        while (end > start && IsBlank(text[end - 1])) end--;
        return text[start..end];
    }

    /// <summary>Writes text as UTF-8; a lone surrogate becomes the replacement character.</summary>
    public static void Write(IBufferWriter<byte> output, ReadOnlySpan<char> text)
    {
        const int piece = 4096;
        while (text.Length > piece)
        {
            int count = char.IsHighSurrogate(text[piece - 1]) ? piece - 1 : piece;
            output.Advance(Encoding.UTF8.GetBytes(text[..count], output.GetSpan(piece * 3)));
            text = text[count..];
        }

        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Math.Max(1, text.Length * 3))));
    }

    /// <summary>Number of characters as SQL counts them: a surrogate pair is one.</summary>
    public static int CountCharacters(ReadOnlySpan<char> text)
    {
        int count = text.Length;
        for (int at = text.IndexOfAnyInRange('\uDC00', '\uDFFF'); at >= 0;)
        {
            count--;
            int next = text[(at + 1)..].IndexOfAnyInRange('\uDC00', '\uDFFF');
            at = next < 0 ? -1 : at + 1 + next;
        }

        return count;
    }

    /// <summary>The index at which a number of characters has passed; the length when there are fewer.</summary>
    public static int IndexOfCharacter(ReadOnlySpan<char> text, long characters)
    {
        if (characters <= 0) return 0;
        int at = 0;
        for (long passed = 0; at < text.Length && passed < characters; passed++)
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]) ? 2 : 1;
        return at;
    }
}
