using System.Globalization;
using System.Text;
using System.Text.Json;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>SQL values to JSON and back.</summary>
internal static class JsonConversions
{
    /// <summary>The JSON of a value: numbers and booleans as they are, arrays and rows unfolded, the rest as strings.</summary>
    public static string ToJson(in SqlValue value, SqlType type, EvaluationContext context)
    {
        var text = new StringBuilder();
        Append(text, value, type, context);
        return text.ToString();
    }

    /// <summary>The explicit cast of a jsonb scalar.</summary>
    public static UnaryFunction ToScalar(SqlKind kind) => (in SqlValue value, EvaluationContext _) =>
    {
        using JsonDocument document = JsonText.Read(value.AsString());
        JsonElement root = document.RootElement;
        if (kind == SqlKind.Bool)
            return root.ValueKind is JsonValueKind.True or JsonValueKind.False ? SqlValue.Of(root.GetBoolean()) : throw CannotCast(root, kind);
        if (root.ValueKind != JsonValueKind.Number) throw CannotCast(root, kind);
        SqlNumeric number = NumericText.Parse(root.GetRawText());
        return kind switch
        {
            SqlKind.Numeric => SqlValue.Of(number),
            SqlKind.Float4 => SqlValue.Of(NumericText.ToSingle(number)),
            SqlKind.Float8 => SqlValue.Of(NumericText.ToDouble(number)),
            _ => SqlValue.Of(NumberConversions.ToInteger(number, kind)),
        };
    };

    private static void Append(StringBuilder text, in SqlValue value, SqlType type, EvaluationContext context)
    {
        if (value.IsNull)
        {
            text.Append("null");
            return;
        }

        switch (type.Kind)
        {
            case SqlKind.Bool: text.Append(value.AsBool() ? "true" : "false"); return;
            case SqlKind.Json or SqlKind.Jsonb: text.Append(value.AsString()); return;
            case SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8:
                text.Append(CultureInfo.InvariantCulture, $"{value.AsInt64()}");
                return;
            case SqlKind.Float4 or SqlKind.Float8 when double.IsFinite(value.AsDouble()):
            case SqlKind.Numeric when value.AsNumeric().IsFinite:
                text.Append(TextFormat.ToText(value, type, context.Types));
                return;
            case SqlKind.Array or SqlKind.Int2Vector or SqlKind.OidVector: AppendArray(text, value.AsArray(), context); return;
            case SqlKind.Record: AppendRecord(text, value.AsRecord(), context); return;
            case SqlKind.Timestamp or SqlKind.Timestamptz or SqlKind.Date: AppendDateTime(text, value, type, context); return;
            default: JsonText.AppendQuoted(text, TextFormat.ToText(value, type, context.Types)); return;
        }
    }

    private static void AppendArray(StringBuilder text, SqlArray array, EvaluationContext context)
    {
        text.Append('[');
        for (int i = 0; i < array.Count; i++)
        {
            if (i > 0) text.Append(',');
            Append(text, array.Items[i], array.ElementType, context);
        }

        text.Append(']');
    }

    private static void AppendRecord(StringBuilder text, SqlRecord record, EvaluationContext context)
    {
        text.Append('{');
        for (int i = 0; i < record.Fields.Length; i++)
        {
            if (i > 0) text.Append(',');
            text.Append(CultureInfo.InvariantCulture, $"\"f{i + 1}\":");
            Append(text, record.Fields[i], record.Types[i], context);
        }

        text.Append('}');
    }

    /// <summary>ISO 8601 has a T between date and time, and minutes in every zone.</summary>
    private static void AppendDateTime(StringBuilder text, in SqlValue value, SqlType type, EvaluationContext context)
    {
        string plain = TextFormat.ToText(value, type, context.Types);
        if (type.Kind != SqlKind.Date) plain = plain.Replace(' ', 'T').Replace("TBC", " BC", StringComparison.Ordinal);
        bool isShortZone = type.Kind == SqlKind.Timestamptz && plain.Length > 3 && plain[^3] is '+' or '-' && plain.Contains(':', StringComparison.Ordinal);
        JsonText.AppendQuoted(text, isShortZone ? plain + ":00" : plain);
    }

    private static SqlException CannotCast(JsonElement element, SqlKind kind)
    {
        string name = element.ValueKind switch
        {
            JsonValueKind.Null => "null",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "numeric",
            JsonValueKind.True or JsonValueKind.False => "boolean",
            JsonValueKind.Array => "array",
            _ => "object",
        };
        return new SqlException(
            SqlStates.InvalidParameterValue, $"cannot cast jsonb {name} to type {TypeRegistry.Of(kind).DisplayName}");
    }
}
