using System.Buffers.Binary;
using System.Text;

namespace Lintel.Primitives.Keys;

/// <summary>
/// The layout of the cluster's key space; it is on disk and normative.
/// <code>
/// 0x01 | start key of a split                                              its descriptor (meta)
/// 0x02 | name                                                              records of the cluster itself
/// 0x10 | database u32 BE | table u32 BE | index u32 BE | ordered columns   rows and index entries
/// </code>
/// Nothing begins with 0x00 or with a byte above 0x10. Database 1 is the system database; with meta and the records it
/// is <see cref="SystemSpan"/>, which <see cref="Identifiers.SplitId.System"/> holds when the cluster begins.
/// Columns are written by <see cref="OrderedKeyWriter"/>.
/// </summary>
public static class KeySpace
{
    /// <summary>First byte of meta keys.</summary>
    public const byte MetaByte = 0x01;

    /// <summary>First byte of the cluster's own records.</summary>
    public const byte RecordByte = 0x02;

    /// <summary>First byte of rows and index entries.</summary>
    public const byte RowByte = 0x10;

    /// <summary>The system database.</summary>
    public const uint SystemDatabase = 1;

    /// <summary>Length of what <see cref="IndexPrefix"/> returns: the columns begin after it.</summary>
    public const int IndexPrefixLength = 1 + (3 * sizeof(uint));

    /// <summary>All split descriptors.</summary>
    public static KeySpan MetaSpan { get; } = KeySpan.Prefix(new Key(new[] { MetaByte }));

    /// <summary>All records of the cluster itself.</summary>
    public static KeySpan RecordSpan { get; } = KeySpan.Prefix(new Key(new[] { RecordByte }));

    /// <summary>Meta, records and the system database.</summary>
    public static KeySpan SystemSpan { get; } = new(Key.Min, DatabasePrefix(SystemDatabase + 1));

    /// <summary>Where the descriptor of the split that starts at <paramref name="start"/> is kept.</summary>
    public static Key MetaOf(Key start)
    {
        var bytes = new byte[1 + start.Length];
        bytes[0] = MetaByte;
        start.Span.CopyTo(bytes.AsSpan(1));
        return new Key(bytes);
    }

    /// <summary>The start key of the split whose descriptor is kept at <paramref name="meta"/>.</summary>
    public static Key StartOfMeta(Key meta) =>
        MetaSpan.Contains(meta)
            ? new Key(meta.Memory[1..])
            : throw new ArgumentException($"{meta} is no meta key", nameof(meta));

    /// <summary>The key of the cluster's own record <paramref name="name"/>.</summary>
    public static Key RecordOf(string name)
    {
        var bytes = new byte[1 + Encoding.UTF8.GetByteCount(name)];
        bytes[0] = RecordByte;
        Encoding.UTF8.GetBytes(name, bytes.AsSpan(1));
        return new Key(bytes);
    }

    /// <summary>What every key of a database begins with.</summary>
    public static Key DatabasePrefix(uint database) => Prefix([database]);

    /// <summary>What every key of a table and its indexes begins with.</summary>
    public static Key TablePrefix(uint database, uint table) => Prefix([database, table]);

    /// <summary>What every key of one index begins with; the ordered key columns follow.</summary>
    public static Key IndexPrefix(uint database, uint table, uint index) => Prefix([database, table, index]);

    /// <summary>The index that a row key belongs to; false when <paramref name="key"/> is no complete row key.</summary>
    public static bool TryIndexOf(Key key, out uint database, out uint table, out uint index)
    {
        database = table = index = 0;
        ReadOnlySpan<byte> bytes = key.Span;
        if (bytes.Length < IndexPrefixLength || bytes[0] != RowByte) return false;
        database = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        table = BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]);
        index = BinaryPrimitives.ReadUInt32BigEndian(bytes[9..]);
        return true;
    }

    private static Key Prefix(ReadOnlySpan<uint> ids)
    {
        var bytes = new byte[1 + (ids.Length * sizeof(uint))];
        bytes[0] = RowByte;
        for (int i = 0; i < ids.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1 + (i * sizeof(uint))), ids[i]);
        return new Key(bytes);
    }
}
