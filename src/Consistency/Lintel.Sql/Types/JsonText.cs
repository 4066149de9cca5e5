using System.Text;
using System.Text.Json;

namespace Lintel.Sql.Types;

/// <summary>json and jsonb: both are kept as text, json as it was written, jsonb in PostgreSQL's normal form.</summary>
public static class JsonText
{
    /// <summary>How deep values may nest.</summary>
    public const int DepthMax = 512;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DepthMax };

    /// <summary>The text itself when it is JSON; 22P02 otherwise.</summary>
    public static string Validated(string text)
    {
        using JsonDocument document = Read(text);
        CheckStrings(document.RootElement);
        return text;
    }

    /// <summary>The normal form: keys by length and bytes, the last of equal keys, numbers as numeric prints them.</summary>
    public static string Normalized(string text)
    {
        using JsonDocument document = Read(text);
        var output = new StringBuilder(text.Length);
        Append(output, document.RootElement);
        return output.ToString();
    }

    /// <summary>Reads a text as JSON; 22P02 when it is none, 54001 when it nests too deep.</summary>
    public static JsonDocument Read(string text)
    {
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException bad) when (bad.Message.Contains("maximum configured depth", StringComparison.Ordinal))
        {
            throw new SqlException(SqlStates.StatementTooComplex, $"json values nest deeper than {DepthMax}");
        }
        catch (JsonException bad)
        {
            throw new SqlException(
                new SqlError(SqlStates.InvalidTextRepresentation, "invalid input syntax for type json", Detail: Detail(text, bad)), bad);
        }
        catch (ArgumentException)
        {
            // A lone surrogate cannot be written as UTF-8.
            throw new SqlException(SqlStates.CharacterNotInRepertoire, "invalid byte sequence for encoding \"UTF8\"");
        }
    }

    /// <summary>The string of an element, escapes decoded; 22P05 for \u0000 and 22P02 for half of a surrogate pair.</summary>
    public static string StringOf(JsonElement element)
    {
        try
        {
            string text = element.GetString()!;
            if (!text.Contains('\0', StringComparison.Ordinal)) return text;
            throw new SqlException(
                SqlStates.UntranslatableCharacter, "unsupported Unicode escape sequence", detail: "\\u0000 cannot be converted to text.");
        }
        catch (InvalidOperationException)
        {
            throw BadSurrogate();
        }
    }

    /// <summary>Appends an element in jsonb's normal form.</summary>
    public static void Append(StringBuilder output, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object: AppendObject(output, element); break;
            case JsonValueKind.Array:
                output.Append('[');
                bool isFirst = true;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    if (!isFirst) output.Append(", ");
                    isFirst = false;
                    Append(output, item);
                }

                output.Append(']');
                break;
            case JsonValueKind.String: AppendQuoted(output, StringOf(element)); break;
            case JsonValueKind.Number: output.Append(NumericText.Print(NumericText.Parse(element.GetRawText()))); break;
            default: output.Append(element.GetRawText()); break;
        }
    }

    /// <summary>Appends a string with JSON's quotes and escapes.</summary>
    public static void AppendQuoted(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"': output.Append("\\\""); break;
                case '\\': output.Append("\\\\"); break;
                case '\b': output.Append("\\b"); break;
                case '\f': output.Append("\\f"); break;
                case '\n': output.Append("\\n"); break;
                case '\r': output.Append("\\r"); break;
                case '\t': output.Append("\\t"); break;
                default:
                    if (c < ' ') output.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    else output.Append(c);
                    break;
            }
        }

        output.Append('"');
    }

    private static void AppendObject(StringBuilder output, JsonElement element)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject()) members[NameOf(property)] = property.Value;
        var names = members.Keys.Select(name => (Name: name, Bytes: Encoding.UTF8.GetBytes(name))).ToList();
        names.Sort((a, b) => a.Bytes.Length != b.Bytes.Length
            ? a.Bytes.Length.CompareTo(b.Bytes.Length)
            : a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
        output.Append('{');
        for (int i = 0; i < names.Count; i++)
        {
            if (i > 0) output.Append(", ");
            AppendQuoted(output, names[i].Name);
            output.Append(": ");
            Append(output, members[names[i].Name]);
        }

        output.Append('}');
    }

    private static string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw BadSurrogate();
        }
    }

    private static SqlException BadSurrogate() => new(
        SqlStates.InvalidTextRepresentation, "invalid input syntax for type json",
        detail: "Unicode low surrogate must follow a high surrogate.");

    private static void CheckStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    NameOf(property);
                    CheckStrings(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray()) CheckStrings(item);
                break;
            case JsonValueKind.String:
                try
                {
                    element.GetString();
                }
                catch (InvalidOperationException)
                {
                    throw BadSurrogate();
                }

                break;
        }
    }

    private static string Detail(string text, JsonException bad) =>
        string.IsNullOrWhiteSpace(text)
            ? "The input string ended unexpectedly."
            : $"The text is not JSON at line {(bad.LineNumber ?? 0) + 1}, byte {bad.BytePositionInLine ?? 0}.";
}
