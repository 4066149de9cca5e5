using System.Collections.Immutable;
using Lintel.Primitives.Codec;

namespace Lintel.Storage.Tables;

/// <summary>The shapes that control records share, as fields: optional numbers, lists of names, property maps.</summary>
internal static class RecordCodec
{
    public static void Names(this WireWriter writer, ImmutableArray<string> names)
    {
        writer.Varint((ulong)names.Length);
        foreach (string name in names) writer.Text(name);
    }

    public static ImmutableArray<string> Names(ref WireReader reader)
    {
        int count = reader.Count();
        var names = ImmutableArray.CreateBuilder<string>(count);
        for (int i = 0; i < count; i++) names.Add(reader.Text());
        return names.MoveToImmutable();
    }

    public static void Properties(this WireWriter writer, ImmutableSortedDictionary<string, string> properties)
    {
        writer.Varint((ulong)properties.Count);
        foreach ((string key, string value) in properties)
        {
            writer.Text(key);
            writer.Text(value);
        }
    }

    public static ImmutableSortedDictionary<string, string> Properties(ref WireReader reader)
    {
        int count = reader.Count(2);
        var properties = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++) properties[reader.Text()] = reader.Text();
        return properties.ToImmutable();
    }

    public static void Optional(this WireWriter writer, long? value)
    {
        writer.Bool(value.HasValue);
        if (value is { } number) writer.SignedVarint(number);
    }

    public static long? Optional(ref WireReader reader) => reader.Bool() ? reader.SignedVarint() : null;
}
