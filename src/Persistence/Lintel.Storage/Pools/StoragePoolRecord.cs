using Lintel.Primitives.Codec;
using Lintel.Storage.Tables;

namespace Lintel.Storage.Pools;

/// <summary>A storage pool that one node contributes, as a row of the system database.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Name">The pool's name; the same name on several nodes forms one pool to a resource group.</param>
/// <param name="Provider">The provider kind, for example FILE_THIN.</param>
/// <param name="CapacityBytes">Most bytes that replicas may take; null means what the file system has.</param>
public sealed record StoragePoolRecord(string Node, string Name, string Provider, long? CapacityBytes)
{
    /// <summary>All pools, by "node/pool".</summary>
    public static SystemTable<StoragePoolRecord> Table { get; } =
        new(SystemTableIds.StoragePools, "storage pool", record => NameOf(record.Node, record.Name), Write, Read);

    /// <summary>The name of a pool in the table.</summary>
    public static string NameOf(string node, string pool) => $"{node}/{pool}";

    private static void Write(WireWriter writer, StoragePoolRecord record)
    {
        writer.Text(record.Node);
        writer.Text(record.Name);
        writer.Text(record.Provider);
        writer.Optional(record.CapacityBytes);
    }

    private static StoragePoolRecord Read(ref WireReader reader) =>
        new(reader.Text(), reader.Text(), reader.Text(), RecordCodec.Optional(ref reader));
}
