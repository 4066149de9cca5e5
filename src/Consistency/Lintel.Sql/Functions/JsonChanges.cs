using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Changed copies of jsonb values: joined, with parts set, inserted or removed.</summary>
internal static class JsonChanges
{
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = JsonText.DepthMax };
    private static readonly JsonSerializerOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = JsonText.DepthMax + 1 };

    public static void Register(FunctionRegistry table)
    {
        table.AddOperator("jsonb || jsonb jsonb", (in a, in b, _) => Written(Joined(Parsed(a), Parsed(b))));
        table.AddOperator("jsonb - text jsonb", (in a, in b, _) => Written(Without(Parsed(a), [b.AsString()])));
        table.AddOperator("jsonb - _text jsonb", (in a, in b, _) => Written(Without(Parsed(a), Texts(b.AsArray()))));
        table.AddOperator("jsonb - int4 jsonb", (in a, in b, _) => Written(WithoutItem(Parsed(a), b.AsInt64())));
        table.AddOperator("jsonb #- _text jsonb", (in a, in b, _) => Written(WithoutPath(Parsed(a), Texts(b.AsArray()))));
        table.AddOperator("jsonb ?| _text bool", (in a, in b, _) => SqlValue.Of(Texts(b.AsArray()).Any(Keys(Parsed(a)).Contains)));
        table.AddOperator("jsonb ?& _text bool", (in a, in b, _) => SqlValue.Of(Texts(b.AsArray()).All(Keys(Parsed(a)).Contains)));
        table.Add("jsonb_set(jsonb, _text, jsonb) jsonb", (a, _) => Set(a[0], a[1], a[2], canCreate: true));
        table.Add("jsonb_set(jsonb, _text, jsonb, bool) jsonb", (a, _) => Set(a[0], a[1], a[2], a[3].AsBool()));
        table.Add("jsonb_insert(jsonb, _text, jsonb) jsonb", (a, _) => Insert(a[0], a[1], a[2], isAfter: false));
        table.Add("jsonb_insert(jsonb, _text, jsonb, bool) jsonb", (a, _) => Insert(a[0], a[1], a[2], a[3].AsBool()));
        table.Add("jsonb_strip_nulls(jsonb) jsonb", (in a, _) => SqlValue.Of(JsonText.Normalized(WithoutNulls(a.AsString()))));
        table.Add("json_strip_nulls(json) json", (in a, _) => SqlValue.Of(WithoutNulls(a.AsString())));
    }

    private static JsonNode? Parsed(in SqlValue json)
    {
        JsonText.Read(json.AsString()).Dispose();
        return JsonNode.Parse(json.AsString(), documentOptions: Reading);
    }

    private static SqlValue Written(JsonNode? node) => SqlValue.Of(JsonText.Normalized(node?.ToJsonString(Writing) ?? "null"));

    private static List<string> Texts(SqlArray array) => [.. array.Items.Where(item => !item.IsNull).Select(item => item.AsString())];

    private static HashSet<string> Keys(JsonNode? node) => node switch
    {
        JsonObject members => [.. members.Select(member => member.Key)],
        JsonArray items => [.. items.Where(IsString).Select(item => item!.GetValue<string>())],
        _ => IsString(node) ? [node!.GetValue<string>()] : [],
    };

    private static bool IsString(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

    private static JsonNode? Joined(JsonNode? left, JsonNode? right)
    {
        if (left is JsonObject first && right is JsonObject second)
        {
            foreach ((string name, JsonNode? value) in second) first[name] = value?.DeepClone();
            return first;
        }

        var items = new JsonArray();
        foreach (JsonNode? side in (JsonNode?[])[left, right])
        {
            if (side is JsonArray array)
                foreach (JsonNode? item in array) items.Add(item?.DeepClone());
            else items.Add(side?.DeepClone());
        }

        return items;
    }

    private static JsonNode? Without(JsonNode? node, List<string> keys)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (string key in keys) members.Remove(key);
                return members;
            case JsonArray items:
                for (int i = items.Count - 1; i >= 0; i--)
                    if (IsString(items[i]) && keys.Contains(items[i]!.GetValue<string>())) items.RemoveAt(i);
                return items;
            default: throw new SqlException(SqlStates.InvalidParameterValue, "cannot delete from scalar");
        }
    }

    private static JsonArray WithoutItem(JsonNode? node, long index)
    {
        if (node is JsonObject) throw new SqlException(SqlStates.InvalidParameterValue, "cannot delete from object using integer index");
        if (node is not JsonArray items) throw new SqlException(SqlStates.InvalidParameterValue, "cannot delete from scalar");
        if (index < 0) index += items.Count;
        if (index >= 0 && index < items.Count) items.RemoveAt((int)index);
        return items;
    }

    private static JsonNode? WithoutPath(JsonNode? node, List<string> path)
    {
        if (node is not (JsonObject or JsonArray)) throw new SqlException(SqlStates.InvalidParameterValue, "cannot delete path in scalar");
        if (path.Count == 0 || Parent(node, path) is not { } parent) return node;
        if (parent is JsonObject members) members.Remove(path[^1]);
        else if (parent is JsonArray items && Index(path[^1], path.Count, items.Count) is { } index && index >= 0 && index < items.Count) items.RemoveAt(index);
        return node;
    }

    private static JsonNode? Parent(JsonNode? node, List<string> path)
    {
        for (int i = 0; i < path.Count - 1; i++)
        {
            node = node switch
            {
                JsonObject members => members[path[i]],
                JsonArray items => Index(path[i], i + 1, items.Count) is var index && index >= 0 && index < items.Count ? items[index] : null,
                _ => null,
            };
        }

        return node;
    }

    private static int Index(string step, int position, int count)
    {
        if (!int.TryParse(step, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
        {
            throw new SqlException(
                SqlStates.InvalidTextRepresentation, $"path element at position {position} is not an integer: \"{step}\"");
        }

        return index < 0 ? index + count : index;
    }

    private static SqlValue Set(in SqlValue json, in SqlValue path, in SqlValue value, bool canCreate)
    {
        JsonNode? node = Parsed(json);
        if (node is not (JsonObject or JsonArray)) throw new SqlException(SqlStates.InvalidParameterValue, "cannot set path in scalar");
        List<string> steps = Texts(path.AsArray());
        if (steps.Count == 0) return json;
        switch (Parent(node, steps))
        {
            case JsonObject members when canCreate || members.ContainsKey(steps[^1]):
                members[steps[^1]] = Parsed(value);
                break;
            case JsonArray items:
                int index = Index(steps[^1], steps.Count, items.Count);
                if (index >= 0 && index < items.Count) items[index] = Parsed(value);
                else if (canCreate) items.Insert(index < 0 ? 0 : items.Count, Parsed(value));
                break;
        }

        return Written(node);
    }

    private static SqlValue Insert(in SqlValue json, in SqlValue path, in SqlValue value, bool isAfter)
    {
        JsonNode? node = Parsed(json);
        if (node is not (JsonObject or JsonArray)) throw new SqlException(SqlStates.InvalidParameterValue, "cannot set path in scalar");
        List<string> steps = Texts(path.AsArray());
        if (steps.Count == 0) return json;
        switch (Parent(node, steps))
        {
            case JsonObject members:
                if (!members.TryAdd(steps[^1], Parsed(value)))
                {
                    throw new SqlException(
                        SqlStates.InvalidParameterValue, "cannot replace existing key", hint: "Try using the function jsonb_set to replace key value.");
                }

                break;
            case JsonArray items:
                int index = Index(steps[^1], steps.Count, items.Count);
                items.Insert(Math.Clamp(isAfter ? index + 1 : index, 0, items.Count), Parsed(value));
                break;
        }

        return Written(node);
    }

    /// <summary>Without members that are null, at any depth; items of arrays stay.</summary>
    private static void AppendWithoutNulls(StringBuilder output, JsonElement element)
    {
        bool isFirst = true;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                output.Append('{');
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    if (member.Value.ValueKind == JsonValueKind.Null) continue;
                    if (!isFirst) output.Append(',');
                    isFirst = false;
                    JsonText.AppendQuoted(output, member.Name);
                    output.Append(':');
                    AppendWithoutNulls(output, member.Value);
                }

                output.Append('}');
                break;
            case JsonValueKind.Array:
                output.Append('[');
                foreach (JsonElement item in element.EnumerateArray())
                {
                    if (!isFirst) output.Append(',');
                    isFirst = false;
                    AppendWithoutNulls(output, item);
                }

                output.Append(']');
                break;
            default: output.Append(element.GetRawText()); break;
        }
    }

    private static string WithoutNulls(string json)
    {
        using JsonDocument document = JsonText.Read(json);
        var output = new StringBuilder(json.Length);
        AppendWithoutNulls(output, document.RootElement);
        return output.ToString();
    }
}
