using System.Buffers.Binary;

namespace Lintel.Doors.Postgres.Codec;

/// <summary>
/// Reads the fields of one message. The first field that is not there makes <see cref="IsMalformed"/> true for good;
/// from then on fields read as empty, so a parser checks once, at its end.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>Whether a field was missing or cut off.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Whether every byte has been read and every field was there.</summary>
    public readonly bool IsComplete => !IsMalformed && _rest.IsEmpty;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1) is [byte value] ? value : (byte)0;

    /// <summary>A 16-bit integer.</summary>
    public short Int16()
    {
        ReadOnlySpan<byte> bytes = Take(sizeof(short));
        return bytes.IsEmpty ? (short)0 : BinaryPrimitives.ReadInt16BigEndian(bytes);
    }

    /// <summary>A 32-bit integer.</summary>
    public int Int32()
    {
        ReadOnlySpan<byte> bytes = Take(sizeof(int));
        return bytes.IsEmpty ? 0 : BinaryPrimitives.ReadInt32BigEndian(bytes);
    }

    /// <summary>A string, without the NUL that ends it.</summary>
    public ReadOnlySpan<byte> Text()
    {
        int end = _rest.IndexOf((byte)0);
        if (end < 0 || IsMalformed) return Fail();
        ReadOnlySpan<byte> text = _rest[..end];
        _rest = _rest[(end + 1)..];
        return text;
    }

    /// <summary>A count of things of <paramref name="bytesEach"/> bytes or more each, as 16 bits; bounded by what is left.</summary>
    public int Count(int bytesEach)
    {
        // PostgreSQL reads counts as unsigned: up to 65,535 parameters.
        int count = (ushort)Int16();
        if ((long)count * bytesEach <= _rest.Length) return count;
        Fail();
        return 0;
    }

    /// <summary>Exactly <paramref name="count"/> bytes.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (IsMalformed || count < 0 || count > _rest.Length) return Fail();
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Everything that is left.</summary>
    public ReadOnlySpan<byte> TakeRest() => Take(_rest.Length);

    private ReadOnlySpan<byte> Fail()
    {
        IsMalformed = true;
        _rest = default;
        return default;
    }
}
