using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Copy;

/// <summary>Writes rows as COPY data, a row at a time.</summary>
internal sealed class CopyWriter(
    CopyOptions options, SqlType[] types, bool[] forceQuote, TypeContext context)
{
    private readonly ArrayBufferWriter<byte> _row = new();
    private readonly ArrayBufferWriter<byte> _value = new();
    private readonly byte[] _null = Encoding.UTF8.GetBytes(options.NullText);
    private bool _holdsHeader;

    /// <summary>
    /// What comes before the rows; empty when nothing does. The binary header goes out in one piece with what follows
    /// it, as PostgreSQL sends it: clients take it so.
    /// </summary>
    public ReadOnlySpan<byte> Header(IReadOnlyList<string> names)
    {
        Begin();
        if (options.Format == CopyFormat.Binary)
        {
            _row.Write(BinaryCopyReader.Signature);
            _row.Write(stackalloc byte[2 * sizeof(int)]);
            _holdsHeader = true;
            return default;
        }

        if (options.HasHeader)
        {
            for (int i = 0; i < names.Count; i++)
            {
                if (i > 0) Byte(options.Delimiter);
                Field(Encoding.UTF8.GetBytes(names[i]), isForced: false, isAlone: names.Count == 1);
            }

            Byte((byte)'\n');
        }

        return _row.WrittenSpan;
    }

    /// <summary>One row.</summary>
    public ReadOnlySpan<byte> Row(ReadOnlySpan<SqlValue> values)
    {
        Begin();
        if (options.Format == CopyFormat.Binary)
        {
            Binary(values);
            return _row.WrittenSpan;
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0) Byte(options.Delimiter);
            if (values[i].IsNull)
            {
                _row.Write(_null);
                continue;
            }

            _value.ResetWrittenCount();
            TextFormat.Write(_value, values[i], types[i], context);
            Field(_value.WrittenSpan, forceQuote[i], values.Length == 1);
        }

        Byte((byte)'\n');
        return _row.WrittenSpan;
    }

    /// <summary>What comes after the rows; empty when nothing does.</summary>
    public ReadOnlySpan<byte> Trailer()
    {
        Begin();
        if (options.Format == CopyFormat.Binary) Int16(-1);
        return _row.WrittenSpan;
    }

    private void Begin()
    {
        if (!_holdsHeader) _row.ResetWrittenCount();
        _holdsHeader = false;
    }

    private void Binary(ReadOnlySpan<SqlValue> values)
    {
        Int16((short)values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i].IsNull)
            {
                Int32(-1);
                continue;
            }

            _value.ResetWrittenCount();
            BinaryFormat.Write(_value, values[i], types[i], context);
            Int32(_value.WrittenCount);
            _row.Write(_value.WrittenSpan);
        }
    }

    private void Field(ReadOnlySpan<byte> value, bool isForced, bool isAlone)
    {
        if (options.Format == CopyFormat.Csv) Csv(value, isForced, isAlone);
        else Escaped(value);
    }

    private void Csv(ReadOnlySpan<byte> value, bool isForced, bool isAlone)
    {
        bool isQuoted = isForced || value.SequenceEqual(_null) || (isAlone && value.SequenceEqual("\\."u8))
            || value.IndexOfAny(options.Delimiter, options.Quote) >= 0 || value.IndexOfAny((byte)'\n', (byte)'\r') >= 0;
        if (!isQuoted)
        {
            _row.Write(value);
            return;
        }

        Byte(options.Quote);
        foreach (byte one in value)
        {
            if (one == options.Quote || one == options.Escape) Byte(options.Escape);
            Byte(one);
        }

        Byte(options.Quote);
    }

    private void Escaped(ReadOnlySpan<byte> value)
    {
        foreach (byte one in value)
        {
            byte letter = one switch
            {
                (byte)'\b' => (byte)'b',
                (byte)'\f' => (byte)'f',
                (byte)'\n' => (byte)'n',
                (byte)'\r' => (byte)'r',
                (byte)'\t' => (byte)'t',
                (byte)'\v' => (byte)'v',
                (byte)'\\' => (byte)'\\',
                _ => one == options.Delimiter ? one : (byte)0,
            };
            if (letter == 0)
            {
                Byte(one);
                continue;
            }

            Byte((byte)'\\');
            Byte(letter);
        }
    }

    private void Byte(byte value)
    {
        _row.GetSpan(1)[0] = value;
        _row.Advance(1);
    }

    private void Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(_row.GetSpan(sizeof(short)), value);
        _row.Advance(sizeof(short));
    }

    private void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_row.GetSpan(sizeof(int)), value);
        _row.Advance(sizeof(int));
    }
}
