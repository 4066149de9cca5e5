using Lintel.Primitives.Codec;
using Lintel.Storage.Tables;

namespace Lintel.Storage.Databases;

/// <summary>How a database is placed and divided, as a row of the system database. Its catalog is SQL's own.</summary>
/// <param name="Name">The database's name.</param>
/// <param name="DatabaseId">Its id in the key space; zero until the SQL catalog has created it.</param>
/// <param name="ResourceGroup">The group that places its splits.</param>
/// <param name="SplitPerTable">Whether each table begins in a split of its own.</param>
/// <param name="SplitBytesMax">Size beyond which a split is divided; null means the cluster's default.</param>
public sealed record DatabasePlacement(
    string Name, uint DatabaseId, string ResourceGroup, bool SplitPerTable, long? SplitBytesMax)
{
    /// <summary>All databases, by name.</summary>
    public static SystemTable<DatabasePlacement> Table { get; } =
        new(SystemTableIds.DatabasePlacements, "database", record => record.Name, Write, Read);

    private static void Write(WireWriter writer, DatabasePlacement record)
    {
        writer.Text(record.Name);
        writer.Varint(record.DatabaseId);
        writer.Text(record.ResourceGroup);
        writer.Bool(record.SplitPerTable);
        writer.Optional(record.SplitBytesMax);
    }

    private static DatabasePlacement Read(ref WireReader reader) => new(
        reader.Text(), (uint)reader.Varint(), reader.Text(), reader.Bool(), RecordCodec.Optional(ref reader));
}
