using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Unicode;
using Lintel.Primitives.Errors;
using static Lintel.Primitives.Keys.OrderedKeyFormat;

namespace Lintel.Primitives.Keys;

/// <summary>
/// Reads the columns that <see cref="OrderedKeyWriter"/> wrote, in order. The caller knows the types and directions
/// from the schema. Whatever the writer would not have written (cut off, another escape, an integer in more bytes than
/// it needs) ends in a <see cref="LintelException"/> of <see cref="ErrorCode.Corruption"/>.
/// </summary>
public ref struct OrderedKeyReader
{
    private readonly ReadOnlySpan<byte> _source;
    private int _at;

    /// <summary>Reads <paramref name="source"/> from its first byte.</summary>
    public OrderedKeyReader(ReadOnlySpan<byte> source) => _source = source;

    /// <summary>Reads <paramref name="key"/> after its first <paramref name="prefixLength"/> bytes.</summary>
    public OrderedKeyReader(Key key, int prefixLength = 0)
    {
        _source = key.Span;
        ArgumentOutOfRangeException.ThrowIfNegative(prefixLength);
        if (prefixLength > _source.Length) throw Malformed($"a prefix of {prefixLength} bytes expected");
        _at = prefixLength;
    }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _source.Length - _at;

    /// <summary>Offset of the next byte.</summary>
    public readonly int Position => _at;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _source[_at..];

    /// <summary>Requires that everything has been read.</summary>
    public readonly void End()
    {
        if (Remaining != 0) throw Malformed($"{Remaining} bytes are left over");
    }

    /// <summary>Reads the marker of a nullable column: true for NULL, false when its value follows.</summary>
    public bool Null(NullOrder order)
    {
        byte marker = Byte(0);
        if (marker == OrderedKeyFormat.Present) return false;
        if (marker == (order == NullOrder.First ? NullFirst : NullLast)) return true;
        throw Malformed($"{marker} is no null marker");
    }

    /// <summary>A boolean.</summary>
    public bool Bool(KeyDirection direction = KeyDirection.Ascending) =>
        Byte(Mask(direction)) switch { False => false, True => true, var other => throw Malformed($"{other} is no boolean") };

    /// <summary>A signed integer.</summary>
    public long Int64(KeyDirection direction = KeyDirection.Ascending) => Integer(Mask(direction));

    /// <summary>A double.</summary>
    public double Double(KeyDirection direction = KeyDirection.Ascending)
    {
        ulong stored = BinaryPrimitives.ReadUInt64BigEndian(Take(8));
        if (direction == KeyDirection.Descending) stored = ~stored;
        ulong bits = (stored & DoubleSign) != 0 ? stored & ~DoubleSign : ~stored;
        double value = BitConverter.UInt64BitsToDouble(bits);
        if ((double.IsNaN(value) && bits != QuietNaN) || bits == DoubleSign) throw Malformed("a double is not normalised");
        return value;
    }

    /// <summary>A byte string, as a copy.</summary>
    public byte[] Bytes(KeyDirection direction = KeyDirection.Ascending)
    {
        byte mask = Mask(direction);
        int length = MeasureBytes(mask);
        var value = new byte[length];
        for (int i = 0; i < length; i++)
        {
            byte b = (byte)(_source[_at++] ^ mask);
            value[i] = b;
            if (b == Escape) _at++;
        }

        _at += 2;
        return value;
    }

    /// <summary>Text; bytes that are not UTF-8 are malformed.</summary>
    public string Text(KeyDirection direction = KeyDirection.Ascending)
    {
        byte[] utf8 = Bytes(direction);
        if (!Utf8.IsValid(utf8)) throw Malformed("text is not UTF-8");
        return Encoding.UTF8.GetString(utf8);
    }

    /// <summary>Exactly <paramref name="count"/> bytes, as a copy.</summary>
    public byte[] Fixed(int count, KeyDirection direction = KeyDirection.Ascending)
    {
        byte mask = Mask(direction);
        byte[] value = Take(count).ToArray();
        for (int i = 0; i < value.Length; i++) value[i] ^= mask;
        return value;
    }

    /// <summary>A decimal number, normalised.</summary>
    public KeyDecimal Decimal(KeyDirection direction = KeyDirection.Ascending)
    {
        byte mask = Mask(direction);
        return Byte(mask) switch
        {
            DecimalNegativeInfinity => KeyDecimal.NegativeInfinity,
            DecimalNegative => FiniteDecimal((byte)~mask, sign: -1),
            DecimalZero => KeyDecimal.Zero,
            DecimalPositive => FiniteDecimal(mask, sign: 1),
            DecimalPositiveInfinity => KeyDecimal.PositiveInfinity,
            DecimalNotANumber => KeyDecimal.NotANumber,
            var other => throw Malformed($"{other} is no class of decimals"),
        };
    }

    private KeyDecimal FiniteDecimal(byte mask, int sign)
    {
        long exponent = Integer(mask);
        if (exponent is < -DecimalExponentMax or > DecimalExponentMax) throw Malformed($"a decimal has the exponent {exponent}");
        int end = Rest.IndexOf((byte)(DecimalEnd ^ mask));
        if (end <= 0) throw Malformed("a decimal is cut off");
        var digits = new char[end * 2];
        for (int i = 0; i < end; i++)
        {
            int pair = (Rest[i] ^ mask) - 1;
            if (pair > 99) throw Malformed($"{pair} is no pair of digits");
            digits[2 * i] = (char)('0' + (pair / 10));
            digits[(2 * i) + 1] = (char)('0' + (pair % 10));
        }

        if (digits[0] == '0' || (digits[^1] == '0' && digits[^2] == '0')) throw Malformed("a decimal is not normalised");
        _at += end + 1;
        ReadOnlySpan<char> significant = digits[^1] == '0' ? digits.AsSpan(0, digits.Length - 1) : digits;
        BigInteger magnitude = BigInteger.Parse(significant, NumberStyles.None, CultureInfo.InvariantCulture);
        return KeyDecimal.Of(sign * magnitude, (int)(significant.Length - exponent));
    }

    private long Integer(byte mask)
    {
        byte header = Byte(mask);
        if (header is >= SmallInteger and < PositiveInteger) return SmallestSmall + (header - SmallInteger);
        bool negative = header < SmallInteger;
        int count = negative ? 8 - (header - NegativeInteger) : header - PositiveInteger + 1;
        if (count is < 1 or > 8) throw Malformed($"{header} is no header of an integer");
        ReadOnlySpan<byte> bytes = Take(count);
        ulong bits = negative ? ulong.MaxValue : 0;
        foreach (byte b in bytes) bits = (bits << 8) | (byte)(b ^ mask);
        long value = (long)bits;
        bool minimal = value < 0 == negative
            && value is < SmallestSmall or > LargestSmall
            && ByteCount(negative ? ~bits : bits) == count;
        return minimal ? value : throw Malformed("an integer is not in its shortest form");
    }

    // The length without escapes, having checked every escape up to the end mark.
    private readonly int MeasureBytes(byte mask)
    {
        byte escape = (byte)(Escape ^ mask);
        int length = 0;
        for (int at = _at; ; at += 2)
        {
            int run = _source[at..].IndexOf(escape);
            if (run < 0 || at + run + 1 >= _source.Length) throw Malformed("a byte string is cut off");
            at += run;
            length += run;
            byte next = (byte)(_source[at + 1] ^ mask);
            if (next == Terminator) return length;
            if (next != EscapedZero) throw Malformed($"{next} is no escape");
            length++;
        }
    }

    private static byte Mask(KeyDirection direction) => direction == KeyDirection.Descending ? (byte)0xFF : (byte)0;

    private byte Byte(byte mask) => (byte)(Take(1)[0] ^ mask);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Remaining) throw Malformed($"{count} bytes expected, {Remaining} left");
        ReadOnlySpan<byte> slice = _source.Slice(_at, count);
        _at += count;
        return slice;
    }

    private readonly LintelException Malformed(string why) =>
        new(ErrorCode.Corruption, "malformed key", $"{why}, at byte {_at} of {KeyText.Render(_source)}");
}
