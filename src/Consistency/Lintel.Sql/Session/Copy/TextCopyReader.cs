using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>COPY data in text format: fields with backslash escapes between delimiters, one record a line.</summary>
internal sealed class TextCopyReader(CopyBuffer buffer, CopyOptions options) : LineCopyReader(buffer, options)
{
    /// <inheritdoc/>
    protected override void Split(ReadOnlySpan<byte> line, CopyRecord record)
    {
        while (true)
        {
            int end = EndOfField(line);
            ReadOnlySpan<byte> raw = line[..end];
            bool isNull = raw.SequenceEqual(NullBytes);
            if (!isNull) Unescape(raw, record);
            record.EndField(isNull);
            if (end == line.Length) return;
            line = line[(end + 1)..];
        }
    }

    private int EndOfField(ReadOnlySpan<byte> line)
    {
        int at = 0;
        while (true)
        {
            int next = line[at..].IndexOfAny(Options.Delimiter, (byte)'\\');
            if (next < 0) return line.Length;
            at += next;
            if (line[at] == Options.Delimiter) return at;
            at = Math.Min(at + 2, line.Length);
        }
    }

    private static void Unescape(ReadOnlySpan<byte> raw, CopyRecord record)
    {
        while (true)
        {
            int backslash = raw.IndexOf((byte)'\\');
            if (backslash < 0)
            {
                record.Add(raw);
                return;
            }

            record.Add(raw[..backslash]);
            raw = raw[(backslash + 1)..];
            if (raw.IsEmpty)
            {
                record.Add((byte)'\\');
                return;
            }

            raw = raw[Escape(raw, record)..];
        }
    }

    /// <summary>Adds what an escape stands for; answers how many bytes it has after the backslash.</summary>
    private static int Escape(ReadOnlySpan<byte> raw, CopyRecord record)
    {
        switch (raw[0])
        {
            case (byte)'b': record.Add((byte)'\b'); return 1;
            case (byte)'f': record.Add((byte)'\f'); return 1;
            case (byte)'n': record.Add((byte)'\n'); return 1;
            case (byte)'r': record.Add((byte)'\r'); return 1;
            case (byte)'t': record.Add((byte)'\t'); return 1;
            case (byte)'v': record.Add((byte)'\v'); return 1;
            case >= (byte)'0' and <= (byte)'7': return Number(raw, 0, 3, 8, record);
            case (byte)'x' when raw.Length > 1 && char.IsAsciiHexDigit((char)raw[1]): return Number(raw, 1, 2, 16, record);
            default: record.Add(raw[0]); return 1;
        }
    }

    private static int Number(ReadOnlySpan<byte> raw, int start, int digitsMax, int radix, CopyRecord record)
    {
        int value = 0;
        int at = start;
        while (at < raw.Length && at - start < digitsMax && DigitOf(raw[at]) is { } digit && digit < radix)
        {
            value = (value * radix) + digit;
            at++;
        }

        if ((value & 0xFF) == 0)
            throw new SqlException(SqlStates.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\": 0x00");
        record.Add((byte)value);
        return at;
    }

    private static int? DigitOf(byte value) => char.IsAsciiHexDigit((char)value) ? Convert.ToInt32(((char)value).ToString(), 16) : null;
}
