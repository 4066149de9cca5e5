using System.Buffers.Binary;
using Lintel.Sql.Types;

namespace Lintel.Sql.Catalog;

/// <summary>The stored position of a sequence: the last value, and whether it was given out. Disk format, 9 bytes.</summary>
public static class SequenceState
{
    /// <summary>The bytes of a position.</summary>
    public static byte[] Encode(long value, bool isCalled)
    {
        var bytes = new byte[sizeof(long) + 1];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        bytes[^1] = isCalled ? (byte)1 : (byte)0;
        return bytes;
    }

    /// <summary>What <see cref="Encode"/> wrote.</summary>
    public static (long Value, bool IsCalled) Decode(ReadOnlyMemory<byte> bytes) =>
        (BinaryPrimitives.ReadInt64BigEndian(bytes.Span), bytes.Span[sizeof(long)] != 0);

    /// <summary>
    /// The next values of a sequence from a stored position (null before the first): up to CACHE of them, fewer at the
    /// end of the range. Throws 2200H when there is none left.
    /// </summary>
    public static (long First, long Count, long Last) Advance(SequenceDescriptor sequence, ReadOnlyMemory<byte>? stored)
    {
        long first = sequence.Start;
        if (stored is { } bytes)
        {
            (long value, bool isCalled) = Decode(bytes);
            first = isCalled ? After(sequence, value) : value;
        }

        Int128 room = sequence.Increment > 0 ? (Int128)sequence.Maximum - first : (Int128)first - sequence.Minimum;
        Int128 steps = Int128.Min(room / Int128.Abs(sequence.Increment), sequence.Cache - 1);
        return (first, (long)steps + 1, (long)(first + (steps * sequence.Increment)));
    }

    private static long After(SequenceDescriptor sequence, long value)
    {
        Int128 next = (Int128)value + sequence.Increment;
        if (next <= sequence.Maximum && next >= sequence.Minimum) return (long)next;
        if (sequence.Cycles) return sequence.Increment > 0 ? sequence.Minimum : sequence.Maximum;
        string bound = sequence.Increment > 0 ? $"maximum value of sequence \"{sequence.Name}\" ({sequence.Maximum})"
            : $"minimum value of sequence \"{sequence.Name}\" ({sequence.Minimum})";
        throw new SqlException("2200H", $"nextval: reached {bound}");
    }
}
