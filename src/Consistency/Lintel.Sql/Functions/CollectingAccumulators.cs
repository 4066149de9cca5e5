using System.Text;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>string_agg of text.</summary>
internal sealed class StringAccumulator : Accumulator
{
    private StringBuilder? _text;

    public override long HeapBytes => _text is null ? 0 : _text.Length * 2L;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        if (arguments[0].IsNull) return;
        if (_text is null) _text = new StringBuilder();
        else if (!arguments[1].IsNull) _text.Append(arguments[1].AsString());
        _text.Append(arguments[0].AsString());
    }

    public override SqlValue Result(EvaluationContext context) => _text is null ? SqlValue.Null : SqlValue.Of(_text.ToString());
}

/// <summary>string_agg of bytea.</summary>
internal sealed class ByteaAccumulator : Accumulator
{
    private List<byte>? _bytes;

    public override long HeapBytes => _bytes?.Count ?? 0;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        if (arguments[0].IsNull) return;
        if (_bytes is null) _bytes = [];
        else if (!arguments[1].IsNull) _bytes.AddRange(arguments[1].AsBytes());
        _bytes.AddRange(arguments[0].AsBytes());
    }

    public override SqlValue Result(EvaluationContext context) => _bytes is null ? SqlValue.Null : SqlValue.Of([.. _bytes]);
}

/// <summary>array_agg.</summary>
internal sealed class ArrayAccumulator(SqlType element) : Accumulator
{
    private List<SqlValue>? _items;
    private long _bytes;

    public override long HeapBytes => _bytes;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        (_items ??= []).Add(arguments[0]);
        _bytes += 16 + arguments[0].HeapBytes;
    }

    public override SqlValue Result(EvaluationContext context) =>
        _items is null ? SqlValue.Null : SqlValue.Of(new SqlArray(element, [.. _items]));
}

/// <summary>json_agg and jsonb_agg.</summary>
internal sealed class JsonArrayAccumulator(SqlType type, bool isBinary) : Accumulator
{
    private StringBuilder? _text;

    public override long HeapBytes => _text is null ? 0 : _text.Length * 2L;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        if (_text is null) _text = new StringBuilder("[");
        else _text.Append(", ");
        _text.Append(JsonConversions.ToJson(arguments[0], type, context));
    }

    public override SqlValue Result(EvaluationContext context)
    {
        if (_text is null) return SqlValue.Null;
        string text = _text + "]";
        return SqlValue.Of(isBinary ? JsonText.Normalized(text) : text);
    }
}

/// <summary>json_object_agg and jsonb_object_agg.</summary>
internal sealed class JsonObjectAccumulator(SqlType keyType, SqlType valueType, bool isBinary) : Accumulator
{
    private StringBuilder? _text;

    public override long HeapBytes => _text is null ? 0 : _text.Length * 2L;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        if (arguments[0].IsNull) throw new SqlException(SqlStates.InvalidParameterValue, "field name must not be null");
        if (_text is null) _text = new StringBuilder("{ ");
        else _text.Append(", ");
        JsonText.AppendQuoted(_text, TextFormat.ToText(arguments[0], keyType, context.Types));
        _text.Append(" : ").Append(JsonConversions.ToJson(arguments[1], valueType, context));
    }

    public override SqlValue Result(EvaluationContext context)
    {
        if (_text is null) return SqlValue.Null;
        string text = _text + " }";
        return SqlValue.Of(isBinary ? JsonText.Normalized(text) : text);
    }
}
