using System.Collections.Immutable;
using System.Globalization;
using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Session;

/// <summary>Decodes the values of a Bind. The array is used again by the next one: sessions copy what they keep.</summary>
internal sealed class ParameterReader
{
    private SqlValue[] _values = [];

    /// <summary>
    /// The values, of the statement's types. Throws 08P01 for wrong counts, 22023 for an unknown format, and what the
    /// types' input functions throw.
    /// </summary>
    public ReadOnlySpan<SqlValue> Read(
        in BindMessage message, string statement, ImmutableArray<SqlType> types, TypeContext context)
    {
        int count = message.ParameterCount;
        if (message.ParameterFormatCount > 1 && message.ParameterFormatCount != count)
            throw new SqlException(
                SqlStates.ProtocolViolation,
                $"bind message has {message.ParameterFormatCount} parameter formats but {count} parameters");
        if (count != types.Length)
            throw new SqlException(
                SqlStates.ProtocolViolation,
                $"bind message supplies {count} parameters, but prepared statement \"{statement}\" requires {types.Length}");
        if (_values.Length < count) _values = new SqlValue[count];
        BindMessage.ValueEnumerator values = message.Values;
        for (int i = 0; i < count && values.MoveNext(); i++)
            _values[i] = values.IsNull ? SqlValue.Null : Decode(values.Current, message.ParameterFormat(i), types[i], context, i);
        return _values.AsSpan(0, count);
    }

    /// <summary>Forgets the values, so that large ones do not outlive their statement.</summary>
    public void Clear() => Array.Clear(_values);

    private static SqlValue Decode(ReadOnlySpan<byte> bytes, short format, SqlType type, TypeContext context, int index)
    {
        try
        {
            return format switch
            {
                (short)WireFormat.Text => TextFormat.Parse(bytes, type, context),
                (short)WireFormat.Binary => BinaryFormat.Read(bytes, type, context),
                _ => throw new SqlException(SqlStates.InvalidParameterValue, $"unsupported format code: {format}"),
            };
        }
        catch (SqlException wrong) when (wrong.Error.Context is null)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"portal parameter ${index + 1}");
            throw (wrong.Error with { Context = place }).ToException(wrong);
        }
    }
}
