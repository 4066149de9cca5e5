using System.Security.Cryptography;
using System.Text;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Functions of bytea, encodings, digests and uuid.</summary>
internal static class ByteaFunctions
{
    public static void Register(FunctionRegistry table)
    {
        table.AddOperator("bytea || bytea bytea", (in a, in b, _) => SqlValue.Of([.. a.AsBytes(), .. b.AsBytes()]));
        table.Add("length(bytea) int4", (in a, _) => SqlValue.Of((long)a.AsBytes().Length));
        table.Add("octet_length(bytea) int4", (in a, _) => SqlValue.Of((long)a.AsBytes().Length));
        table.Add("bit_length(bytea) int4", (in a, _) => SqlValue.Of(8L * a.AsBytes().Length));
        foreach (string name in (string[])["substr", "substring"])
        {
            table.Add($"{name}(bytea, int4) bytea", (in a, in b, _) => SqlValue.Of(Slice(a.AsBytes(), b.AsInt64(), null)));
            table.Add($"{name}(bytea, int4, int4) bytea", (a, _) => SqlValue.Of(Slice(a[0].AsBytes(), a[1].AsInt64(), a[2].AsInt64())));
        }

        table.Add("position(bytea, bytea) int4", (in a, in b, _) => SqlValue.Of(a.AsBytes().AsSpan().IndexOf(b.AsBytes()) + 1L));
        table.Add("btrim(bytea, bytea) bytea", (in a, in b, _) => SqlValue.Of(a.AsBytes().AsSpan().Trim(b.AsBytes()).ToArray()));
        table.Add("ltrim(bytea, bytea) bytea", (in a, in b, _) => SqlValue.Of(a.AsBytes().AsSpan().TrimStart(b.AsBytes()).ToArray()));
        table.Add("rtrim(bytea, bytea) bytea", (in a, in b, _) => SqlValue.Of(a.AsBytes().AsSpan().TrimEnd(b.AsBytes()).ToArray()));
        table.Add("get_byte(bytea, int4) int4", (in a, in b, _) => SqlValue.Of((long)a.AsBytes()[Index(a.AsBytes(), b.AsInt64())]));
        table.Add("set_byte(bytea, int4, int4) bytea", (a, _) =>
        {
            byte[] changed = [.. a[0].AsBytes()];
            changed[Index(changed, a[1].AsInt64())] = (byte)a[2].AsInt64();
            return SqlValue.Of(changed);
        });
        table.Add("encode(bytea, text) text", (in a, in b, _) => SqlValue.Of(Encode(a.AsBytes(), b.AsString())));
        table.Add("decode(text, text) bytea", (in a, in b, _) => SqlValue.Of(Decode(a.AsString(), b.AsString())));
        table.Add("convert_to(text, name) bytea", (in a, in b, _) => SqlValue.Of(Named(b.AsString()).GetBytes(a.AsString())));
        table.Add("convert_from(bytea, name) text", (in a, in b, _) =>
            SqlValue.Of(Named(b.AsString()) is UTF8Encoding ? Utf8Text.Decode(a.AsBytes()) : Named(b.AsString()).GetString(a.AsBytes())));
        table.Add("md5(bytea) text", (in a, _) => SqlValue.Of(Md5(a.AsBytes())));
        table.Add("sha224(bytea) bytea", (in _, _) => throw new SqlException(SqlStates.FeatureNotSupported, "sha224 is not supported"));
        table.Add("sha256(bytea) bytea", (in a, _) => SqlValue.Of(SHA256.HashData(a.AsBytes())));
        table.Add("sha384(bytea) bytea", (in a, _) => SqlValue.Of(SHA384.HashData(a.AsBytes())));
        table.Add("sha512(bytea) bytea", (in a, _) => SqlValue.Of(SHA512.HashData(a.AsBytes())));
        table.Add("gen_random_uuid() uuid volatile", (_, context) => SqlValue.Of(RandomUuid(context)));
    }

    /// <summary>md5() answers hexadecimal digits.</summary>
    public static string Md5(byte[] bytes)
    {
#pragma warning disable CA5351 // md5() is a checksum that SQL names; nothing is protected by it
        return Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
    }

    private static Guid RandomUuid(EvaluationContext context)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, context.Random.NextUInt64());
        BitConverter.TryWriteBytes(bytes[8..], context.Random.NextUInt64());
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static byte[] Slice(byte[] bytes, long start, long? length)
    {
        if (length < 0) throw new SqlException(SqlStates.SubstringError, "negative substring length not allowed");
        long end = length is { } count ? Math.Min(start + count, bytes.Length + 1L) : bytes.Length + 1L;
        long from = Math.Max(1, start);
        return end <= from ? [] : bytes[(int)(from - 1)..(int)(end - 1)];
    }

    private static int Index(byte[] bytes, long index) => index >= 0 && index < bytes.Length
        ? (int)index
        : throw new SqlException(SqlStates.ArraySubscriptError, $"index {index} out of valid range, 0..{bytes.Length - 1}");

    private static string Encode(byte[] bytes, string format)
    {
        switch (format.ToLowerInvariant())
        {
            case "hex": return Convert.ToHexStringLower(bytes);
            case "escape": return EscapeHigh(bytes);
            case "base64":
                // Lines of 76 characters, as RFC 2045 has them.
                return string.Join('\n', Convert.ToBase64String(bytes).Chunk(76).Select(line => new string(line)));
            default: throw UnknownFormat(format);
        }
    }

    private static byte[] Decode(string text, string format)
    {
        switch (format.ToLowerInvariant())
        {
            case "hex": return ScalarText.ParseHex(text);
            case "escape": return ScalarText.ParseBytea(text.StartsWith("\\x", StringComparison.Ordinal) ? "\\" + text : text);
            case "base64": return FromBase64(text);
            default: throw UnknownFormat(format);
        }
    }

    private static byte[] FromBase64(string text)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            foreach (char c in text)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '=' or ' ' or '\t' or '\n' or '\r'))
                {
                    throw new SqlException(
                        SqlStates.InvalidParameterValue, $"invalid symbol \"{c}\" found while decoding base64 sequence");
                }
            }

            throw new SqlException(
                SqlStates.InvalidParameterValue, "invalid base64 end sequence",
                hint: "Input data is missing padding, is truncated, or is otherwise corrupted.");
        }
    }

    /// <summary>encode(..., 'escape') leaves all of ASCII but zero as it is.</summary>
    private static string EscapeHigh(byte[] bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte b in bytes)
        {
            if (b == '\\') text.Append("\\\\");
            else if (b is 0 or > 127)
                text.Append('\\').Append((char)('0' + (b >> 6))).Append((char)('0' + ((b >> 3) & 7))).Append((char)('0' + (b & 7)));
            else text.Append((char)b);
        }

        return text.ToString();
    }

    private static Encoding Named(string name) => name.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal) switch
    {
        "utf8" or "unicode" => new UTF8Encoding(false),
        "latin1" or "iso88591" => Encoding.Latin1,
        "sql_ascii" or "sqlascii" => new UTF8Encoding(false),
        _ => throw new SqlException(SqlStates.UndefinedObject, $"invalid encoding name \"{name}\""),
    };

    private static SqlException UnknownFormat(string format) =>
        new(SqlStates.InvalidParameterValue, $"unrecognized encoding: \"{format}\"");
}
