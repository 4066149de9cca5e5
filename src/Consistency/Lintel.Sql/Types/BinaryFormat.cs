using System.Buffers;

namespace Lintel.Sql.Types;

/// <summary>The binary form of values, as PostgreSQL's send and receive functions have it. NULL is the caller's business.</summary>
public static partial class BinaryFormat
{
    /// <summary>Reads a value and applies the type's modifier. Throws 22P03 for bytes that make no value of the type.</summary>
    public static SqlValue Read(ReadOnlySpan<byte> bytes, SqlType type, TypeContext context) =>
        throw new NotSupportedException();

    /// <summary>Writes a value that is not NULL, without a length. Scalars allocate nothing.</summary>
    public static void Write(IBufferWriter<byte> output, in SqlValue value, SqlType type, TypeContext context) =>
        throw new NotSupportedException();
}
