using System.Collections.Immutable;
using System.Globalization;
using Lintel.Primitives.Errors;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lintel.Intent.Specs;

/// <summary>
/// Reads a YAML (or JSON) text of one or more documents into specs. Everything wrong with the text is reported at once,
/// each finding with its line, in one <see cref="LintelException"/> of <see cref="ErrorCode.InvalidSpec"/>.
/// </summary>
public static class SpecReader
{
    /// <summary>Most bytes of a text that is read at all.</summary>
    public const int TextBytesMax = 1 << 20;

    /// <summary>Reads <paramref name="text"/>; <paramref name="source"/> names it in errors.</summary>
    public static async Task<ImmutableArray<Spec>> ReadAsync(
        string text, string source, CancellationToken cancellation = default)
    {
        if (text.Length > TextBytesMax) throw Invalid(source, [$"longer than {TextBytesMax} characters"]);
        var findings = new List<string>();
        var specs = ImmutableArray.CreateBuilder<Spec>();
        foreach (YamlDocument document in Parse(text, source).Documents)
        {
            if (document.RootNode is not YamlMappingNode root)
            {
                findings.Add($"line {Line(document.RootNode)}: a document is a mapping with 'kind' and 'name'");
                continue;
            }

            if (await CheckAsync(root, findings, cancellation) is { } spec) specs.Add(spec);
        }

        FindDuplicates(specs, findings);
        if (specs.Count == 0 && findings.Count == 0) findings.Add("there is no document in it");
        return findings.Count == 0 ? specs.ToImmutable() : throw Invalid(source, findings);
    }

    private static YamlStream Parse(string text, string source)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException failure)
        {
            throw Invalid(source, [$"line {failure.Start.Line}: {failure.Message}"]);
        }

        return stream;
    }

    private static async Task<Spec?> CheckAsync(YamlMappingNode root, List<string> findings, CancellationToken cancellation)
    {
        var json = (JObject)SpecNode.ToJson(root);
        if (json["kind"] is not JValue { Type: JTokenType.String } kind)
        {
            findings.Add($"line {Line(root)}: 'kind' is missing; it is one of StoragePool, ResourceGroup, Database");
            return null;
        }

        JsonSchema? schema = await SpecSchema.ForKindAsync((string)kind!, cancellation);
        if (schema is null)
        {
            findings.Add($"line {Line(root)}: kind '{kind}' is none of StoragePool, ResourceGroup, Database");
            return null;
        }

        ICollection<ValidationError> errors = schema.Validate(json);
        foreach (ValidationError error in errors)
            findings.Add($"line {SpecNode.LineOf(root, error.Path)}: {SpecFinding.Describe(error, schema)}");
        return errors.Count == 0 ? ToSpec(json, Line(root)) : null;
    }

    private static Spec ToSpec(JObject json, int line)
    {
        string name = (string)json["name"]!;
        return (string)json["kind"]! switch
        {
            "StoragePool" => new StoragePoolSpec(
                name, line, (string)json["provider"]!, Words(json["nodes"]), Bytes(json["capacity"])),
            "ResourceGroup" => new ResourceGroupSpec(
                name, line, (int)json["replicas"]!, Words(json["storagePools"]),
                Words(json["replicasOnDifferent"]), Words(json["replicasOnSame"])),
            _ => new DatabaseSpec(
                name, line, (string)json["resourceGroup"]!, (string?)json["owner"],
                (bool?)json["splitPerTable"] ?? false, Bytes(json["splitSizeMax"])),
        };
    }

    private static void FindDuplicates(IEnumerable<Spec> specs, List<string> findings)
    {
        foreach (var group in specs.GroupBy(spec => (spec.Kind, spec.Name)).Where(group => group.Count() > 1))
        {
            string lines = string.Join(" and ", group.Select(spec => spec.Line.ToString(CultureInfo.InvariantCulture)));
            findings.Add($"{group.Key.Kind} '{group.Key.Name}' is declared more than once, at lines {lines}");
        }
    }

    private static ImmutableArray<string> Words(JToken? token) =>
        token is JArray array ? [.. array.Select(item => (string)item!)] : [];

    private static long? Bytes(JToken? token)
    {
        if (token is null) return null;
        if (token.Type == JTokenType.Integer) return (long)token;
        string text = (string)token!;
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        long unit = digits < 0 ? 1 : text[digits] switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1L << 40 };
        return checked(long.Parse(digits < 0 ? text : text[..digits], CultureInfo.InvariantCulture) * unit);
    }

    private static int Line(YamlNode node) => (int)node.Start.Line;

    private static LintelException Invalid(string source, List<string> findings) => new(new LintelError(
        ErrorCode.InvalidSpec,
        $"{source} is not a valid spec",
        findings.Count == 1 ? findings[0] : $"{findings.Count} findings, the first: {findings[0]}",
        "correct it; contracts/spec.schema.json describes every field",
        string.Join('\n', findings)));
}
