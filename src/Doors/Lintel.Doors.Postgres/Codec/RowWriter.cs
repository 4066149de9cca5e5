using System.Collections.Immutable;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Doors.Postgres.Codec;

/// <summary>Writes the rows of one result: types, formats and settings are looked at once, values go straight into the buffer.</summary>
public sealed class RowWriter(OutputBuffer output)
{
    private SqlType[] _types = [];
    private WireFormat[] _formats = [];
    private int _count;
    private TypeContext _context = TypeContext.Default;

    /// <summary>The result that the next rows belong to.</summary>
    public void Begin(ImmutableArray<ResultColumn> columns, ResultFormats formats, TypeContext context)
    {
        _count = columns.Length;
        if (_types.Length < _count)
        {
            _types = new SqlType[_count];
            _formats = new WireFormat[_count];
        }

        for (int i = 0; i < _count; i++)
        {
            _types[i] = columns[i].Type;
            _formats[i] = formats[i];
        }

        _context = context;
    }

    /// <summary>One DataRow. When a value cannot be printed the whole message is taken back before the error goes on.</summary>
    public void Row(ReadOnlySpan<SqlValue> values)
    {
        if (values.Length != _count)
            throw new ArgumentException($"a row of {values.Length} values in a result of {_count} columns", nameof(values));
        int start = output.BeginMessage(BackendKind.DataRow);
        bool whole = false;
        try
        {
            output.Int16(_count);
            for (int i = 0; i < values.Length; i++) Value(in values[i], i);
            output.EndMessage(start);
            whole = true;
        }
        finally
        {
            if (!whole) output.Cut(start);
        }
    }

    private void Value(in SqlValue value, int column)
    {
        if (value.IsNull)
        {
            output.Int32(-1);
            return;
        }

        int start = output.BeginValue();
        if (_formats[column] == WireFormat.Binary) BinaryFormat.Write(output, in value, _types[column], _context);
        else TextFormat.Write(output, in value, _types[column], _context);
        output.EndValue(start);
    }
}
