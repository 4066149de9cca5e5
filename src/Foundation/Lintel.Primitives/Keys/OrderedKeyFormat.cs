namespace Lintel.Primitives.Keys;

/// <summary>
/// The bytes of the ordered key format that <see cref="OrderedKeyWriter"/> and <see cref="OrderedKeyReader"/> share.
/// They are on disk: never change one.
/// </summary>
internal static class OrderedKeyFormat
{
    // In front of a nullable column; never inverted.
    internal const byte NullFirst = 0x01;
    internal const byte Present = 0x02;
    internal const byte NullLast = 0x03;

    // Columns hold no raw 0x00 / 0x01 pair but as an end: 0x00 inside a string is followed by 0xFF.
    internal const byte Escape = 0x00;
    internal const byte EscapedZero = 0xFF;
    internal const byte Terminator = 0x01;

    internal const byte False = 0x01;
    internal const byte True = 0x02;

    // Integers: 0x10..0x17 negative in 8..1 bytes | 0x18..0xE7 the value itself | 0xE8..0xEF positive in 1..8 bytes.
    internal const byte NegativeInteger = 0x10;
    internal const byte SmallInteger = 0x18;
    internal const byte PositiveInteger = 0xE8;
    internal const long SmallestSmall = -32;
    internal const long LargestSmall = SmallestSmall + (PositiveInteger - SmallInteger) - 1;

    // Decimals: a class, then for finite non-zero numbers the exponent and the digits in pairs.
    internal const byte DecimalNegativeInfinity = 0x10;
    internal const byte DecimalNegative = 0x20;
    internal const byte DecimalZero = 0x30;
    internal const byte DecimalPositive = 0x40;
    internal const byte DecimalPositiveInfinity = 0x50;
    internal const byte DecimalNotANumber = 0x60;
    internal const byte DecimalEnd = 0x00;
    internal const long DecimalExponentMax = 1_000_000;

    internal const ulong DoubleSign = 1UL << 63;
    internal const ulong QuietNaN = 0x7FF8_0000_0000_0000;

    /// <summary>Bytes that <paramref name="value"/> takes without leading zeros; 1 to 8.</summary>
    internal static int ByteCount(ulong value) => Math.Max(1, (71 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 8);
}
