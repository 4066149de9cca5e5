using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Unicode;
using Lintel.Primitives.Errors;
using static Lintel.Primitives.Keys.OrderedKeyFormat;

namespace Lintel.Primitives.Keys;

/// <summary>
/// Writes key columns so that the order of the bytes is the order of the values, column by column.
///
/// Every column ends by itself, so a key may be the prefix of another (an interleaved child's key extends its
/// parent's) and a composite key is decoded column by column. No type is written: the schema knows it. A column that
/// can be NULL has one marker byte in front (<see cref="Null"/> or <see cref="Present"/>). A descending column is the
/// ascending one with every byte inverted. Equal values have equal bytes: -0.0 is 0.0, every NaN is the same NaN, and
/// 1.0 is 1.00; the writer normalises, and the reader refuses what the writer would not have written.
///
/// Formats: booleans one byte; integers one header byte that counts the bytes after it, small ones in the header
/// itself; doubles in IEEE order in 8 bytes, NaN greatest; byte strings and UTF-8 text with 0x00 escaped as
/// 0x00 0xFF and 0x00 0x01 at the end; decimals as class, exponent and base-100 digits. A cut-off key still sorts
/// before its extensions.
///
/// Not thread-safe; reuse one with <see cref="Clear"/>.
/// </summary>
public sealed class OrderedKeyWriter
{
    private const int ShortDigitsMax = 20;
    private byte[] _bytes;
    private int _length;

    /// <summary>Starts an empty key.</summary>
    public OrderedKeyWriter(int capacity = 64) => _bytes = new byte[Math.Max(capacity, 16)];

    /// <summary>Starts a key that extends <paramref name="prefix"/>.</summary>
    public OrderedKeyWriter(Key prefix)
        : this(prefix.Length + 64) => Raw(prefix.Span);

    /// <summary>Number of bytes written so far.</summary>
    public int Length => _length;

    /// <summary>What has been written so far; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>The key written so far, as a copy that outlives the writer.</summary>
    public Key ToKey() => Key.Copy(Written);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => _length = 0;

    /// <summary>Forgets what was written after the first <paramref name="length"/> bytes.</summary>
    public void CutTo(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _length);
        _length = length;
    }

    /// <summary>Bytes as they are: a prefix, or a column that was encoded before.</summary>
    public void Raw(ReadOnlySpan<byte> encoded) => encoded.CopyTo(Take(encoded.Length));

    /// <summary>NULL, for a nullable column that sorts it at <paramref name="order"/>. Nothing follows for this column.</summary>
    public void Null(NullOrder order) => Byte(order == NullOrder.First ? NullFirst : NullLast);

    /// <summary>Announces the value of a nullable column, which must follow. A column that is NOT NULL has no marker.</summary>
    public void Present() => Byte(OrderedKeyFormat.Present);

    /// <summary>A boolean: false sorts before true.</summary>
    public void Bool(bool value, KeyDirection direction = KeyDirection.Ascending)
    {
        int start = _length;
        Byte(value ? True : False);
        Turn(start, direction);
    }

    /// <summary>A signed integer of any width up to 64 bits: 1 byte for -32 to 175, at most 9.</summary>
    public void Int64(long value, KeyDirection direction = KeyDirection.Ascending)
    {
        int start = _length;
        if (value is >= SmallestSmall and <= LargestSmall)
        {
            Byte((byte)(SmallInteger + (value - SmallestSmall)));
        }
        else
        {
            int count = ByteCount(value < 0 ? (ulong)~value : (ulong)value);
            Byte((byte)(value < 0 ? NegativeInteger + (8 - count) : PositiveInteger + (count - 1)));
            Span<byte> span = Take(count);
            for (int i = 0; i < count; i++) span[i] = (byte)(value >> (8 * (count - 1 - i)));
        }

        Turn(start, direction);
    }

    /// <summary>A double in IEEE order: -0.0 equals 0.0, and NaN equals itself and is above everything.</summary>
    public void Double(double value, KeyDirection direction = KeyDirection.Ascending)
    {
        int start = _length;
        ulong bits = double.IsNaN(value) ? QuietNaN : value == 0 ? 0 : BitConverter.DoubleToUInt64Bits(value);
        BinaryPrimitives.WriteUInt64BigEndian(Take(8), (bits & DoubleSign) != 0 ? ~bits : bits | DoubleSign);
        Turn(start, direction);
    }

    /// <summary>A byte string of any length.</summary>
    public void Bytes(ReadOnlySpan<byte> value, KeyDirection direction = KeyDirection.Ascending)
    {
        int start = _length;
        while (true)
        {
            int zero = value.IndexOf(Escape);
            Raw(zero < 0 ? value : value[..zero]);
            Byte(Escape);
            if (zero < 0) break;
            Byte(EscapedZero);
            value = value[(zero + 1)..];
        }

        Byte(Terminator);
        Turn(start, direction);
    }

    /// <summary>
    /// Text in the order of its code points (collation "C"): the same bytes as <see cref="Bytes"/> of its UTF-8.
    /// Text with an unpaired surrogate is refused as InvalidArgument.
    /// </summary>
    public void Text(ReadOnlySpan<char> value, KeyDirection direction = KeyDirection.Ascending)
    {
        int room = Encoding.UTF8.GetMaxByteCount(value.Length);
        byte[]? rented = room > 512 ? ArrayPool<byte>.Shared.Rent(room) : null;
        Span<byte> utf8 = rented ?? stackalloc byte[512];
        try
        {
            OperationStatus status = Utf8.FromUtf16(value, utf8, out _, out int count, replaceInvalidSequences: false);
            if (status != OperationStatus.Done)
                throw new LintelException(ErrorCode.InvalidArgument, "text is not valid Unicode", "it has an unpaired surrogate");
            Bytes(utf8[..count], direction);
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Bytes whose number the schema fixes (a UUID): written as they are, without an end mark.</summary>
    public void Fixed(ReadOnlySpan<byte> value, KeyDirection direction = KeyDirection.Ascending)
    {
        int start = _length;
        Raw(value);
        Turn(start, direction);
    }

    /// <summary>
    /// A decimal number. Its first digit must stand within a million places of the decimal point; otherwise
    /// InvalidArgument.
    /// </summary>
    public void Decimal(KeyDecimal value, KeyDirection direction = KeyDirection.Ascending)
    {
        int start = _length;
        switch (value.Kind)
        {
            case KeyDecimalKind.NegativeInfinity: Byte(DecimalNegativeInfinity); break;
            case KeyDecimalKind.PositiveInfinity: Byte(DecimalPositiveInfinity); break;
            case KeyDecimalKind.NotANumber: Byte(DecimalNotANumber); break;
            case KeyDecimalKind.Finite when value.Unscaled.IsZero: Byte(DecimalZero); break;
            default: FiniteDecimal(value); break;
        }

        Turn(start, direction);
    }

    // 0.d1d2d3... x 10^exponent with d1 != 0: the class, the exponent, pairs of digits plus one, an end below them all.
    private void FiniteDecimal(KeyDecimal value)
    {
        bool negative = value.Unscaled.Sign < 0;
        Byte(negative ? DecimalNegative : DecimalPositive);
        int magnitude = _length;
        BigInteger absolute = BigInteger.Abs(value.Unscaled);
        Span<char> few = stackalloc char[ShortDigitsMax];
        ReadOnlySpan<char> digits = absolute <= ulong.MaxValue
            && ((ulong)absolute).TryFormat(few, out int count, default, CultureInfo.InvariantCulture)
            ? few[..count] : absolute.ToString(CultureInfo.InvariantCulture);
        long exponent = (long)digits.Length - value.Scale;
        if (exponent is < -DecimalExponentMax or > DecimalExponentMax)
            throw new LintelException(ErrorCode.InvalidArgument, "a decimal is too large or too small to be a key", $"its exponent is {exponent}");
        Int64(exponent);
        Span<byte> pairs = Take(((digits.Length + 1) / 2) + 1);
        for (int i = 0; i < digits.Length; i += 2)
            pairs[i / 2] = (byte)(1 + ((digits[i] - '0') * 10) + (i + 1 < digits.Length ? digits[i + 1] - '0' : 0));
        pairs[^1] = DecimalEnd;
        if (negative) Invert(magnitude);
    }

    private void Byte(byte value) => Take(1)[0] = value;

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(checked(_length + count), (int)Math.Min(2L * _bytes.Length, Array.MaxLength)));
        Span<byte> taken = _bytes.AsSpan(_length, count);
        _length += count;
        return taken;
    }

    private void Turn(int start, KeyDirection direction)
    {
        if (direction == KeyDirection.Descending) Invert(start);
    }

    private void Invert(int start)
    {
        foreach (ref byte b in _bytes.AsSpan(start, _length - start)) b = (byte)~b;
    }
}
