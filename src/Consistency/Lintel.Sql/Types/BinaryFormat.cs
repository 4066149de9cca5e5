using System.Buffers;
using System.Buffers.Binary;

namespace Lintel.Sql.Types;

/// <summary>The binary form of values, as PostgreSQL's send and receive functions have it. NULL is the caller's business.</summary>
public static class BinaryFormat
{
    private const byte JsonbVersion = 1;

    /// <summary>
    /// Reads a value and applies the type's modifier. Throws 22P03 for bytes that make no value of the type and 08P01 when
    /// there are too few.
    /// </summary>
    public static SqlValue Read(ReadOnlySpan<byte> bytes, SqlType type, TypeContext context)
    {
        switch (type.Kind)
        {
            case SqlKind.Bool: return SqlValue.Of(Exactly(bytes, 1)[0] != 0);
            case SqlKind.Char: return SqlValue.Of((long)Exactly(bytes, 1)[0]);
            case SqlKind.Int2: return SqlValue.Of((long)BinaryPrimitives.ReadInt16BigEndian(Exactly(bytes, 2)));
            case SqlKind.Int4: return SqlValue.Of((long)BinaryPrimitives.ReadInt32BigEndian(Exactly(bytes, 4)));
            case SqlKind.Int8: return SqlValue.Of(BinaryPrimitives.ReadInt64BigEndian(Exactly(bytes, 8)));
            case SqlKind.Float4: return SqlValue.Of((double)BinaryPrimitives.ReadSingleBigEndian(Exactly(bytes, 4)));
            case SqlKind.Float8: return SqlValue.Of(BinaryPrimitives.ReadDoubleBigEndian(Exactly(bytes, 8)));
            case SqlKind.Oid or SqlKind.Xid or SqlKind.Cid:
                return SqlValue.Of((long)BinaryPrimitives.ReadUInt32BigEndian(Exactly(bytes, 4)));
            case SqlKind.Numeric: return SqlValue.Of(NumericText.Fit(BinaryNumeric.Read(bytes), type));
            case SqlKind.Bytea: return SqlValue.Of(bytes.ToArray());
            case SqlKind.Uuid: return SqlValue.Of(new Guid(Exactly(bytes, 16), bigEndian: true));
            case SqlKind.Date or SqlKind.Time or SqlKind.Timetz or SqlKind.Timestamp or SqlKind.Timestamptz or SqlKind.Interval:
                return BinaryDateTime.Read(bytes, type);
            case SqlKind.Jsonb: return SqlValue.Of(ReadJsonb(bytes));
            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector: return SqlValue.Of(BinaryArray.Read(bytes, type, context));
            case SqlKind.Void: return SqlValue.Of("");
            case SqlKind.Record or SqlKind.Tid or SqlKind.AclItem or SqlKind.NodeTree:
                throw new SqlException(SqlStates.FeatureNotSupported, $"no binary input function available for type {type}");
            default:
                return ObjectText.Covers(type.Kind)
                    ? SqlValue.Of((long)BinaryPrimitives.ReadUInt32BigEndian(Exactly(bytes, 4)))
                    : TextFormat.Parse(bytes, type, context);
        }
    }

    /// <summary>Writes a value that is not NULL, without a length. Scalars allocate nothing.</summary>
    public static void Write(IBufferWriter<byte> output, in SqlValue value, SqlType type, TypeContext context)
    {
        switch (type.Kind)
        {
            case SqlKind.Bool: output.Byte(value.AsBool() ? (byte)1 : (byte)0); break;
            case SqlKind.Char: output.Byte((byte)value.AsInt64()); break;
            case SqlKind.Int2: output.Int16((short)value.AsInt64()); break;
            case SqlKind.Int4 or SqlKind.Oid or SqlKind.Xid or SqlKind.Cid: output.Int32((int)value.AsInt64()); break;
            case SqlKind.Int8: output.Int64(value.AsInt64()); break;
            case SqlKind.Float4: output.Int32(SingleBits(value.AsDouble())); break;
            case SqlKind.Float8: output.Int64(DoubleBits(value.AsDouble())); break;
            case SqlKind.Numeric: BinaryNumeric.Write(output, value.AsNumeric()); break;
            case SqlKind.Bytea: output.Write(value.AsBytes()); break;
            case SqlKind.Uuid:
                value.AsGuid().TryWriteBytes(output.GetSpan(16), bigEndian: true, out int written);
                output.Advance(written);
                break;
            case SqlKind.Date or SqlKind.Time or SqlKind.Timetz or SqlKind.Timestamp or SqlKind.Timestamptz or SqlKind.Interval:
                BinaryDateTime.Write(output, value, type);
                break;
            case SqlKind.Jsonb:
                output.Byte(JsonbVersion);
                TextParts.Write(output, value.AsString());
                break;
            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector: BinaryArray.Write(output, value.AsArray(), context); break;
            case SqlKind.Record: BinaryArray.WriteRecord(output, value.AsRecord(), context); break;
            case SqlKind.Void: break;
            default:
                if (ObjectText.Covers(type.Kind)) output.Int32((int)value.AsInt64());
                else TextFormat.Write(output, value, type, context);
                break;
        }
    }

    /// <summary>The bytes, when they are as many as wanted.</summary>
    internal static ReadOnlySpan<byte> Exactly(ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length == count) return bytes;
        throw bytes.Length < count ? TooFew() : Malformed();
    }

    /// <summary>08P01.</summary>
    internal static SqlException TooFew() => new(SqlStates.ProtocolViolation, "insufficient data left in message");

    /// <summary>22P03.</summary>
    internal static SqlException Malformed() => new(SqlStates.InvalidBinaryRepresentation, "incorrect binary data format");

    // There is one NaN on the wire; computations make others.
    private static long DoubleBits(double value) => double.IsNaN(value) ? 0x7ff8_0000_0000_0000 : BitConverter.DoubleToInt64Bits(value);

    private static int SingleBits(double value) => double.IsNaN(value) ? 0x7fc0_0000 : BitConverter.SingleToInt32Bits((float)value);

    private static string ReadJsonb(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) throw TooFew();
        if (bytes[0] != JsonbVersion)
            throw new SqlException(SqlStates.InternalError, $"unsupported jsonb version number {bytes[0]}");
        return JsonText.Normalized(Utf8Text.Decode(bytes[1..]));
    }
}

/// <summary>Big-endian numbers into a buffer.</summary>
internal static class BigEndianOutput
{
    public static void Byte(this IBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public static void Int16(this IBufferWriter<byte> output, short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(2), value);
        output.Advance(2);
    }

    public static void Int32(this IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    public static void Int64(this IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), value);
        output.Advance(8);
    }
}
