using NJsonSchema;

namespace Lintel.Intent.Specs;

/// <summary>The published JSON schema of specs: contracts/spec.schema.json, embedded.</summary>
public static class SpecSchema
{
    private static readonly Lazy<string> EmbeddedText = new(Read);

    /// <summary>The schema's text, as published.</summary>
    public static string Text => EmbeddedText.Value;

    /// <summary>The schema of documents of one kind, or null when no such kind exists.</summary>
    internal static async Task<JsonSchema?> ForKindAsync(string kind, CancellationToken cancellation)
    {
        JsonSchema whole = await JsonSchema.FromJsonAsync(Text, cancellation);
        return kind is "name" or "bytes" ? null : whole.Definitions.TryGetValue(kind, out JsonSchema? schema) ? schema : null;
    }

    private static string Read()
    {
        using Stream stream = typeof(SpecSchema).Assembly.GetManifestResourceStream("spec.schema.json")
            ?? throw new InvalidOperationException("the spec schema is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
