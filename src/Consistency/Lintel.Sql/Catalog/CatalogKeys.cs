using System.Buffers.Binary;
using System.Text;
using Lintel.Primitives.Keys;

namespace Lintel.Sql.Catalog;

/// <summary>
/// Where catalog records live. In the key space of each database, table 0 is the catalog:
/// <code>
/// database | 0 | 0 | "version"            schema version, 8 bytes big-endian
/// database | 0 | 0 | "pending"            a schema change is about to commit; see SchemaLeases
/// database | 0 | 1 | object id u32 BE     descriptor of a table, sequence or schema
/// database | 0 | 2 | storage id u32 BE    next value of a sequence
/// database | 0 | 3 | storage id u32 BE    storage that TRUNCATE or DROP left behind; the cleaner empties it
/// </code>
/// The system database holds in its table 0 also: index 16, name → database descriptor; index 17, the counter that
/// object, storage and database ids are drawn from; index 18, role name → role.
/// </summary>
public static class CatalogKeys
{
    private const uint DatabaseIndex = 16;
    private const uint CounterIndex = 17;
    private const uint RoleIndex = 18;

    /// <summary>All databases, by name.</summary>
    public static KeySpan Databases { get; } = KeySpan.Prefix(KeySpace.IndexPrefix(KeySpace.SystemDatabase, 0, DatabaseIndex));

    /// <summary>All roles, by name.</summary>
    public static KeySpan Roles { get; } = KeySpan.Prefix(KeySpace.IndexPrefix(KeySpace.SystemDatabase, 0, RoleIndex));

    /// <summary>The counter of ids.</summary>
    public static Key IdCounter { get; } = Text(KeySpace.SystemDatabase, CounterIndex, "next");

    /// <summary>One database.</summary>
    public static Key Database(string name) => Text(KeySpace.SystemDatabase, DatabaseIndex, name);

    /// <summary>One role.</summary>
    public static Key Role(string name) => Text(KeySpace.SystemDatabase, RoleIndex, name);

    /// <summary>The schema version of a database.</summary>
    public static Key Version(uint database) => Text(database, 0, "version");

    /// <summary>The mark that a schema change of a database is about to commit.</summary>
    public static Key PendingChange(uint database) => Text(database, 0, "pending");

    /// <summary>One descriptor.</summary>
    public static Key Object(uint database, uint id) => Number(database, 1, id);

    /// <summary>All descriptors of a database.</summary>
    public static KeySpan Objects(uint database) => KeySpan.Prefix(KeySpace.IndexPrefix(database, 0, 1));

    /// <summary>The position of a sequence.</summary>
    public static Key SequencePosition(uint database, uint storageId) => Number(database, 2, storageId);

    /// <summary>One abandoned storage.</summary>
    public static Key Abandoned(uint database, uint storageId) => Number(database, 3, storageId);

    /// <summary>All abandoned storages of a database.</summary>
    public static KeySpan AllAbandoned(uint database) => KeySpan.Prefix(KeySpace.IndexPrefix(database, 0, 3));

    /// <summary>The storage (or, in the system database, the database) that a key of <see cref="Abandoned"/> names.</summary>
    public static uint AbandonedIdOf(Key key) =>
        BinaryPrimitives.ReadUInt32BigEndian(key.Span[KeySpace.IndexPrefixLength..]);

    /// <summary>A number as it is stored: 8 bytes, big-endian.</summary>
    public static byte[] Encode(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static long DecodeNumber(ReadOnlyMemory<byte> bytes) => BinaryPrimitives.ReadInt64BigEndian(bytes.Span);

    private static Key Text(uint database, uint index, string name)
    {
        var writer = new OrderedKeyWriter(KeySpace.IndexPrefix(database, 0, index));
        writer.Raw(Encoding.UTF8.GetBytes(name));
        return writer.ToKey();
    }

    private static Key Number(uint database, uint index, uint id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        var writer = new OrderedKeyWriter(KeySpace.IndexPrefix(database, 0, index));
        writer.Raw(bytes);
        return writer.ToKey();
    }
}
