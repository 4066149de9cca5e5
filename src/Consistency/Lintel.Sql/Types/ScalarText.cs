using System.Buffers;
using System.Globalization;
using System.Text;

namespace Lintel.Sql.Types;

/// <summary>Booleans, integers, oids, bytea, uuid and "char" as text.</summary>
internal static class ScalarText
{
    /// <summary>An integer between bounds.</summary>
    public static long ParseInteger(ReadOnlySpan<char> text, long low, long high, string type)
    {
        ReadOnlySpan<char> digits = TextParts.Trim(text);
        bool isNegative = !digits.IsEmpty && digits[0] == '-';
        if (!digits.IsEmpty && digits[0] is '+' or '-') digits = digits[1..];
        if (digits.IsEmpty) throw BadSyntax(text, type);
        ulong size = 0;
        bool isTooLarge = false;
        foreach (char c in digits)
        {
            if (!char.IsAsciiDigit(c)) throw BadSyntax(text, type);
            isTooLarge |= size > (ulong.MaxValue - 9) / 10;
            if (!isTooLarge) size = (size * 10) + (uint)(c - '0');
        }

        ulong bound = isNegative ? (ulong)-(low + 1) + 1 : (ulong)high;
        if (isTooLarge || size > bound)
            throw new SqlException(SqlStates.NumericValueOutOfRange, $"value \"{text}\" is out of range for type {type}");
        return isNegative ? (long)(0 - size) : (long)size;
    }

    /// <summary>An oid: unsigned, though a sign is taken.</summary>
    public static long ParseOid(ReadOnlySpan<char> text, string type)
    {
        ReadOnlySpan<char> digits = TextParts.Trim(text);
        bool hasSign = !digits.IsEmpty && digits[0] is '+' or '-';
        ReadOnlySpan<char> number = hasSign ? digits[1..] : digits;
        if (number.IsEmpty || number.ContainsAnyExceptInRange('0', '9')) throw BadSyntax(text, type);
        if (!ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) || value > uint.MaxValue)
            throw new SqlException(SqlStates.NumericValueOutOfRange, $"value \"{text}\" is out of range for type {type}");
        return digits[0] == '-' ? unchecked((uint)-(long)value) : (uint)value;
    }

    /// <summary>Any prefix of true, false, yes, no that is not ambiguous; on, off, 1, 0.</summary>
    public static bool ParseBool(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> word = TextParts.Trim(text);
        if (!word.IsEmpty)
        {
            if (IsPrefix(word, "true") || IsPrefix(word, "yes") || word is "1") return true;
            if (IsPrefix(word, "false") || IsPrefix(word, "no") || word is "0") return false;
            if (word.Length > 1 && IsPrefix(word, "on")) return true;
            if (word.Length > 1 && IsPrefix(word, "off")) return false;
        }

        throw BadSyntax(text, "boolean");
    }

    /// <summary>bytea: \x and hexadecimal digits, or bytes with escapes.</summary>
    public static byte[] ParseBytea(ReadOnlySpan<char> text) =>
        text.StartsWith("\\x", StringComparison.Ordinal) ? ParseHex(text[2..]) : ParseEscaped(text);

    /// <summary>Hexadecimal digits, blanks between bytes are passed over.</summary>
    public static byte[] ParseHex(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length / 2];
        int count = 0;
        for (int at = 0; at < text.Length;)
        {
            if (text[at] is ' ' or '\n' or '\t' or '\r')
            {
                at++;
                continue;
            }

            int high = HexDigit(text[at++]);
            if (at >= text.Length) throw new SqlException(SqlStates.InvalidParameterValue, "invalid hexadecimal data: odd number of digits");
            bytes[count++] = (byte)((high << 4) | HexDigit(text[at++]));
        }

        return count == bytes.Length ? bytes : bytes[..count];
    }

    /// <summary>Prints bytea.</summary>
    public static void WriteBytea(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes, ByteaOutput style)
    {
        if (style == ByteaOutput.Escape)
        {
            TextParts.Write(output, Escape(bytes));
            return;
        }

        output.Write("\\x"u8);
        const int piece = 1024;
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> now = bytes[..Math.Min(piece, bytes.Length)];
            Convert.TryToHexStringLower(now, output.GetSpan(now.Length * 2), out int written);
            output.Advance(written);
            bytes = bytes[now.Length..];
        }
    }

    /// <summary>Bytes in the escape format.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            if (b == '\\') text.Append("\\\\");
            else if (b is < 0x20 or > 0x7e)
                text.Append('\\').Append((char)('0' + (b >> 6))).Append((char)('0' + ((b >> 3) & 7))).Append((char)('0' + (b & 7)));
            else text.Append((char)b);
        }

        return text.ToString();
    }

    /// <summary>uuid: 32 digits, in braces or not, with hyphens behind any group of four.</summary>
    public static Guid ParseUuid(ReadOnlySpan<char> text)
    {
        if (text.Length == 36 && Guid.TryParseExact(text, "D", out Guid plain)) return plain;
        Span<byte> bytes = stackalloc byte[16];
        ReadOnlySpan<char> rest = text;
        bool isBraced = !rest.IsEmpty && rest[0] == '{';
        if (isBraced) rest = rest[1..];
        int at = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (at + 2 > rest.Length || !char.IsAsciiHexDigit(rest[at]) || !char.IsAsciiHexDigit(rest[at + 1])) throw BadSyntax(text, "uuid");
            bytes[i] = (byte)((HexDigit(rest[at]) << 4) | HexDigit(rest[at + 1]));
            at += 2;
            if (i % 2 == 1 && i < bytes.Length - 1 && at < rest.Length && rest[at] == '-') at++;
        }

        if (isBraced && (at >= rest.Length || rest[at++] != '}')) throw BadSyntax(text, "uuid");
        return at == rest.Length ? new Guid(bytes, bigEndian: true) : throw BadSyntax(text, "uuid");
    }

    /// <summary>"char": the first byte of the text.</summary>
    public static long ParseChar(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return 0;
        if (text[0] < 0x80) return text[0];
        Span<byte> bytes = stackalloc byte[4];
        int length = char.IsSurrogate(text[0]) && text.Length > 1 ? 2 : 1;
        Encoding.UTF8.GetBytes(text[..length], bytes);
        return bytes[0];
    }

    /// <summary>name: at most 63 bytes.</summary>
    public static string FitName(string text) => text.Length <= 15 ? text : Parse.Identifiers.Truncate(text);

    /// <summary>22P02.</summary>
    public static SqlException BadSyntax(ReadOnlySpan<char> text, string type) =>
        new(SqlStates.InvalidTextRepresentation, $"invalid input syntax for type {type}: \"{text}\"");

    private static bool IsPrefix(ReadOnlySpan<char> word, string whole) =>
        word.Length <= whole.Length && whole.AsSpan(0, word.Length).Equals(word, StringComparison.OrdinalIgnoreCase);

    private static int HexDigit(char c)
    {
        if (char.IsAsciiHexDigit(c)) return char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;
        throw new SqlException(SqlStates.InvalidParameterValue, $"invalid hexadecimal digit: \"{c}\"");
    }

    private static byte[] ParseEscaped(ReadOnlySpan<char> text)
    {
        if (!text.Contains('\\')) return Encoding.UTF8.GetBytes(text.ToArray());
        var utf8 = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, utf8);
        int count = 0;
        for (int at = 0; at < utf8.Length; at++)
        {
            if (utf8[at] != '\\')
            {
                utf8[count++] = utf8[at];
            }
            else if (at + 3 < utf8.Length && utf8[at + 1] is >= (byte)'0' and <= (byte)'3'
                && utf8[at + 2] is >= (byte)'0' and <= (byte)'7' && utf8[at + 3] is >= (byte)'0' and <= (byte)'7')
            {
                utf8[count++] = (byte)(((utf8[at + 1] - '0') << 6) | ((utf8[at + 2] - '0') << 3) | (utf8[at + 3] - '0'));
                at += 3;
            }
            else if (at + 1 < utf8.Length && utf8[at + 1] == '\\')
            {
                utf8[count++] = utf8[++at];
            }
            else
            {
                throw new SqlException(SqlStates.InvalidTextRepresentation, "invalid input syntax for type bytea");
            }
        }

        return utf8[..count];
    }
}
