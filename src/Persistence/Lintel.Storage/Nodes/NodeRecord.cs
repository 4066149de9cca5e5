using System.Collections.Immutable;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Storage.Tables;

namespace Lintel.Storage.Nodes;

/// <summary>A node of the cluster, as a row of the system database.</summary>
/// <param name="Name">The name its operator gave it; unique.</param>
/// <param name="Id">The id the cluster gave it; never reused.</param>
/// <param name="State">Whether it takes and keeps replicas.</param>
/// <param name="PeerAddress">Where the other nodes reach it, as host:port.</param>
/// <param name="SqlAddress">Where SQL clients reach it, as host:port; empty when it serves none.</param>
/// <param name="HttpAddress">Where the console and metrics are, as host:port; empty when it serves none.</param>
/// <param name="Properties">Auxiliary properties, among them "zone".</param>
/// <param name="Store">Its store: a node of the same name with another store is another node.</param>
public sealed record NodeRecord(
    string Name,
    NodeId Id,
    NodeState State,
    string PeerAddress,
    string SqlAddress,
    string HttpAddress,
    ImmutableSortedDictionary<string, string> Properties,
    Guid Store)
{
    /// <summary>All nodes, by name.</summary>
    public static SystemTable<NodeRecord> Table { get; } =
        new(SystemTableIds.Nodes, "node", record => record.Name, Write, Read);

    /// <summary>The failure domain; empty when none was given.</summary>
    public string Zone => Properties.GetValueOrDefault("zone", "");

    private static void Write(WireWriter writer, NodeRecord record)
    {
        writer.Text(record.Name);
        writer.Varint(record.Id.Value);
        writer.Byte((byte)record.State);
        writer.Text(record.PeerAddress);
        writer.Text(record.SqlAddress);
        writer.Text(record.HttpAddress);
        writer.Properties(record.Properties);
        Span<byte> store = stackalloc byte[16];
        record.Store.TryWriteBytes(store, bigEndian: true, out _);
        writer.Raw(store);
    }

    private static NodeRecord Read(ref WireReader reader) => new(
        reader.Text(), new NodeId(reader.Varint()), (NodeState)reader.Byte(), reader.Text(), reader.Text(), reader.Text(),
        RecordCodec.Properties(ref reader), new Guid(reader.Raw(16).Span, bigEndian: true));
}

/// <summary>Whether a node takes and keeps replicas. The numbers are on disk.</summary>
public enum NodeState : byte
{
    /// <summary>In service.</summary>
    Active = 1,

    /// <summary>Being emptied: takes no new replica, and the ones it has move away.</summary>
    Draining = 2,
}
