using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>Decodes E'' and U&amp;'' bodies, and writes constants back.</summary>
public static class StringEscapes
{
    /// <summary>The body of E'...': backslash escapes, where \ooo and \xhh are bytes of UTF-8.</summary>
    public static string Decode(string raw, int position)
    {
        var bytes = new List<byte>(raw.Length);
        int at = 0;
        while (at < raw.Length)
        {
            char c = raw[at++];
            if (c == '\\' && at < raw.Length) at = DecodeOne(raw, at, bytes, position);
            else if (c == '\'' && at < raw.Length && raw[at] == '\'') { bytes.Add((byte)'\''); at++; }
            else if (at < raw.Length && Rune.TryCreate(c, raw[at], out Rune pair)) { AddRune(bytes, pair); at++; }
            else AddRune(bytes, Rune.TryCreate(c, out Rune rune) ? rune : Rune.ReplacementChar);
        }

        byte[] all = [.. bytes];
        int bad = InvalidUtf8(all);
        if (bad < 0) return Encoding.UTF8.GetString(all);
        throw new SqlException(
            SqlStates.CharacterNotInRepertoire,
            $"invalid byte sequence for encoding \"UTF8\": 0x{all[bad].ToString("x2", CultureInfo.InvariantCulture)}",
            position);
    }

    /// <summary>The body of U&amp;'...' or U&amp;"...": \XXXX and \+XXXXXX with the given escape character.</summary>
    public static string DecodeUnicode(string body, char escape, int position)
    {
        if (!body.Contains(escape, StringComparison.Ordinal)) return body;
        var result = new StringBuilder(body.Length);
        int at = 0;
        while (at < body.Length)
        {
            if (body[at] != escape)
            {
                result.Append(body[at++]);
            }
            else if (at + 1 < body.Length && body[at + 1] == escape)
            {
                result.Append(escape);
                at += 2;
            }
            else
            {
                bool isLong = at + 1 < body.Length && body[at + 1] == '+';
                int digits = isLong ? 6 : 4;
                at += isLong ? 2 : 1;
                AppendCodePoint(result, HexDigits(body, at, digits, position, SqlStates.SyntaxError), position);
                at += digits;
            }
        }

        return CheckSurrogates(result.ToString(), position);
    }

    /// <summary>quote_literal: a constant that reads back as <paramref name="value"/>.</summary>
    public static string QuoteLiteral(string value)
    {
        string quoted = value.Replace("'", "''", StringComparison.Ordinal);
        return value.Contains('\\', StringComparison.Ordinal)
            ? "E'" + quoted.Replace("\\", "\\\\", StringComparison.Ordinal) + "'"
            : "'" + quoted + "'";
    }

    /// <summary>Offset of the first byte that breaks UTF-8, or -1.</summary>
    internal static int InvalidUtf8(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return bytes.Contains((byte)0) ? bytes.IndexOf((byte)0) : -1;
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int consumed) == System.Buffers.OperationStatus.Done) at += consumed;
        return at;
    }

    private static int DecodeOne(string raw, int at, List<byte> bytes, int position)
    {
        char c = raw[at++];
        switch (c)
        {
            case 'b': bytes.Add(8); return at;
            case 'f': bytes.Add(12); return at;
            case 'n': bytes.Add(10); return at;
            case 'r': bytes.Add(13); return at;
            case 't': bytes.Add(9); return at;
            case 'u' or 'U':
                int digits = c == 'u' ? 4 : 8;
                return DecodeCodePoint(raw, at, digits, bytes, position);
            case 'x' when at < raw.Length && char.IsAsciiHexDigit(raw[at]):
                int value = 0;
                for (int i = 0; i < 2 && at < raw.Length && char.IsAsciiHexDigit(raw[at]); i++)
                    value = (value * 16) + Convert.ToInt32(raw[at++].ToString(), 16);
                bytes.Add((byte)value);
                return at;
            case >= '0' and <= '7':
                int octal = c - '0';
                for (int i = 0; i < 2 && at < raw.Length && raw[at] is >= '0' and <= '7'; i++)
                    octal = (octal * 8) + (raw[at++] - '0');
                bytes.Add((byte)octal);
                return at;
            default:
                AddRune(bytes, char.IsHighSurrogate(c) && at < raw.Length ? new Rune(c, raw[at++]) : new Rune(c));
                return at;
        }
    }

    private static int DecodeCodePoint(string raw, int at, int digits, List<byte> bytes, int position)
    {
        int code = HexDigits(raw, at, digits, position);
        at += digits;
        if (code is >= 0xD800 and <= 0xDBFF)
        {
            if (at + 6 > raw.Length || raw[at] != '\\' || raw[at + 1] != 'u') throw BadPair(position);
            int low = HexDigits(raw, at + 2, 4, position);
            if (low is < 0xDC00 or > 0xDFFF) throw BadPair(position);
            at += 6;
            AddRune(bytes, new Rune((char)code, (char)low));
            return at;
        }

        if (!Rune.IsValid(code) || code == 0)
            throw code is >= 0xDC00 and <= 0xDFFF ? BadPair(position) : new SqlException(SqlStates.SyntaxError, "invalid Unicode escape value", position);
        AddRune(bytes, new Rune(code));
        return at;
    }

    private static int HexDigits(
        string text, int at, int count, int position, string state = SqlStates.InvalidEscapeSequence)
    {
        if (at + count <= text.Length
            && int.TryParse(text.AsSpan(at, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value))
        {
            return value;
        }

        throw new SqlException(
            state, "invalid Unicode escape", position,
            hint: "Unicode escapes must be \\uXXXX or \\UXXXXXXXX.");
    }

    private static void AppendCodePoint(StringBuilder result, int code, int position)
    {
        if (code is >= 0xD800 and <= 0xDFFF) result.Append((char)code);
        else if (code == 0 || !Rune.IsValid(code)) throw new SqlException(SqlStates.SyntaxError, "invalid Unicode escape value", position);
        else result.Append(new Rune(code).ToString());
    }

    private static string CheckSurrogates(string text, int position)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 >= text.Length || !char.IsLowSurrogate(text[++i])) throw BadPair(position);
        }

        return text;
    }

    private static SqlException BadPair(int position) =>
        new(SqlStates.SyntaxError, "invalid Unicode surrogate pair", position);

    private static void AddRune(List<byte> bytes, Rune rune)
    {
        Span<byte> encoded = stackalloc byte[4];
        int length = rune.EncodeToUtf8(encoded);
        for (int i = 0; i < length; i++) bytes.Add(encoded[i]);
    }
}
