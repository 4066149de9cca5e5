using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Lintel.Primitives.Keys;

namespace Lintel.Primitives.Codec;

/// <summary>
/// Writes the primitives of Lintel's wire and disk formats: fixed integers little-endian, varints in LEB128 (7 bits a
/// byte, low bits first), byte strings with a varint length. The mirror of <see cref="WireReader"/>.
/// </summary>
public sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _buffer;

    /// <summary>Starts an empty message.</summary>
    public WireWriter(int capacity = 256) => _buffer = new ArrayBufferWriter<byte>(capacity);

    /// <summary>What has been written so far; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Number of bytes written so far.</summary>
    public int Length => _buffer.WrittenCount;

    /// <summary>A copy of what has been written, owned by the caller.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => _buffer.ResetWrittenCount();

    /// <summary>One byte.</summary>
    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    /// <summary>A boolean, as one byte 0 or 1.</summary>
    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>32 bits, little-endian.</summary>
    public void Fixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
    }

    /// <summary>64 bits, little-endian.</summary>
    public void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    /// <summary>An unsigned integer in 1 to 10 bytes.</summary>
    public void Varint(ulong value)
    {
        Span<byte> span = _buffer.GetSpan(10);
        int at = 0;
        while (value >= 0x80)
        {
            span[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[at++] = (byte)value;
        _buffer.Advance(at);
    }

    /// <summary>A signed integer, zigzag-coded so that small magnitudes are short.</summary>
    public void SignedVarint(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Bytes with their length in front.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Varint((ulong)value.Length);
        Raw(value);
    }

    /// <summary>Bytes as they are; the reader must know how many.</summary>
    public void Raw(ReadOnlySpan<byte> value) => _buffer.Write(value);

    /// <summary>A key, as bytes.</summary>
    public void Key(Key key) => Bytes(key.Span);

    /// <summary>A span, as its two keys.</summary>
    public void Span(KeySpan span)
    {
        Key(span.Start);
        Key(span.End);
    }

    /// <summary>Text, as UTF-8 bytes.</summary>
    public void Text(string value)
    {
        int count = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)count);
        Encoding.UTF8.GetBytes(value, _buffer.GetSpan(count));
        _buffer.Advance(count);
    }
}
