using System.Buffers;
using System.Text;

namespace Lintel.Sql.Types;

/// <summary>
/// The text form of values, as PostgreSQL 15 reads and prints it with DateStyle ISO: the wire's text format, literals,
/// casts to and from text, COPY.
/// </summary>
public static partial class TextFormat
{
    /// <summary>
    /// Reads a value that is not NULL and applies the type's modifier as an assignment does. Throws what PostgreSQL's
    /// input function throws (22P02, 22003, 22007, 22008, 22001 ...).
    /// </summary>
    public static SqlValue Parse(ReadOnlySpan<char> text, SqlType type, TypeContext context) =>
        throw new NotSupportedException();

    /// <summary>The same from UTF-8; malformed bytes are refused with 22021.</summary>
    public static SqlValue Parse(ReadOnlySpan<byte> utf8, SqlType type, TypeContext context) =>
        throw new NotSupportedException();

    /// <summary>Writes a value that is not NULL as UTF-8. Scalars allocate nothing.</summary>
    public static void Write(IBufferWriter<byte> output, in SqlValue value, SqlType type, TypeContext context) =>
        throw new NotSupportedException();

    /// <summary>The text of a value that is not NULL.</summary>
    public static string ToText(in SqlValue value, SqlType type, TypeContext context) =>
        throw new NotSupportedException();
}
