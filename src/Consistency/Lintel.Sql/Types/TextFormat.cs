using System.Buffers;
using System.Globalization;
using System.Text;

namespace Lintel.Sql.Types;

/// <summary>
/// The text form of values, as PostgreSQL 15 reads and prints it with DateStyle ISO: the wire's text format, literals,
/// casts to and from text, COPY.
/// </summary>
public static class TextFormat
{
    private const int StackCharacters = 256;

    /// <summary>
    /// Reads a value that is not NULL and applies the type's modifier as an assignment does. Throws what PostgreSQL's
    /// input function throws (22P02, 22003, 22007, 22008, 22001 ...).
    /// </summary>
    public static SqlValue Parse(ReadOnlySpan<char> text, SqlType type, TypeContext context)
    {
        switch (type.Kind)
        {
            case SqlKind.Int4: return SqlValue.Of(ScalarText.ParseInteger(text, int.MinValue, int.MaxValue, "integer"));
            case SqlKind.Int8: return SqlValue.Of(ScalarText.ParseInteger(text, long.MinValue, long.MaxValue, "bigint"));
            case SqlKind.Int2: return SqlValue.Of(ScalarText.ParseInteger(text, short.MinValue, short.MaxValue, "smallint"));
            case SqlKind.Bool: return SqlValue.Of(ScalarText.ParseBool(text));
            case SqlKind.Float8: return SqlValue.Of(FloatText.ParseDouble(text));
            case SqlKind.Float4: return SqlValue.Of(FloatText.ParseSingle(text));
            case SqlKind.Numeric: return SqlValue.Of(NumericText.Fit(NumericText.Parse(text), type));
            case SqlKind.Date: return SqlValue.Of((long)DateTimeText.ParseDate(text, context));
            case SqlKind.Time: return SqlValue.Of(DateTimeText.ParseTime(text, type.Modifier, context));
            case SqlKind.Timetz: return SqlValue.Of(DateTimeText.ParseTimetz(text, type.Modifier, context));
            case SqlKind.Timestamp: return SqlValue.Of(DateTimeText.ParseTimestamp(text, type.Modifier, context));
            case SqlKind.Timestamptz: return SqlValue.Of(DateTimeText.ParseTimestamptz(text, type.Modifier, context));
            case SqlKind.Interval: return SqlValue.Of(DateTimeText.ParseInterval(text, type.Modifier, context));
            case SqlKind.Uuid: return SqlValue.Of(ScalarText.ParseUuid(text));
            case SqlKind.Bytea: return SqlValue.Of(ScalarText.ParseBytea(text));
            case SqlKind.Char: return SqlValue.Of(ScalarText.ParseChar(text));
            case SqlKind.Oid or SqlKind.Xid or SqlKind.Cid:
                return SqlValue.Of(ScalarText.ParseOid(text, TypeRegistry.Of(type.Kind).Name));
            case SqlKind.Array: return SqlValue.Of(ArrayText.Parse(text, type.ElementType, context));
            case SqlKind.Int2Vector or SqlKind.OidVector: return SqlValue.Of(ArrayText.ParseVector(text, type.ElementType, context));
            case SqlKind.Record:
                throw new SqlException(SqlStates.FeatureNotSupported, "input of anonymous composite types is not implemented");
            default:
                return ObjectText.Covers(type.Kind)
                    ? SqlValue.Of((long)ObjectText.Parse(text, type.Kind, context))
                    : SqlValue.Of(OwnText(text.ToString(), type));
        }
    }

    /// <summary>The same from UTF-8; malformed bytes are refused with 22021.</summary>
    public static SqlValue Parse(ReadOnlySpan<byte> utf8, SqlType type, TypeContext context)
    {
        if (type.Kind is SqlKind.Text or SqlKind.Varchar && type.Modifier < 0) return SqlValue.Of(Utf8Text.Decode(utf8));
        if (utf8.Length > StackCharacters) return Parse(Utf8Text.Decode(utf8), type, context);
        Span<char> text = stackalloc char[StackCharacters];
        return Parse(text[..Utf8Text.Decode(utf8, text)], type, context);
    }

    /// <summary>Writes a value that is not NULL as UTF-8. Scalars allocate nothing.</summary>
    public static void Write(IBufferWriter<byte> output, in SqlValue value, SqlType type, TypeContext context)
    {
        switch (type.Kind)
        {
            case SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8 or SqlKind.Oid or SqlKind.Xid or SqlKind.Cid:
                value.AsInt64().TryFormat(output.GetSpan(24), out int written, default, CultureInfo.InvariantCulture);
                output.Advance(written);
                return;
            case SqlKind.Text or SqlKind.Varchar or SqlKind.Bpchar or SqlKind.Name or SqlKind.Json or SqlKind.Jsonb
                or SqlKind.Unknown or SqlKind.NodeTree or SqlKind.AclItem or SqlKind.Tid:
                TextParts.Write(output, value.AsString());
                return;
            case SqlKind.Bool:
                output.GetSpan(1)[0] = value.AsBool() ? (byte)'t' : (byte)'f';
                output.Advance(1);
                return;
            case SqlKind.Numeric: NumericText.Write(output, value.AsNumeric()); return;
            case SqlKind.Bytea: ScalarText.WriteBytea(output, value.AsBytes(), context.ByteaOutput); return;
            case SqlKind.Uuid:
                value.AsGuid().TryFormat(output.GetSpan(36), out int uuid, "D");
                output.Advance(uuid);
                return;
            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector or SqlKind.Record or SqlKind.Char or SqlKind.Void:
                TextParts.Write(output, ToText(value, type, context));
                return;
            default:
                if (ObjectText.Covers(type.Kind)) TextParts.Write(output, ObjectText.Print(value.AsOid(), type.Kind, context));
                else output.Advance(Format(output.GetSpan(DateTimeWriter.IntervalLengthMax), value, type, context));
                return;
        }
    }

    /// <summary>The text of a value that is not NULL.</summary>
    public static string ToText(in SqlValue value, SqlType type, TypeContext context)
    {
        switch (type.Kind)
        {
            case SqlKind.Text or SqlKind.Varchar or SqlKind.Bpchar or SqlKind.Name or SqlKind.Json or SqlKind.Jsonb
                or SqlKind.Unknown or SqlKind.NodeTree or SqlKind.AclItem or SqlKind.Tid:
                return value.AsString();
            case SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8 or SqlKind.Oid or SqlKind.Xid or SqlKind.Cid:
                return value.AsInt64().ToString(CultureInfo.InvariantCulture);
            case SqlKind.Bool: return value.AsBool() ? "t" : "f";
            case SqlKind.Numeric: return NumericText.Print(value.AsNumeric());
            case SqlKind.Uuid: return value.AsGuid().ToString("D");
            case SqlKind.Void: return "";
            case SqlKind.Char: return value.AsInt64() == 0 ? "" : ((char)value.AsInt64()).ToString();
            case SqlKind.Bytea:
                return context.ByteaOutput == ByteaOutput.Escape
                    ? ScalarText.Escape(value.AsBytes())
                    : "\\x" + Convert.ToHexStringLower(value.AsBytes());
            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector or SqlKind.Record:
                return CompositeText(value, type, context);
            default:
                if (ObjectText.Covers(type.Kind)) return ObjectText.Print(value.AsOid(), type.Kind, context);
                Span<byte> buffer = stackalloc byte[DateTimeWriter.IntervalLengthMax];
                return Encoding.ASCII.GetString(buffer[..Format(buffer, value, type, context)]);
        }
    }

    private static string CompositeText(in SqlValue value, SqlType type, TypeContext context)
    {
        var text = new StringBuilder();
        if (type.Kind == SqlKind.Array) ArrayText.Write(text, value.AsArray(), context);
        else if (type.Kind == SqlKind.Record) ArrayText.WriteRecord(text, value.AsRecord(), context);
        else ArrayText.WriteVector(text, value.AsArray());
        return text.ToString();
    }

    private static string OwnText(string text, SqlType type) => type.Kind switch
    {
        SqlKind.Varchar or SqlKind.Bpchar => CharacterLimits.Fit(text, type, isExplicit: false),
        SqlKind.Name => ScalarText.FitName(text),
        SqlKind.Json => JsonText.Validated(text),
        SqlKind.Jsonb => JsonText.Normalized(text),
        _ => text,
    };

    private static int Format(Span<byte> buffer, in SqlValue value, SqlType type, TypeContext context) => type.Kind switch
    {
        SqlKind.Float8 => FloatText.Write(buffer, value.AsDouble(), context.ExtraFloatDigits),
        SqlKind.Float4 => FloatText.WriteSingle(buffer, (float)value.AsDouble(), context.ExtraFloatDigits),
        SqlKind.Date => DateTimeWriter.Date(buffer, value.AsInt64()),
        SqlKind.Time => DateTimeWriter.Time(buffer, value.AsInt64()),
        SqlKind.Timetz => DateTimeWriter.TimeWithZone(buffer, value.AsTimeWithZone()),
        SqlKind.Timestamp => DateTimeWriter.Timestamp(buffer, value.AsInt64()),
        SqlKind.Timestamptz => DateTimeWriter.Timestamptz(buffer, value.AsInt64(), context.TimeZone),
        SqlKind.Interval => DateTimeWriter.Interval(buffer, value.AsInterval(), context.IntervalStyle),
        _ => throw new InvalidOperationException($"{type} has no text form"),
    };
}
