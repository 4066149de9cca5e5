using Lintel.Primitives.Keys;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Rows;

/// <summary>
/// Key columns as bytes that sort as SQL sorts the values. Every column has the null marker in front, so that NOT NULL
/// can be set and dropped without rewriting an index. Text sorts by code point (collation "C"); char(n) without its
/// trailing blanks, which do not count in comparisons.
/// </summary>
public static class KeyColumns
{
    /// <summary>Whether values of a type can be key columns.</summary>
    public static bool CanIndex(SqlType type) => type.Kind is not (SqlKind.Array or SqlKind.Json or SqlKind.Jsonb
        or SqlKind.Record or SqlKind.Void or SqlKind.Unknown or SqlKind.Int2Vector or SqlKind.OidVector
        or SqlKind.NodeTree or SqlKind.AclItem or SqlKind.Tid or SqlKind.Xid or SqlKind.Cid);

    /// <summary>Writes one column.</summary>
    public static void Write(OrderedKeyWriter writer, in SqlValue value, SqlType type, KeyDirection direction, NullOrder nulls)
    {
        if (value.IsNull)
        {
            writer.Null(nulls);
            return;
        }

        writer.Present();
        switch (type.Kind)
        {
            case SqlKind.Bool: writer.Bool(value.AsBool(), direction); break;
            case SqlKind.Float4 or SqlKind.Float8: writer.Double(value.AsDouble(), direction); break;
            case SqlKind.Bpchar: writer.Text(value.AsString().AsSpan().TrimEnd(' '), direction); break;
            case SqlKind.Text or SqlKind.Varchar or SqlKind.Name: writer.Text(value.AsString(), direction); break;
            case SqlKind.Bytea: writer.Bytes(value.AsBytes(), direction); break;
            case SqlKind.Numeric: writer.Decimal(ToKey(value.AsNumeric()), direction); break;
            case SqlKind.Uuid:
                Span<byte> uuid = stackalloc byte[16];
                value.AsGuid().TryWriteBytes(uuid, bigEndian: true, out _);
                writer.Fixed(uuid, direction);
                break;
            case SqlKind.Interval:
                Int128 length = value.AsInterval().ComparisonLength;
                writer.Int64((long)(length >> 64), direction);
                writer.Int64((long)((ulong)(length & ulong.MaxValue) ^ (1UL << 63)), direction);
                break;
            case SqlKind.Timetz:
                SqlTimeWithZone time = value.AsTimeWithZone();
                writer.Int64(time.Microseconds + (time.ZoneSeconds * 1_000_000L), direction);
                writer.Int64(time.ZoneSeconds, direction);
                break;
            default: writer.Int64(value.AsInt64(), direction); break;
        }
    }

    private static KeyDecimal ToKey(SqlNumeric number)
    {
        if (number.IsNaN) return KeyDecimal.NotANumber;
        if (number.IsInfinity) return number.Sign > 0 ? KeyDecimal.PositiveInfinity : KeyDecimal.NegativeInfinity;
        return KeyDecimal.Of(number.Unscaled, number.Scale);
    }
}
