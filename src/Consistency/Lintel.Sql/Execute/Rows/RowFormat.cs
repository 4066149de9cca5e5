using System.Numerics;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Rows;

/// <summary>
/// The stored form of a row; disk format. A format byte, then for each column in the order of column ids one field:
/// varint (id &lt;&lt; 2 | shape), and a value by shape. Fields say their own length, so a reader passes over columns
/// that were dropped, and a column that was added later is simply not there: it reads as its missing value. SQL null is
/// written, which keeps it apart from a field that is not there.
/// </summary>
public static class RowFormat
{
    private const byte Format = 1;
    private const int ShapeBits = 2;

    private enum Shape : byte
    {
        Null = 0,
        Varint = 1,
        Fixed64 = 2,
        Bytes = 3,
    }

    /// <summary>Begins a row.</summary>
    public static void Begin(WireWriter writer) => writer.Byte(Format);

    /// <summary>Writes one column; ids must ascend.</summary>
    public static void Write(WireWriter writer, int columnId, in SqlValue value, SqlType type)
    {
        Shape shape = value.IsNull ? Shape.Null : ShapeOf(type);
        writer.Varint(((ulong)columnId << ShapeBits) | (byte)shape);
        switch (shape)
        {
            case Shape.Null: break;
            case Shape.Varint: writer.SignedVarint(value.AsInt64()); break;
            case Shape.Fixed64: writer.Fixed64((ulong)value.AsInt64()); break;
            default: WriteBytes(writer, value, type); break;
        }
    }

    /// <summary>
    /// Reads the columns that are wanted into their registers. <paramref name="wanted"/> ascends by column id; columns
    /// without a field take their missing value.
    /// </summary>
    public static void Read(ReadOnlyMemory<byte> row, ReadOnlySpan<WantedColumn> wanted, SqlValue[] registers)
    {
        var reader = new WireReader(row);
        if (reader.Byte() != Format) throw new LintelException(ErrorCode.Corruption, "a row has an unknown format");
        int next = 0;
        while (reader.Remaining > 0 && next < wanted.Length)
        {
            ulong tag = reader.Varint();
            var id = (int)(tag >> ShapeBits);
            var shape = (Shape)(tag & ((1 << ShapeBits) - 1));
            while (next < wanted.Length && wanted[next].ColumnId < id) Miss(wanted[next++], registers);
            if (next < wanted.Length && wanted[next].ColumnId == id)
            {
                registers[wanted[next].Register] = ReadValue(ref reader, shape, wanted[next].Type);
                next++;
            }
            else
            {
                Skip(ref reader, shape);
            }
        }

        while (next < wanted.Length) Miss(wanted[next++], registers);
    }

    /// <summary>The bytes of a single value; for missing values in the catalog.</summary>
    public static byte[]? EncodeValue(in SqlValue value, SqlType type)
    {
        if (value.IsNull) return null;
        var writer = new WireWriter();
        Begin(writer);
        Write(writer, 1, value, type);
        return writer.ToArray();
    }

    /// <summary>Reads what <see cref="EncodeValue"/> wrote.</summary>
    public static SqlValue DecodeValue(byte[]? bytes, SqlType type)
    {
        if (bytes is null) return SqlValue.Null;
        var registers = new SqlValue[1];
        Read(bytes, [new WantedColumn(1, 0, type, SqlValue.Null)], registers);
        return registers[0];
    }

    private static void Miss(in WantedColumn column, SqlValue[] registers) => registers[column.Register] = column.Missing;

    private static Shape ShapeOf(SqlType type) => type.Kind switch
    {
        SqlKind.Bool or SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8 or SqlKind.Oid or SqlKind.Char or SqlKind.Date
            or SqlKind.Time or SqlKind.Xid or SqlKind.Cid or SqlKind.Regclass or SqlKind.Regtype or SqlKind.Regproc
            or SqlKind.Regnamespace or SqlKind.Regrole or SqlKind.Regprocedure or SqlKind.Regoper => Shape.Varint,
        SqlKind.Float4 or SqlKind.Float8 or SqlKind.Timestamp or SqlKind.Timestamptz => Shape.Fixed64,
        _ => Shape.Bytes,
    };

    private static SqlValue ReadValue(ref WireReader reader, Shape shape, SqlType type)
    {
        switch (shape)
        {
            case Shape.Null: return SqlValue.Null;
            case Shape.Varint: return SqlValue.Of(reader.SignedVarint());
            case Shape.Fixed64: return SqlValue.Of((long)reader.Fixed64());
            default: return ReadBytes(reader.Bytes(), type);
        }
    }

    private static void Skip(ref WireReader reader, Shape shape)
    {
        switch (shape)
        {
            case Shape.Null: break;
            case Shape.Varint: reader.Varint(); break;
            case Shape.Fixed64: reader.Fixed64(); break;
            default: reader.Bytes(); break;
        }
    }

    private static void WriteBytes(WireWriter writer, in SqlValue value, SqlType type)
    {
        switch (type.Kind)
        {
            case SqlKind.Text or SqlKind.Varchar or SqlKind.Bpchar or SqlKind.Name or SqlKind.Json or SqlKind.Jsonb
                or SqlKind.NodeTree or SqlKind.AclItem or SqlKind.Tid:
                writer.Text(value.AsString());
                return;
            case SqlKind.Bytea:
                writer.Bytes(value.AsBytes());
                return;
        }

        var inner = new WireWriter(32);
        switch (type.Kind)
        {
            case SqlKind.Numeric: WriteNumeric(inner, value.AsNumeric()); break;
            case SqlKind.Uuid: inner.Raw(value.AsGuid().ToByteArray(bigEndian: true)); break;
            case SqlKind.Interval:
                SqlInterval interval = value.AsInterval();
                inner.SignedVarint(interval.Months);
                inner.SignedVarint(interval.Days);
                inner.SignedVarint(interval.Microseconds);
                break;
            case SqlKind.Timetz:
                SqlTimeWithZone time = value.AsTimeWithZone();
                inner.SignedVarint(time.Microseconds);
                inner.SignedVarint(time.ZoneSeconds);
                break;
            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector:
                SqlArray array = value.AsArray();
                inner.SignedVarint(array.LowerBound);
                Begin(inner);
                for (int i = 0; i < array.Count; i++) Write(inner, i + 1, array.Items[i], type.ElementType);
                break;
            default:
                throw new SqlException(SqlStates.FeatureNotSupported, $"columns of type {type} are not stored");
        }

        writer.Bytes(inner.Written.Span);
    }

    private static SqlValue ReadBytes(ReadOnlyMemory<byte> bytes, SqlType type)
    {
        switch (type.Kind)
        {
            case SqlKind.Bytea: return SqlValue.Of(bytes.ToArray());
            case SqlKind.Uuid: return SqlValue.Of(new Guid(bytes.Span, bigEndian: true));
            case SqlKind.Numeric: return SqlValue.Of(ReadNumeric(bytes));
            case SqlKind.Interval:
            {
                var reader = new WireReader(bytes);
                return SqlValue.Of(new SqlInterval(
                    (int)reader.SignedVarint(), (int)reader.SignedVarint(), reader.SignedVarint()));
            }

            case SqlKind.Timetz:
            {
                var reader = new WireReader(bytes);
                return SqlValue.Of(new SqlTimeWithZone(reader.SignedVarint(), (int)reader.SignedVarint()));
            }

            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector: return SqlValue.Of(ReadArray(bytes, type));
            default: return SqlValue.Of(System.Text.Encoding.UTF8.GetString(bytes.Span));
        }
    }

    private static SqlArray ReadArray(ReadOnlyMemory<byte> bytes, SqlType type)
    {
        var reader = new WireReader(bytes);
        var lower = (int)reader.SignedVarint();
        if (reader.Byte() != Format) throw new LintelException(ErrorCode.Corruption, "an array has an unknown format");
        var items = new List<SqlValue>();
        while (reader.Remaining > 0)
        {
            var shape = (Shape)(reader.Varint() & ((1 << ShapeBits) - 1));
            items.Add(ReadValue(ref reader, shape, type.ElementType));
        }

        return new SqlArray(type.ElementType, [.. items], lower);
    }

    private static void WriteNumeric(WireWriter writer, SqlNumeric number)
    {
        if (!number.IsFinite)
        {
            writer.SignedVarint(number.IsNaN ? -1 : number.Sign > 0 ? -2 : -3);
            return;
        }

        writer.SignedVarint(number.Scale);
        writer.Raw(number.Unscaled.ToByteArray());
    }

    private static SqlNumeric ReadNumeric(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var scale = (int)reader.SignedVarint();
        return scale switch
        {
            -1 => SqlNumeric.NaN,
            -2 => SqlNumeric.PositiveInfinity,
            -3 => SqlNumeric.NegativeInfinity,
            _ => new SqlNumeric(new BigInteger(reader.Raw(reader.Remaining).Span), scale),
        };
    }
}

/// <summary>A column that a reader of rows wants.</summary>
/// <param name="ColumnId">Which.</param>
/// <param name="Register">Where its value goes.</param>
/// <param name="Type">Its type.</param>
/// <param name="Missing">Its value in rows that are older than the column.</param>
public readonly record struct WantedColumn(int ColumnId, int Register, SqlType Type, SqlValue Missing);
