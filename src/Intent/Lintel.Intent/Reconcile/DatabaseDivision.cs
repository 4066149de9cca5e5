using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Storage.Databases;

namespace Lintel.Intent.Reconcile;

/// <summary>Where splits of a database have to begin, apart from what size asks for. Pure.</summary>
public static class DatabaseDivision
{
    /// <summary>
    /// The keys at which a split has to begin, in order: the database's first key, the first after its last one, and
    /// with <see cref="DatabasePlacement.SplitPerTable"/> the first key of each of its tables.
    /// </summary>
    public static IReadOnlyList<Key> BoundariesOf(DatabasePlacement placement, DatabaseSchema schema)
    {
        Key start = KeySpace.DatabasePrefix(placement.DatabaseId);
        var keys = new List<Key> { start, KeySpan.Prefix(start).End };
        if (placement.SplitPerTable)
            keys.AddRange(schema.Relations.OfType<TableDescriptor>().Select(table => KeySpace.TablePrefix(placement.DatabaseId, table.Id)));
        keys.Sort();
        return keys;
    }
}
