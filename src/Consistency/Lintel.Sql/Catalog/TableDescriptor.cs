using System.Collections.Immutable;

namespace Lintel.Sql.Catalog;

/// <summary>A CHECK constraint.</summary>
/// <param name="Id">Object id, for pg_constraint.</param>
/// <param name="Name">Reported in the n field of a 23514.</param>
/// <param name="ExpressionSql">The condition as SQL text; null and true pass.</param>
public sealed record CheckDescriptor(uint Id, string Name, string ExpressionSql);

/// <summary>What every object in a schema has.</summary>
/// <param name="Id">Object id, unique in the cluster.</param>
/// <param name="SchemaId">The schema it is in.</param>
/// <param name="Name">Unique among the tables, indexes and sequences of the schema.</param>
public abstract record RelationDescriptor(uint Id, uint SchemaId, string Name);

/// <summary>
/// A table. Immutable: a change makes a new descriptor, which the changing transaction stores. Rows live in the
/// primary index, always the first of <see cref="Indexes"/>; a table declared without primary key has one over a hidden
/// row id column.
/// </summary>
public sealed record TableDescriptor(
    uint Id,
    uint SchemaId,
    string Name,
    ImmutableArray<ColumnDescriptor> Columns,
    ImmutableArray<IndexDescriptor> Indexes,
    ImmutableArray<CheckDescriptor> Checks,
    int NextColumnId,
    string? Owner = null) : RelationDescriptor(Id, SchemaId, Name)
{
    private readonly Dictionary<string, int> _byName = MapNames(Columns);

    /// <summary>The index that holds the rows.</summary>
    public IndexDescriptor Primary => Indexes[0];

    /// <summary>Whether the key is the hidden row id.</summary>
    public bool HasHiddenKey => Columns[OrdinalOf(Primary.Columns[0].ColumnId)].IsHidden;

    /// <summary>Position of the visible column of that name, or -1.</summary>
    public int FindColumn(string name) => _byName.TryGetValue(name, out int ordinal) ? ordinal : -1;

    /// <summary>Position of the column of that id, or -1.</summary>
    public int OrdinalOf(int columnId)
    {
        for (int i = 0; i < Columns.Length; i++)
        {
            if (Columns[i].Id == columnId) return i;
        }

        return -1;
    }

    /// <summary>The table with other columns.</summary>
    public TableDescriptor WithColumns(ImmutableArray<ColumnDescriptor> columns) =>
        new(Id, SchemaId, Name, columns, Indexes, Checks, NextColumnId, Owner);

    /// <summary>Equality by identity of content is never asked of tables; by reference is what caches need.</summary>
    public bool Equals(TableDescriptor? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Id;

    private static Dictionary<string, int> MapNames(ImmutableArray<ColumnDescriptor> columns)
    {
        var map = new Dictionary<string, int>(columns.Length, StringComparer.Ordinal);
        for (int i = 0; i < columns.Length; i++)
        {
            if (!columns[i].IsHidden) map[columns[i].Name] = i;
        }

        return map;
    }
}
