using System.Buffers.Binary;
using System.Text;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;

namespace Lintel.Primitives.Codec;

/// <summary>
/// Reads what <see cref="WireWriter"/> wrote. Every length is checked against what is there, so malformed bytes end in
/// a <see cref="LintelException"/> of <see cref="ErrorCode.Corruption"/> and never in a large allocation.
/// Byte strings and keys are slices of the source: they live as long as it does.
/// </summary>
public ref struct WireReader(ReadOnlyMemory<byte> source)
{
    private readonly ReadOnlyMemory<byte> _source = source;
    private int _at;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _source.Length - _at;

    /// <summary>Offset of the next byte.</summary>
    public readonly int Position => _at;

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1).Span[0];

    /// <summary>A boolean; any byte but 0 and 1 is malformed.</summary>
    public bool Bool() => Byte() switch { 0 => false, 1 => true, var other => throw Malformed($"{other} is no boolean") };

    /// <summary>32 bits, little-endian.</summary>
    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4).Span);

    /// <summary>64 bits, little-endian.</summary>
    public ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8).Span);

    /// <summary>An unsigned integer of 1 to 10 bytes.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        ReadOnlySpan<byte> span = _source.Span;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (_at >= span.Length) throw Malformed("a varint is cut off");
            byte b = span[_at++];
            if (shift == 63 && b > 1) throw Malformed("a varint is longer than 64 bits");
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }

        throw Malformed("a varint is longer than 10 bytes");
    }

    /// <summary>A signed, zigzag-coded integer.</summary>
    public long SignedVarint()
    {
        ulong raw = Varint();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    /// <summary>A count of things that take at least <paramref name="bytesEach"/> bytes each: bounded by what is left.</summary>
    public int Count(int bytesEach = 1)
    {
        ulong count = Varint();
        if (count > (ulong)(Remaining / Math.Max(1, bytesEach))) throw Malformed($"a count of {count} exceeds the message");
        return (int)count;
    }

    /// <summary>Bytes with their length in front; a slice of the source.</summary>
    public ReadOnlyMemory<byte> Bytes() => Take(Count());

    /// <summary>Exactly <paramref name="count"/> bytes; a slice of the source.</summary>
    public ReadOnlyMemory<byte> Raw(int count) => Take(count);

    /// <summary>A key; a slice of the source.</summary>
    public Key Key() => new(Bytes());

    /// <summary>A span of two keys.</summary>
    public KeySpan Span() => new(Key(), Key());

    /// <summary>UTF-8 text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes().Span);

    /// <summary>Requires that everything has been read.</summary>
    public readonly void End()
    {
        if (Remaining != 0) throw Malformed($"{Remaining} bytes are left over");
    }

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count < 0 || count > Remaining) throw Malformed($"{count} bytes expected, {Remaining} left");
        ReadOnlyMemory<byte> slice = _source.Slice(_at, count);
        _at += count;
        return slice;
    }

    private readonly LintelException Malformed(string why) =>
        new(ErrorCode.Corruption, "malformed message", $"{why}, at byte {_at} of {_source.Length}");
}
