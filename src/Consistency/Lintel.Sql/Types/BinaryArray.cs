using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>Arrays, vectors and rows in binary.</summary>
internal static class BinaryArray
{
    private const int NullLength = -1;

    public static SqlArray Read(ReadOnlySpan<byte> bytes, SqlType type, TypeContext context)
    {
        int dimensions = Int32(ref bytes);
        int flags = Int32(ref bytes);
        var elementOid = (uint)Int32(ref bytes);
        if (dimensions is < 0 or > 6) throw Invalid($"invalid number of dimensions: {dimensions}");
        if (flags is not (0 or 1)) throw Invalid("invalid array flags");
        if (dimensions > 1)
            throw new SqlException(SqlStates.FeatureNotSupported, "arrays of more than one dimension are not supported");
        SqlType element = type.ElementType;
        if (elementOid != element.TypeOid)
        {
            throw new SqlException(
                SqlStates.DatatypeMismatch,
                string.Create(CultureInfo.InvariantCulture, $"binary data has array element type {elementOid} instead of expected {element.TypeOid} ({element})"));
        }

        int lowerDefault = type.IsArray ? 1 : 0;
        if (dimensions == 0) return bytes.IsEmpty ? new SqlArray(element, [], lowerDefault) : throw BinaryFormat.Malformed();
        int count = Int32(ref bytes);
        int lower = Int32(ref bytes);
        // Every element takes at least its length: a count that lies is known before anything is allocated.
        if (count < 0 || count > bytes.Length / sizeof(int)) throw BinaryFormat.TooFew();
        var items = new SqlValue[count];
        for (int i = 0; i < count; i++)
        {
            int length = Int32(ref bytes);
            if (length == NullLength) continue;
            if (length < 0 || length > bytes.Length) throw BinaryFormat.TooFew();
            items[i] = BinaryFormat.Read(bytes[..length], element, context);
            bytes = bytes[length..];
        }

        return bytes.IsEmpty ? new SqlArray(element, items, lower) : throw BinaryFormat.Malformed();
    }

    public static void Write(IBufferWriter<byte> output, SqlArray array, TypeContext context)
    {
        bool isEmpty = array.Count == 0 && array.LowerBound == 1;
        bool hasNull = Array.Exists(array.Items, item => item.IsNull);
        output.Int32(isEmpty ? 0 : 1);
        output.Int32(hasNull ? 1 : 0);
        output.Int32((int)array.ElementType.TypeOid);
        if (isEmpty) return;
        output.Int32(array.Count);
        output.Int32(array.LowerBound);
        var buffer = new ArrayBufferWriter<byte>();
        foreach (ref readonly SqlValue item in array.Items.AsSpan()) WriteField(output, item, array.ElementType, buffer, context);
    }

    public static void WriteRecord(IBufferWriter<byte> output, SqlRecord record, TypeContext context)
    {
        output.Int32(record.Fields.Length);
        var buffer = new ArrayBufferWriter<byte>();
        for (int i = 0; i < record.Fields.Length; i++)
        {
            output.Int32((int)record.Types[i].TypeOid);
            WriteField(output, record.Fields[i], record.Types[i], buffer, context);
        }
    }

    private static void WriteField(
        IBufferWriter<byte> output, in SqlValue value, SqlType type, ArrayBufferWriter<byte> buffer, TypeContext context)
    {
        if (value.IsNull)
        {
            output.Int32(NullLength);
            return;
        }

        buffer.ResetWrittenCount();
        BinaryFormat.Write(buffer, value, type, context);
        output.Int32(buffer.WrittenCount);
        output.Write(buffer.WrittenSpan);
    }

    private static int Int32(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < sizeof(int)) throw BinaryFormat.TooFew();
        int value = BinaryPrimitives.ReadInt32BigEndian(bytes);
        bytes = bytes[sizeof(int)..];
        return value;
    }

    private static SqlException Invalid(string message) => new(SqlStates.InvalidBinaryRepresentation, message);
}
