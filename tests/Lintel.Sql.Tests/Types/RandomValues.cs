using System.Numerics;
using Lintel.Primitives.Random;
using Lintel.Sql.Types;

namespace Lintel.Sql.Tests.Types;

/// <summary>Random values of every type, odd ones more often than they occur.</summary>
internal static class RandomValues
{
    private static readonly SqlType[] Types =
    [
        SqlType.Bool, SqlType.Int2, SqlType.Int4, SqlType.Int8, SqlType.Oid, SqlType.Float4, SqlType.Float8, SqlType.Numeric, SqlType.Text,
        SqlType.Varchar, SqlType.Bytea, SqlType.Date, SqlType.Time, SqlType.Timetz, SqlType.Timestamp, SqlType.Timestamptz,
        SqlType.Interval, SqlType.Uuid, SqlType.Name,
    ];

    public static (SqlValue Value, SqlType Type) Any(Prng random)
    {
        SqlType type = random.Pick(Types);
        if (random.Next(5) > 0) return (Of(type, random), type);
        var items = new SqlValue[random.Next(4)];
        for (int i = 0; i < items.Length; i++) items[i] = random.Next(4) == 0 ? SqlValue.Null : Of(type, random);
        return (SqlValue.Of(new SqlArray(type, items)), SqlType.ArrayOf(type));
    }

    public static SqlValue Of(SqlType type, Prng random) => type.Kind switch
    {
        SqlKind.Bool => SqlValue.Of(random.Chance(0.5)),
        SqlKind.Int2 => SqlValue.Of((long)(short)random.NextUInt64()),
        SqlKind.Int4 => SqlValue.Of((long)(int)random.NextUInt64()),
        SqlKind.Int8 => SqlValue.Of((long)(random.NextUInt64() >> random.Next(64))),
        SqlKind.Oid => SqlValue.Of((long)(uint)random.NextUInt64()),
        SqlKind.Float4 => SqlValue.Of((double)BitConverter.UInt32BitsToSingle((uint)random.NextUInt64())),
        SqlKind.Float8 => SqlValue.Of(BitConverter.UInt64BitsToDouble(random.NextUInt64())),
        SqlKind.Numeric => SqlValue.Of(Numeric(random)),
        SqlKind.Bytea => SqlValue.Of(Bytes(random)),
        SqlKind.Date => SqlValue.Of((long)random.Next(-2_400_000, 2_000_000)),
        SqlKind.Time => SqlValue.Of(random.NextInt64(Calendar.MicrosecondsPerDay)),
        SqlKind.Timetz => SqlValue.Of(new SqlTimeWithZone(random.NextInt64(Calendar.MicrosecondsPerDay), random.Next(-50_000, 50_000))),
        SqlKind.Timestamp or SqlKind.Timestamptz => SqlValue.Of(random.Next(20) == 0
            ? Calendar.Infinity
            : random.NextInt64(252_000_000_000_000_000) - 100_000_000_000_000_000),
        SqlKind.Interval => SqlValue.Of(new SqlInterval(
            random.Next(-1000, 1000), random.Next(-1000, 1000), random.NextInt64(2_000_000_000_000) - 1_000_000_000_000)),
        SqlKind.Uuid => SqlValue.Of(new Guid(Sixteen(random))),
        _ => SqlValue.Of(Text(random)),
    };

    public static SqlNumeric Numeric(Prng random)
    {
        if (random.Next(30) == 0) return random.Pick<SqlNumeric>([SqlNumeric.NaN, SqlNumeric.PositiveInfinity, SqlNumeric.NegativeInfinity, SqlNumeric.Zero]);
        BigInteger digits = random.NextUInt64() >> random.Next(64);
        if (random.Next(4) == 0) digits *= random.NextUInt64();
        return new SqlNumeric(random.Chance(0.5) ? digits : -digits, random.Next(3) == 0 ? random.Next(40) : random.Next(4));
    }

    private static byte[] Bytes(Prng random)
    {
        var bytes = new byte[random.Next(12)];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = (byte)random.Next(256);
        return bytes;
    }

    private static byte[] Sixteen(Prng random) => [.. BitConverter.GetBytes(random.NextUInt64()), .. BitConverter.GetBytes(random.NextUInt64())];

    private static string Text(Prng random)
    {
        string[] pieces = ["a", "B", " ", "\"", "\\", "{", "}", ",", "'", "é", "日", "😀", "null", "\n", "0"];
        string text = "";
        for (int i = random.Next(6); i > 0; i--) text += random.Pick(pieces);
        return text;
    }
}
