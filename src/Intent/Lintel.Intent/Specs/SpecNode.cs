using System.Globalization;
using Newtonsoft.Json.Linq;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Lintel.Intent.Specs;

/// <summary>Carries YAML nodes over to JSON, and finds the line of a JSON path in the YAML again.</summary>
internal static class SpecNode
{
    /// <summary>The JSON value of a node, with the types of YAML's core schema for plain scalars.</summary>
    public static JToken ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JObject(mapping.Children.Select(
            pair => new JProperty(((YamlScalarNode)pair.Key).Value ?? "", ToJson(pair.Value)))),
        YamlSequenceNode sequence => new JArray(sequence.Children.Select(ToJson)),
        YamlScalarNode scalar => Scalar(scalar),
        _ => JValue.CreateNull(),
    };

    /// <summary>The line of the node that <paramref name="path"/> ("#/a/b[0]" or "#/a.b") names, or of its closest parent.</summary>
    public static int LineOf(YamlNode root, string? path)
    {
        YamlNode at = root;
        int line = (int)root.Start.Line;
        foreach (string step in (path ?? "").Split(['#', '/', '.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            (YamlNode? key, YamlNode? next) = Step(at, step);
            if (next is null) break;
            at = next;
            line = (int)(key ?? next).Start.Line;
        }

        return line;
    }

    private static (YamlNode? Key, YamlNode? Value) Step(YamlNode at, string step)
    {
        if (at is YamlMappingNode mapping)
        {
            foreach (var pair in mapping.Children)
                if (pair.Key is YamlScalarNode { Value: { } name } && name == step) return (pair.Key, pair.Value);
        }

        if (at is YamlSequenceNode sequence && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int i)
            && i < sequence.Children.Count) return (null, sequence.Children[i]);
        return (null, null);
    }

    private static JValue Scalar(YamlScalarNode scalar)
    {
        string value = scalar.Value ?? "";
        if (scalar.Style != ScalarStyle.Plain) return new JValue(value);
        if (value is "" or "~" or "null") return JValue.CreateNull();
        if (value is "true" or "false") return new JValue(value == "true");
        if (long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return new JValue(whole);
        return new JValue(value);
    }
}
