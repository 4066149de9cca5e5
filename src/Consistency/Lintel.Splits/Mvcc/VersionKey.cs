using System.Buffers.Binary;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;

namespace Lintel.Splits.Mvcc;

/// <summary>
/// The stored form of a version's key: <c>'D'</c>, the user key with each 0x00 written as 0x00 0xFF, the terminator
/// 0x00 0x01, and the commit timestamp as eight big-endian bytes with every bit inverted.
/// </summary>
/// <remarks>
/// The terminator sorts below every continuation of a key (an escaped zero is 0x00 0xFF, any other byte is above
/// 0x00), so stored order is user key order, also where one key is a prefix of another, and the versions of one key
/// are contiguous, newest first. (M01)
/// </remarks>
public static class VersionKey
{
    /// <summary>First byte of every stored version. Other letters are free for the state of the replica itself.</summary>
    public const byte Prefix = (byte)'D';

    /// <summary>Bytes after the stem: the inverted timestamp.</summary>
    public const int TimestampBytes = 8;

    private const byte Escape = 0x00;
    private const byte EscapedZero = 0xFF;
    private const byte Terminator = 0x01;
    private const byte AfterTerminator = 0x02;

    /// <summary>Everything from prefix to terminator: what all versions of a key have in common.</summary>
    public static byte[] Stem(Key key) => Build(key.Span, Terminator, extra: 0);

    /// <summary>The stored key of one version.</summary>
    public static byte[] Encode(Key key, Timestamp at)
    {
        byte[] stored = Build(key.Span, Terminator, TimestampBytes);
        WriteTimestamp(stored, at);
        return stored;
    }

    /// <summary>Above every version of a key and below every version of the next.</summary>
    public static byte[] StemEnd(Key key) => Build(key.Span, AfterTerminator, extra: 0);

    /// <summary>Stored bounds of a span of user keys: [Item1, Item2).</summary>
    public static (byte[] Start, byte[] End) Bounds(KeySpan span) => (Stem(span.Start), Stem(span.End));

    /// <summary>The part of a stored key that names the user key, terminator included.</summary>
    public static ReadOnlySpan<byte> StemOf(ReadOnlySpan<byte> stored) => stored[..^TimestampBytes];

    /// <summary>The commit timestamp in a stored key.</summary>
    public static Timestamp TimestampOf(ReadOnlySpan<byte> stored) =>
        new((long)~BinaryPrimitives.ReadUInt64BigEndian(stored[^TimestampBytes..]));

    /// <summary>Overwrites the last eight bytes of a stored key with a timestamp.</summary>
    public static void WriteTimestamp(Span<byte> stored, Timestamp at) =>
        BinaryPrimitives.WriteUInt64BigEndian(stored[^TimestampBytes..], ~(ulong)at.Nanoseconds);

    /// <summary>Decodes the user key of a stem into <paramref name="into"/>, which must be as long; returns its length.</summary>
    /// <exception cref="LintelException"><see cref="ErrorCode.Corruption"/> when the stem is malformed.</exception>
    public static int Decode(ReadOnlySpan<byte> stem, Span<byte> into)
    {
        if (stem.Length < 3 || stem[0] != Prefix || stem[^2] != Escape || stem[^1] != Terminator) throw Malformed(stem);
        ReadOnlySpan<byte> escaped = stem[1..^2];
        int length = 0;
        while (true)
        {
            int zero = escaped.IndexOf(Escape);
            int run = zero < 0 ? escaped.Length : zero + 1;
            escaped[..run].CopyTo(into[length..]);
            length += run;
            if (zero < 0) return length;
            if (run >= escaped.Length || escaped[run] != EscapedZero) throw Malformed(stem);
            escaped = escaped[(run + 1)..];
        }
    }

    /// <summary>The user key of a stem, in an array of its own.</summary>
    public static Key Decode(ReadOnlySpan<byte> stem)
    {
        var buffer = new byte[stem.Length];
        int length = Decode(stem, buffer);
        return new Key(buffer.AsMemory(0, length));
    }

    private static byte[] Build(ReadOnlySpan<byte> key, byte last, int extra)
    {
        var stored = new byte[1 + key.Length + key.Count(Escape) + 2 + extra];
        stored[0] = Prefix;
        int at = 1;
        foreach (byte b in key)
        {
            stored[at++] = b;
            if (b == Escape) stored[at++] = EscapedZero;
        }

        stored[at++] = Escape;
        stored[at] = last;
        return stored;
    }

    private static LintelException Malformed(ReadOnlySpan<byte> stem) =>
        new(ErrorCode.Corruption, "a stored version has a malformed key", KeyText.Render(stem));
}
