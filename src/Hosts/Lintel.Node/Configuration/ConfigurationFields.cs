using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Lintel.Node.Configuration;

/// <summary>
/// The fields of one mapping of a YAML file. Reading one that is missing or malformed adds a finding with its line and
/// gives a harmless value, so that everything wrong with a file is told at once; what nobody read is unknown.
/// </summary>
internal sealed class ConfigurationFields
{
    private readonly YamlMappingNode? _mapping;
    private readonly string _path;
    private readonly List<string> _findings;
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    public ConfigurationFields(YamlNode? node, string path, List<string> findings)
    {
        (_path, _findings) = (path, findings);
        _mapping = node as YamlMappingNode;
        if (node is not null && _mapping is null) Find(node, "", "is a mapping");
    }

    public bool IsPresent => _mapping is not null;

    public string? Text(string name)
    {
        if (Take(name) is not { } node) return null;
        if (node is YamlScalarNode { Value: { Length: > 0 } value }) return value;
        Find(node, name, "is a text");
        return null;
    }

    public string Required(string name, string example)
    {
        if (Text(name) is { } value) return value;
        if (Take(name) is null) Find(_mapping, name, $"is missing; for example {example}");
        return "";
    }

    /// <summary>A value in another shape; a text that does not parse is a finding that says what fits.</summary>
    public T Parsed<T>(string name, T otherwise, Func<string, T?> parse, string fits)
        where T : struct
    {
        if (Text(name) is not { } text) return otherwise;
        if (parse(text) is { } value) return value;
        Find(Take(name), name, $"is '{text}'; it must be {fits}");
        return otherwise;
    }

    public T? Parsed<T>(string name, Func<string, T?> parse, string fits)
        where T : class
    {
        if (Text(name) is not { } text) return null;
        if (parse(text) is { } value) return value;
        Find(Take(name), name, $"is '{text}'; it must be {fits}");
        return null;
    }

    public bool Flag(string name) => Parsed(
        name, false, static text => bool.TryParse(text, out bool value) ? value : null, "true or false");

    public long Bytes(string name, long otherwise) => Parsed(name, otherwise, ParseBytes, "a size such as 24MB");

    public ConfigurationFields Section(string name) =>
        new(Take(name), _path.Length == 0 ? name : $"{_path}.{name}", _findings);

    public IEnumerable<YamlNode> Items(string name)
    {
        if (Take(name) is not { } node) return [];
        if (node is YamlSequenceNode items) return items.Children;
        Find(node, name, "is a list");
        return [];
    }

    public IEnumerable<(string Name, string Value)> Pairs()
    {
        foreach (YamlNode key in _mapping?.Children.Keys ?? Enumerable.Empty<YamlNode>())
        {
            string name = ((YamlScalarNode)key).Value ?? "";
            if (Text(name) is { } value) yield return (name, value);
        }
    }

    /// <summary>Adds a finding about one of the fields.</summary>
    public void Find(string name, string what) => Find(Take(name) ?? _mapping, name, what);

    /// <summary>To be called last: fields that nobody asked for are findings.</summary>
    public void Close()
    {
        if (_mapping is null) return;
        foreach (YamlNode key in _mapping.Children.Keys)
        {
            string name = (key as YamlScalarNode)?.Value ?? key.ToString();
            if (!_read.Contains(name)) Find(key, name, "is not known here");
        }
    }

    private static long? ParseBytes(string text)
    {
        (string Suffix, int Shift)[] units = [("KB", 10), ("MB", 20), ("GB", 30), ("B", 0)];
        foreach ((string suffix, int shift) in units)
        {
            if (!text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)) continue;
            return long.TryParse(text.AsSpan(0, text.Length - suffix.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                && value <= long.MaxValue >> shift
                ? value << shift
                : null;
        }

        return null;
    }

    private YamlNode? Take(string name)
    {
        _read.Add(name);
        return _mapping is not null && _mapping.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? node) ? node : null;
    }

    private void Find(YamlNode? at, string name, string what)
    {
        string path = (_path.Length, name.Length) switch
        {
            (0, _) => name,
            (_, 0) => _path,
            _ => $"{_path}.{name}",
        };
        _findings.Add(at is null ? $"{path} {what}" : $"line {at.Start.Line}: {path} {what}");
    }
}
