using System.Globalization;
using System.Text;
using System.Text.Json;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>json and jsonb: access, construction, unfolding.</summary>
internal static class JsonFunctions
{
    public static void Register(FunctionRegistry table)
    {
        foreach (string type in (string[])["json", "jsonb"])
        {
            bool isBinary = type == "jsonb";
            table.AddOperator($"{type} -> text {type}", (in a, in b, _) => Member(a, b.AsString(), isBinary, asText: false));
            table.AddOperator($"{type} ->> text text", (in a, in b, _) => Member(a, b.AsString(), isBinary, asText: true));
            table.AddOperator($"{type} -> int4 {type}", (in a, in b, _) => Item(a, b.AsInt64(), isBinary, asText: false));
            table.AddOperator($"{type} ->> int4 text", (in a, in b, _) => Item(a, b.AsInt64(), isBinary, asText: true));
            table.AddOperator($"{type} #> _text {type}", (in a, in b, _) => AtPath(a, b.AsArray(), isBinary, asText: false));
            table.AddOperator($"{type} #>> _text text", (in a, in b, _) => AtPath(a, b.AsArray(), isBinary, asText: true));
            AddFunctions(table, type, isBinary);
        }

        table.AddTyped("to_json(anyelement) json stable", static (types, _) => (a, context) =>
            SqlValue.Of(JsonConversions.ToJson(a[0], types[0], context)));
        table.AddTyped("to_jsonb(anyelement) jsonb stable", static (types, _) => (a, context) =>
            SqlValue.Of(JsonText.Normalized(JsonConversions.ToJson(a[0], types[0], context))));
        table.AddTyped("row_to_json(record) json stable", static (types, _) => (a, context) =>
            SqlValue.Of(JsonConversions.ToJson(a[0], types[0], context)));
        table.AddTyped("array_to_json(anyarray) json stable", static (types, _) => (a, context) =>
            SqlValue.Of(JsonConversions.ToJson(a[0], types[0], context)));
        table.Add("jsonb_pretty(jsonb) text", (in a, _) => SqlValue.Of(Pretty(a.AsString())));
        table.AddOperator("jsonb ? text bool", (in a, in b, _) => SqlValue.Of(HasKey(a.AsString(), b.AsString())));
        table.AddOperator("jsonb @> jsonb bool", (in a, in b, _) => SqlValue.Of(Contains(a.AsString(), b.AsString())));
        table.AddOperator("jsonb <@ jsonb bool", (in a, in b, _) => SqlValue.Of(Contains(b.AsString(), a.AsString())));
    }

    private static void AddFunctions(FunctionRegistry table, string type, bool isBinary)
    {
        table.Add($"{type}_typeof({type}) text", (in a, _) => SqlValue.Of(TypeOf(a.AsString())));
        table.Add($"{type}_array_length({type}) int4", (in a, _) => SqlValue.Of(Length(a.AsString())));
        table.AddTyped($"{type}_build_object(variadic any) {type} stable nonstrict", (types, _) => (a, context) => BuildObject(a, types, isBinary, context));
        table.AddTyped($"{type}_build_array(variadic any) {type} stable nonstrict", (types, _) => (a, context) => BuildArray(a, types, isBinary, context));
        table.Add($"{type}_build_object() {type}", (_, _) => SqlValue.Of("{}"));
        table.Add($"{type}_build_array() {type}", (_, _) => SqlValue.Of("[]"));
        table.Add($"{type}_extract_path({type}, variadic text) {type}", (a, _) => AtPath(a[0], PathOf(a[1..]), isBinary, asText: false));
        table.Add($"{type}_extract_path_text({type}, variadic text) text", (a, _) => AtPath(a[0], PathOf(a[1..]), isBinary, asText: true));
        SqlType own = Parameter.Parse(type).Type;
        table.AddRows($"{type}_array_elements({type}) {type}", (a, _) => Elements(a[0].AsString(), isBinary, asText: false));
        table.AddRows($"{type}_array_elements_text({type}) text", (a, _) => Elements(a[0].AsString(), isBinary, asText: true));
        table.AddRows($"{type}_object_keys({type}) text", (a, _) => Keys(a[0].AsString()));
        table.AddRows($"{type}_each({type}) record", (a, _) => Each(a[0].AsString(), own, isBinary, asText: false), ("key", SqlType.Text), ("value", own));
        table.AddRows($"{type}_each_text({type}) record", (a, _) => Each(a[0].AsString(), SqlType.Text, isBinary, asText: true), ("key", SqlType.Text), ("value", SqlType.Text));
    }

    private static SqlArray PathOf(ReadOnlySpan<SqlValue> steps) => new(SqlType.Text, steps.ToArray());

    private static SqlValue Output(JsonElement element, bool isBinary, bool asText)
    {
        if (!asText)
        {
            if (!isBinary) return SqlValue.Of(element.GetRawText());
            var normal = new StringBuilder();
            JsonText.Append(normal, element);
            return SqlValue.Of(normal.ToString());
        }

        return element.ValueKind switch
        {
            JsonValueKind.Null => SqlValue.Null,
            JsonValueKind.String => SqlValue.Of(JsonText.StringOf(element)),
            _ => Output(element, isBinary, asText: false),
        };
    }

    private static SqlValue Member(in SqlValue json, string key, bool isBinary, bool asText)
    {
        using JsonDocument document = JsonText.Read(json.AsString());
        bool isThere = document.RootElement.ValueKind == JsonValueKind.Object & TryMember(document.RootElement, key, out JsonElement member);
        return isThere ? Output(member, isBinary, asText) : SqlValue.Null;
    }

    private static bool TryMember(JsonElement element, string key, out JsonElement member)
    {
        member = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out member);
    }

    private static SqlValue Item(in SqlValue json, long index, bool isBinary, bool asText)
    {
        using JsonDocument document = JsonText.Read(json.AsString());
        return TryItem(document.RootElement, index, out JsonElement item) ? Output(item, isBinary, asText) : SqlValue.Null;
    }

    private static bool TryItem(JsonElement element, long index, out JsonElement item)
    {
        item = default;
        if (element.ValueKind != JsonValueKind.Array) return false;
        long count = element.GetArrayLength();
        if (index < 0) index += count;
        if (index < 0 || index >= count) return false;
        item = element[(int)index];
        return true;
    }

    private static SqlValue AtPath(in SqlValue json, SqlArray path, bool isBinary, bool asText)
    {
        using JsonDocument document = JsonText.Read(json.AsString());
        JsonElement at = document.RootElement;
        foreach (SqlValue step in path.Items)
        {
            if (step.IsNull) return SqlValue.Null;
            string key = step.AsString();
            bool isThere = at.ValueKind == JsonValueKind.Array
                ? int.TryParse(key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index) && TryItem(at, index, out at)
                : TryMember(at, key, out at);
            if (!isThere) return SqlValue.Null;
        }

        return Output(at, isBinary, asText);
    }

    private static string TypeOf(string json)
    {
        using JsonDocument document = JsonText.Read(json);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            JsonValueKind.Null => "null",
            _ => "boolean",
        };
    }

    private static long Length(string json)
    {
        using JsonDocument document = JsonText.Read(json);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.Array => document.RootElement.GetArrayLength(),
            JsonValueKind.Object => throw Invalid("cannot get array length of a non-array"),
            _ => throw Invalid("cannot get array length of a scalar"),
        };
    }

    private static List<SqlValue> Elements(string json, bool isBinary, bool asText)
    {
        using JsonDocument document = JsonText.Read(json);
        if (document.RootElement.ValueKind == JsonValueKind.Object) throw Invalid("cannot extract elements from an object");
        if (document.RootElement.ValueKind != JsonValueKind.Array) throw Invalid("cannot extract elements from a scalar");
        var rows = new List<SqlValue>();
        foreach (JsonElement item in document.RootElement.EnumerateArray()) rows.Add(Output(item, isBinary, asText));
        return rows;
    }

    private static List<SqlValue> Keys(string json)
    {
        using JsonDocument document = JsonText.Read(json);
        return [.. Members(document, "call json_object_keys on").Select(member => SqlValue.Of(member.Name))];
    }

    private static List<SqlValue> Each(string json, SqlType type, bool isBinary, bool asText)
    {
        using JsonDocument document = JsonText.Read(json);
        return
        [
            .. Members(document, "deconstruct").Select(member => SqlValue.Of(new SqlRecord(
                [SqlType.Text, type], [SqlValue.Of(member.Name), Output(member.Value, isBinary, asText)]))),
        ];
    }

    private static JsonElement.ObjectEnumerator Members(JsonDocument document, string verb) => document.RootElement.ValueKind switch
    {
        JsonValueKind.Object => document.RootElement.EnumerateObject(),
        JsonValueKind.Array => throw Invalid($"cannot {verb} an array" + (verb == "deconstruct" ? " as an object" : "")),
        _ => throw Invalid($"cannot {verb} a scalar"),
    };

    private static SqlValue BuildObject(ReadOnlySpan<SqlValue> values, SqlType[] types, bool isBinary, EvaluationContext context)
    {
        if (values.Length % 2 != 0)
        {
            throw new SqlException(
                SqlStates.InvalidParameterValue, "argument list must have even number of elements",
                hint: $"The arguments of {(isBinary ? "jsonb" : "json")}_build_object() must consist of alternating keys and values.");
        }

        var text = new StringBuilder("{");
        for (int i = 0; i < values.Length; i += 2)
        {
            if (i > 0) text.Append(", ");
            if (values[i].IsNull)
                throw new SqlException(SqlStates.InvalidParameterValue, $"argument {i + 1} cannot be null", hint: "Object keys should be text.");
            JsonText.AppendQuoted(text, TextFormat.ToText(values[i], types[i], context.Types));
            text.Append(" : ").Append(JsonConversions.ToJson(values[i + 1], types[i + 1], context));
        }

        string result = text.Append('}').ToString();
        return SqlValue.Of(isBinary ? JsonText.Normalized(result) : result);
    }

    private static SqlValue BuildArray(ReadOnlySpan<SqlValue> values, SqlType[] types, bool isBinary, EvaluationContext context)
    {
        var text = new StringBuilder("[");
        for (int i = 0; i < values.Length; i++)
        {
            if (i > 0) text.Append(", ");
            text.Append(JsonConversions.ToJson(values[i], types[i], context));
        }

        string result = text.Append(']').ToString();
        return SqlValue.Of(isBinary ? JsonText.Normalized(result) : result);
    }

    private static bool HasKey(string json, string key)
    {
        using JsonDocument document = JsonText.Read(json);
        return document.RootElement.ValueKind switch
        {
            JsonValueKind.Object => document.RootElement.TryGetProperty(key, out _),
            JsonValueKind.Array => document.RootElement.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.String && e.GetString() == key),
            JsonValueKind.String => document.RootElement.GetString() == key,
            _ => false,
        };
    }

    private static bool Contains(string outer, string inner)
    {
        using JsonDocument whole = JsonText.Read(outer);
        using JsonDocument part = JsonText.Read(inner);
        bool isItem = whole.RootElement.ValueKind == JsonValueKind.Array
            && part.RootElement.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object);
        return isItem
            ? whole.RootElement.EnumerateArray().Any(e => Contains(e, part.RootElement))
            : Contains(whole.RootElement, part.RootElement);
    }

    private static bool Contains(JsonElement whole, JsonElement part)
    {
        if (whole.ValueKind != part.ValueKind) return false;
        switch (whole.ValueKind)
        {
            case JsonValueKind.Object:
                return part.EnumerateObject().All(p => whole.TryGetProperty(p.Name, out JsonElement own) && Contains(own, p.Value));
            case JsonValueKind.Array:
                return part.EnumerateArray().All(p => whole.EnumerateArray().Any(w => Contains(w, p)));
            case JsonValueKind.String: return whole.GetString() == part.GetString();
            case JsonValueKind.Number:
                return NumericText.Parse(whole.GetRawText()).Equals(NumericText.Parse(part.GetRawText()));
            default: return true;
        }
    }

    private static string Pretty(string json)
    {
        using JsonDocument document = JsonText.Read(json);
        var text = new StringBuilder();
        Pretty(text, document.RootElement, 0);
        return text.ToString();
    }

    private static void Pretty(StringBuilder text, JsonElement element, int depth)
    {
        bool isObject = element.ValueKind == JsonValueKind.Object;
        if (!isObject && element.ValueKind != JsonValueKind.Array)
        {
            JsonText.Append(text, element);
            return;
        }

        text.Append(isObject ? '{' : '[');
        bool isFirst = true;
        if (isObject)
        {
            foreach (JsonProperty member in element.EnumerateObject())
            {
                Line(text, ref isFirst, depth + 1);
                JsonText.AppendQuoted(text, member.Name);
                text.Append(": ");
                Pretty(text, member.Value, depth + 1);
            }
        }
        else
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                Line(text, ref isFirst, depth + 1);
                Pretty(text, item, depth + 1);
            }
        }

        text.Append('\n').Append(' ', depth * 4).Append(isObject ? '}' : ']');
    }

    private static void Line(StringBuilder text, ref bool isFirst, int depth)
    {
        if (!isFirst) text.Append(',');
        isFirst = false;
        text.Append('\n').Append(' ', depth * 4);
    }

    private static SqlException Invalid(string message) => new(SqlStates.InvalidParameterValue, message);
}
