using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;

namespace Lintel.Sql.Types;

/// <summary>numeric in binary: groups of four decimal digits, the position of the first, a sign and the scale.</summary>
internal static class BinaryNumeric
{
    private const int GroupBase = 10_000;
    private const int GroupDigits = 4;
    private const ushort Negative = 0x4000;
    private const ushort NotANumber = 0xC000;
    private const ushort PositiveInfinity = 0xD000;
    private const ushort NegativeInfinity = 0xF000;
    private const int HeaderBytes = 8;

    // It means nothing, and PostgreSQL sends it.
    private const int InfinityScale = 0x20;

    public static SqlNumeric Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) throw BinaryFormat.TooFew();
        int count = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        short weight = BinaryPrimitives.ReadInt16BigEndian(bytes[2..]);
        ushort sign = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        int scale = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        switch (sign)
        {
            case NotANumber: return SqlNumeric.NaN;
            case PositiveInfinity: return SqlNumeric.PositiveInfinity;
            case NegativeInfinity: return SqlNumeric.NegativeInfinity;
            case 0 or Negative: break;
            default: throw Invalid("sign");
        }

        if (scale > SqlNumeric.ScaleMax) throw Invalid("scale");
        ReadOnlySpan<byte> groups = BinaryFormat.Exactly(bytes[HeaderBytes..], count * 2);
        BigInteger digits = BigInteger.Zero;
        for (int i = 0; i < count; i++)
        {
            int group = BinaryPrimitives.ReadUInt16BigEndian(groups[(i * 2)..]);
            if (group >= GroupBase) throw Invalid("digit");
            digits = (digits * GroupBase) + group;
        }

        if (sign == Negative) digits = -digits;
        int groupScale = (count - 1 - weight) * GroupDigits;
        SqlNumeric value = groupScale >= 0
            ? new SqlNumeric(digits, groupScale)
            : new SqlNumeric(digits * SqlNumeric.PowerOfTen(-groupScale), 0);
        return value.Truncate(scale).Checked();
    }

    public static void Write(IBufferWriter<byte> output, SqlNumeric value)
    {
        if (!value.IsFinite)
        {
            if (value.IsNaN) Header(output, 0, 0, NotANumber, 0);
            else Header(output, 0, 0, value.Sign > 0 ? PositiveInfinity : NegativeInfinity, InfinityScale);
            return;
        }

        int padding = (GroupDigits - (value.Scale % GroupDigits)) % GroupDigits;
        BigInteger rest = BigInteger.Abs(value.Unscaled) * SqlNumeric.PowerOfTen(padding);
        int groupsBehindPoint = (value.Scale + padding) / GroupDigits;
        var groups = new List<short>();
        while (!rest.IsZero)
        {
            rest = BigInteger.DivRem(rest, GroupBase, out BigInteger group);
            groups.Add((short)group);
        }

        int weight = groups.Count - groupsBehindPoint - 1;
        int trailing = 0;
        while (trailing < groups.Count && groups[trailing] == 0) trailing++;
        Header(output, groups.Count - trailing, groups.Count == 0 ? 0 : weight, value.Sign < 0 ? Negative : (ushort)0, value.Scale);
        for (int i = groups.Count - 1; i >= trailing; i--) output.Int16(groups[i]);
    }

    private static void Header(IBufferWriter<byte> output, int count, int weight, ushort sign, int scale)
    {
        output.Int16((short)count);
        output.Int16((short)weight);
        output.Int16((short)sign);
        output.Int16((short)scale);
    }

    private static SqlException Invalid(string part) =>
        new(SqlStates.InvalidBinaryRepresentation, $"invalid {part} in external \"numeric\" value");
}
