using System.Runtime.CompilerServices;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Rows;

/// <summary>
/// Where and how the rows of a table are stored, made once per descriptor.
/// <code>
/// database | table | primary storage | key columns           -> row (all columns; see RowFormat)
/// database | table | index storage   | key columns           -> primary key columns   (unique, none of them null)
/// database | table | index storage   | key columns | primary -> primary key columns   (otherwise)
/// </code>
/// The row holds its key columns again: keys normalise (1.0 is 1.00), rows do not.
/// </summary>
public sealed class TableLayout
{
    private static readonly ConditionalWeakTable<TableDescriptor, TableLayout> Known = [];
    private readonly int[] _storageOrder;

    private TableLayout(uint database, TableDescriptor table)
    {
        Database = database;
        Table = table;
        Types = [.. table.Columns.Select(c => TypeOf(c))];
        Missing = [.. table.Columns.Select((c, i) => RowFormat.DecodeValue(c.MissingValue, Types[i]))];
        _storageOrder = [.. Enumerable.Range(0, Types.Length).OrderBy(i => table.Columns[i].Id)];
        Indexes = [.. table.Indexes.Select(index => new IndexLayout(this, index))];
    }

    /// <summary>The database it is in.</summary>
    public uint Database { get; }

    /// <summary>The descriptor.</summary>
    public TableDescriptor Table { get; }

    /// <summary>Type of each column, by ordinal.</summary>
    public SqlType[] Types { get; }

    /// <summary>What older rows read as, by ordinal.</summary>
    public SqlValue[] Missing { get; }

    /// <summary>Layouts of the indexes, the primary one first.</summary>
    public IndexLayout[] Indexes { get; }

    /// <summary>The index that holds the rows.</summary>
    public IndexLayout Primary => Indexes[0];

    /// <summary>The layout of a table.</summary>
    public static TableLayout Of(uint database, TableDescriptor table) =>
        Known.GetValue(table, t => new TableLayout(database, t));

    /// <summary>The type of a column.</summary>
    public static SqlType TypeOf(ColumnDescriptor column) =>
        TypeRegistry.TryFindOid(column.TypeOid, out SqlType type)
            ? type with { Modifier = column.TypeModifier }
            : throw new SqlException(SqlStates.DataCorrupted, $"column \"{column.Name}\" has unknown type {column.TypeOid}");

    /// <summary>The bytes of a row, given by ordinal.</summary>
    public byte[] EncodeRow(WireWriter writer, ReadOnlySpan<SqlValue> row)
    {
        writer.Clear();
        RowFormat.Begin(writer);
        foreach (int ordinal in _storageOrder)
            RowFormat.Write(writer, Table.Columns[ordinal].Id, row[ordinal], Types[ordinal]);
        return writer.ToArray();
    }

    /// <summary>What to read so that column i lands in register <paramref name="first"/> + i, for the columns in use.</summary>
    public WantedColumn[] Want(int first, Func<int, bool> isUsed)
    {
        var wanted = new List<WantedColumn>();
        foreach (int ordinal in _storageOrder)
        {
            if (isUsed(first + ordinal))
                wanted.Add(new WantedColumn(Table.Columns[ordinal].Id, first + ordinal, Types[ordinal], Missing[ordinal]));
        }

        return [.. wanted];
    }
}

/// <summary>Where and how the entries of one index are stored.</summary>
public sealed class IndexLayout
{
    private readonly TableLayout _table;
    private readonly KeyDirection[] _directions;
    private readonly NullOrder[] _nulls;

    internal IndexLayout(TableLayout table, IndexDescriptor index)
    {
        _table = table;
        Index = index;
        Prefix = KeySpace.IndexPrefix(table.Database, table.Table.Id, index.StorageId);
        Ordinals = [.. index.Columns.Select(c => table.Table.OrdinalOf(c.ColumnId))];
        _directions = [.. index.Columns.Select(c => c.Descending ? KeyDirection.Descending : KeyDirection.Ascending)];
        _nulls = [.. index.Columns.Select(c => c.NullsFirst ? NullOrder.First : NullOrder.Last)];
    }

    /// <summary>The descriptor.</summary>
    public IndexDescriptor Index { get; }

    /// <summary>What every entry's key begins with.</summary>
    public Key Prefix { get; }

    /// <summary>Ordinals of the key columns.</summary>
    public int[] Ordinals { get; }

    /// <summary>Writes the value of key column <paramref name="at"/>.</summary>
    public void WriteColumn(OrderedKeyWriter writer, int at, in SqlValue value) =>
        KeyColumns.Write(writer, value, _table.Types[Ordinals[at]], _directions[at], _nulls[at]);

    /// <summary>Where null sorts in a key column, and whether it descends.</summary>
    public (KeyDirection Direction, NullOrder Nulls) OrderOf(int at) => (_directions[at], _nulls[at]);

    /// <summary>The key of a row in the primary index.</summary>
    public Key RowKey(OrderedKeyWriter writer, ReadOnlySpan<SqlValue> row)
    {
        writer.Clear();
        writer.Raw(Prefix.Span);
        for (int i = 0; i < Ordinals.Length; i++) WriteColumn(writer, i, row[Ordinals[i]]);
        return writer.ToKey();
    }

    /// <summary>
    /// The key of a row's entry in a secondary index; <paramref name="primaryColumns"/> are the row key's bytes after
    /// its prefix. <paramref name="isUnique"/> tells whether two rows with this key would violate the index.
    /// </summary>
    public Key EntryKey(
        OrderedKeyWriter writer, ReadOnlySpan<SqlValue> row, ReadOnlySpan<byte> primaryColumns, out bool isUnique)
    {
        writer.Clear();
        writer.Raw(Prefix.Span);
        isUnique = Index.IsUnique;
        for (int i = 0; i < Ordinals.Length; i++)
        {
            SqlValue value = row[Ordinals[i]];
            if (value.IsNull) isUnique = false;
            WriteColumn(writer, i, value);
        }

        if (!isUnique) writer.Raw(primaryColumns);
        return writer.ToKey();
    }
}
