using System.Collections.Immutable;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;

namespace Lintel.Raft.Configuration;

/// <summary>The bytes of a configuration, on the wire and on disk.</summary>
public static class GroupConfigurationCodec
{
    /// <summary>Writes a configuration.</summary>
    public static void Write(WireWriter writer, GroupConfiguration configuration)
    {
        WriteNodes(writer, configuration.Voters);
        WriteNodes(writer, configuration.Outgoing);
        WriteNodes(writer, configuration.Learners);
        WriteNodes(writer, configuration.LearnersNext);
        writer.Bool(configuration.AutoLeave);
    }

    /// <summary>Reads a configuration; malformed bytes are reported as corruption.</summary>
    public static GroupConfiguration Read(ref WireReader reader) => new(
        ReadNodes(ref reader), ReadNodes(ref reader), ReadNodes(ref reader), ReadNodes(ref reader), reader.Bool());

    private static void WriteNodes(WireWriter writer, ImmutableSortedSet<NodeId> nodes)
    {
        writer.Varint((ulong)nodes.Count);
        foreach (NodeId node in nodes) writer.Varint(node.Value);
    }

    private static ImmutableSortedSet<NodeId> ReadNodes(ref WireReader reader)
    {
        int count = reader.Count();
        var nodes = ImmutableSortedSet.CreateBuilder<NodeId>();
        for (int i = 0; i < count; i++) nodes.Add(new NodeId(reader.Varint()));
        return nodes.ToImmutable();
    }
}
