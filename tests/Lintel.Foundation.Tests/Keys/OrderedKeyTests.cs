using System.Numerics;
using System.Text;
using CsCheck;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Xunit;

namespace Lintel.Foundation.Tests.Keys;

/// <summary>The ordered key codec: byte order is value order, bytes come back as values, garbage is Corruption.</summary>
public sealed class OrderedKeyTests
{
    private const int Iterations = 5_000;

    private static readonly Gen<long> Longs = Gen.OneOf(
        Gen.Long, Gen.Long[-300, 300], Gen.Select(Gen.Int[0, 63], Gen.Long[-2, 2], (bit, off) => unchecked((1L << bit) + off)),
        Gen.Select(Gen.Int[0, 63], Gen.Long[-2, 2], (bit, off) => unchecked(-(1L << bit) + off)));

    private static readonly Gen<double> Doubles = Gen.OneOf(
        Gen.Double, Gen.Double[-2, 2],
        OneOf(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon,
            -double.Epsilon, double.MaxValue, double.MinValue, BitConverter.UInt64BitsToDouble(0xFFF8_0000_0000_0001)));

    // Few distinct bytes, so that prefixes and zeros meet often.
    private static readonly Gen<byte[]> ByteStrings = Gen.OneOf(
        OneOf((byte)0, (byte)1, (byte)2, (byte)0xFE, (byte)0xFF).Array[0, 6], Gen.Byte.Array[0, 40]);

    private static readonly Gen<string> Texts =
        Gen.OneOf(OneOf("\0", "a", "b", "\u00e9", "\uFFFD", "\U0001F600", "\u0001"), Gen.Char['a', 'd'].Select(c => $"{c}"))
            .Array[0, 6].Select(parts => string.Concat(parts));

    private static readonly Gen<KeyDecimal> Decimals = Gen.OneOf(
        Gen.Select(Gen.Long, Gen.Int[-20, 20], (unscaled, scale) => KeyDecimal.Of(unscaled, scale)),
        Gen.Select(Gen.Int[-2000, 2000], Gen.Int[-3, 4], (unscaled, scale) => KeyDecimal.Of(unscaled, scale)),
        Gen.Select(Gen.Byte.Array[0, 30], Gen.Int[-300, 300], (bytes, scale) => KeyDecimal.Of(new BigInteger(bytes), scale)),
        OneOf(KeyDecimal.NegativeInfinity, KeyDecimal.PositiveInfinity, KeyDecimal.NotANumber, KeyDecimal.Zero));

    private static readonly Gen<KeyDirection> Directions = OneOf(KeyDirection.Ascending, KeyDirection.Descending);
    private static readonly Gen<NullOrder> NullOrders = OneOf(NullOrder.First, NullOrder.Last);

    private delegate void Write<in T>(OrderedKeyWriter writer, T value, KeyDirection direction);

    private delegate T Read<out T>(ref OrderedKeyReader reader, KeyDirection direction);

    [Fact]
    public void Booleans_keep_their_order_and_come_back() => Holds(
        Gen.Bool, (w, v, d) => w.Bool(v, d), (ref r, d) => r.Bool(d), (a, b) => a.CompareTo(b));

    [Fact]
    public void Integers_keep_their_order_and_come_back() => Holds(
        Longs, (w, v, d) => w.Int64(v, d), (ref r, d) => r.Int64(d), (a, b) => a.CompareTo(b));

    [Fact]
    public void Doubles_keep_their_order_with_nan_greatest_and_come_back() => Holds(
        Doubles, (w, v, d) => w.Double(v, d), (ref r, d) => r.Double(d), CompareDoubles);

    [Fact]
    public void Byte_strings_keep_their_order_and_come_back() => Holds(
        ByteStrings, (w, v, d) => w.Bytes(v, d), (ref r, d) => r.Bytes(d), (a, b) => a.AsSpan().SequenceCompareTo(b));

    [Fact]
    public void Text_keeps_code_point_order_and_comes_back() => Holds(
        Texts, (w, v, d) => w.Text(v, d), (ref r, d) => r.Text(d),
        (a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));

    [Fact]
    public void Decimals_keep_their_order_and_come_back() => Holds(
        Decimals, (w, v, d) => w.Decimal(v, d), (ref r, d) => r.Decimal(d), CompareDecimals);

    [Fact]
    public void Fixed_bytes_keep_their_order_and_come_back() => Holds(
        Gen.Byte.Array[16], (w, v, d) => w.Fixed(v, d), (ref r, d) => r.Fixed(16, d), (a, b) => a.AsSpan().SequenceCompareTo(b));

    [Fact]
    public void Composite_keys_compare_column_by_column_with_nulls_where_they_are_asked_for()
    {
        var rows = Gen.Select(Texts, Longs.Nullable(), Decimals, (t, l, d) => (Text: t, Long: l, Decimal: d));
        Gen.Select(Directions, Directions, NullOrders, rows, rows).Sample(
            (first, second, nulls, a, b) =>
            {
                byte[] Encode((string Text, long? Long, KeyDecimal Decimal) row)
                {
                    var writer = new OrderedKeyWriter(KeySpace.IndexPrefix(2, 7, 1));
                    writer.Text(row.Text, first);
                    if (row.Long is { } value)
                    {
                        writer.Present();
                        writer.Int64(value, second);
                    }
                    else
                    {
                        writer.Null(nulls);
                    }

                    writer.Decimal(row.Decimal, first);
                    return writer.ToKey().Span.ToArray();
                }

                int Nullable(long? x, long? y) => (x, y) switch
                {
                    (null, null) => 0,
                    (null, _) => nulls == NullOrder.First ? -1 : 1,
                    (_, null) => nulls == NullOrder.First ? 1 : -1,
                    _ => Signed(x!.Value.CompareTo(y!.Value), second),
                };

                int expected = Signed(Encoding.UTF8.GetBytes(a.Text).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b.Text)), first);
                if (expected == 0) expected = Nullable(a.Long, b.Long);
                if (expected == 0) expected = Signed(CompareDecimals(a.Decimal, b.Decimal), first);
                byte[] encoded = Encode(a);
                Assert.Equal(expected, Math.Sign(encoded.AsSpan().SequenceCompareTo(Encode(b))));

                var reader = new OrderedKeyReader(new Key(encoded), KeySpace.IndexPrefixLength);
                Assert.Equal(a.Text, reader.Text(first));
                Assert.Equal(a.Long, reader.Null(nulls) ? null : reader.Int64(second));
                Assert.Equal(a.Decimal, reader.Decimal(first));
                reader.End();
            },
            iter: Iterations, threads: 1);
    }

    [Fact]
    public void A_parents_children_lie_between_the_parent_and_its_next_sibling() =>
        Gen.Select(ByteStrings, ByteStrings, Longs).Where((a, b, _) => a.AsSpan().SequenceCompareTo(b) < 0).Sample(
            (parent, sibling, child) =>
            {
                var writer = new OrderedKeyWriter();
                writer.Bytes(parent);
                Key parentKey = writer.ToKey();
                writer.Int64(child);
                Key childKey = writer.ToKey();
                writer.Clear();
                writer.Bytes(sibling);
                Assert.True(childKey.StartsWith(parentKey) && parentKey < childKey && childKey < writer.ToKey());
            },
            iter: Iterations, threads: 1);

    [Fact]
    public void Random_bytes_are_corruption_or_exactly_what_the_writer_would_write() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array[0, 12], ByteStrings), Directions, NullOrders).Sample(
            (bytes, direction, nulls) =>
            {
                Canonical(bytes, direction, (ref r, d) => r.Bool(d), (w, v, d) => w.Bool(v, d));
                Canonical(bytes, direction, (ref r, d) => r.Int64(d), (w, v, d) => w.Int64(v, d));
                Canonical(bytes, direction, (ref r, d) => r.Double(d), (w, v, d) => w.Double(v, d));
                Canonical(bytes, direction, (ref r, d) => r.Bytes(d), (w, v, d) => w.Bytes(v, d));
                Canonical(bytes, direction, (ref r, d) => r.Text(d), (w, v, d) => w.Text(v, d));
                Canonical(bytes, direction, (ref r, d) => r.Decimal(d), (w, v, d) => w.Decimal(v, d));
                Canonical(bytes, direction, (ref r, d) => r.Fixed(3, d), (w, v, d) => w.Fixed(v, d));
                Canonical(bytes, direction, (ref r, _) => r.Null(nulls), (w, isNull, _) =>
                {
                    if (isNull) w.Null(nulls);
                    else w.Present();
                });
            },
            iter: 20_000, threads: 1);

    [Theory]
    [InlineData(0, "38")]
    [InlineData(-32, "18")]
    [InlineData(175, "E7")]
    [InlineData(176, "E8B0")]
    [InlineData(-33, "17DF")]
    [InlineData(256, "E90100")]
    [InlineData(long.MinValue, "108000000000000000")]
    [InlineData(long.MaxValue, "EF7FFFFFFFFFFFFFFF")]
    public void Integers_have_these_bytes(long value, string hex)
    {
        var writer = new OrderedKeyWriter();
        writer.Int64(value);
        Assert.Equal(hex, Convert.ToHexString(writer.Written));
    }

    [Theory]
    [InlineData("0", "30")]
    [InlineData("1", "40390B00")]
    [InlineData("1.00", "40390B00")]
    [InlineData("-1", "20C6F4FF")]
    [InlineData("123.45", "403B0D233300")]
    public void Decimals_have_these_bytes(string value, string hex)
    {
        var writer = new OrderedKeyWriter();
        writer.Decimal(KeyDecimal.Of(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(hex, Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void Text_and_doubles_have_these_bytes()
    {
        var writer = new OrderedKeyWriter();
        writer.Text("a\0b");
        writer.Double(1.0);
        writer.Double(-1.0, KeyDirection.Descending);
        writer.Null(NullOrder.First);
        writer.Null(NullOrder.Last);
        writer.Present();
        writer.Bool(true);
        Assert.Equal("6100FF620001BFF0000000000000BFF000000000000001030202", Convert.ToHexString(writer.Written));
    }

    [Fact]
    public void Text_with_an_unpaired_surrogate_is_refused()
    {
        var refusal = Assert.Throws<LintelException>(() => new OrderedKeyWriter().Text("\uD800"));
        Assert.Equal(ErrorCode.InvalidArgument, refusal.Error.Code);
    }

    [Theory]
    [InlineData("40108000000000000000")]
    [InlineData("40EF7FFFFFFFFFFFFFFF0B00")]
    public void A_decimal_with_an_absurd_exponent_is_corruption(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var refusal = Assert.Throws<LintelException>(() => new OrderedKeyReader(bytes).Decimal());
        Assert.Equal(ErrorCode.Corruption, refusal.Error.Code);
    }

    private static void Holds<T>(Gen<T> values, Write<T> write, Read<T> read, Comparison<T> compare) =>
        Gen.Select(values, values, Directions).Sample(
            (a, b, direction) =>
            {
                var writer = new OrderedKeyWriter();
                write(writer, a, direction);
                byte[] first = writer.Written.ToArray();
                writer.Clear();
                write(writer, b, direction);
                int actual = Math.Sign(first.AsSpan().SequenceCompareTo(writer.Written));
                Assert.Equal(Signed(compare(a, b), direction), actual);
                writer.Clear();
                writer.Raw(first);
                writer.Raw([0x55]);
                var reader = new OrderedKeyReader(writer.Written);
                Assert.Equal(0, compare(a, read(ref reader, direction)));
                Assert.Equal(1, reader.Remaining);
            },
            iter: Iterations, threads: 1);

    private static void Canonical<T>(byte[] bytes, KeyDirection direction, Read<T> read, Write<T> write)
    {
        var reader = new OrderedKeyReader(bytes);
        T value;
        try
        {
            value = read(ref reader, direction);
        }
        catch (LintelException refusal) when (refusal.Error.Code == ErrorCode.Corruption)
        {
            return;
        }

        var writer = new OrderedKeyWriter();
        write(writer, value, direction);
        Assert.Equal(Convert.ToHexString(bytes.AsSpan(0, reader.Position)), Convert.ToHexString(writer.Written));
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static int Signed(int comparison, KeyDirection direction) =>
        direction == KeyDirection.Ascending ? Math.Sign(comparison) : -Math.Sign(comparison);

    private static int CompareDoubles(double a, double b) =>
        (double.IsNaN(a), double.IsNaN(b)) switch
        {
            (true, true) => 0,
            (true, false) => 1,
            (false, true) => -1,
            _ => a < b ? -1 : a > b ? 1 : 0,
        };

    private static int CompareDecimals(KeyDecimal a, KeyDecimal b)
    {
        if (a.Kind != b.Kind || a.Kind != KeyDecimalKind.Finite) return a.Kind.CompareTo(b.Kind);
        int scale = Math.Max(a.Scale, b.Scale);
        return (a.Unscaled * BigInteger.Pow(10, scale - a.Scale)).CompareTo(b.Unscaled * BigInteger.Pow(10, scale - b.Scale));
    }
}
