using Lintel.Sql.Catalog;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>A table while it is being put together or changed: what its descriptor will hold.</summary>
internal sealed class TableDraft
{
    /// <summary>An empty table.</summary>
    public TableDraft(uint id, uint schemaId, string name, string? owner)
    {
        (Id, SchemaId, Name, Owner) = (id, schemaId, name, owner);
        NextColumnId = 1;
    }

    /// <summary>What a table is now.</summary>
    public TableDraft(TableDescriptor table)
    {
        (Id, SchemaId, Name, Owner) = (table.Id, table.SchemaId, table.Name, table.Owner);
        NextColumnId = table.NextColumnId;
        Columns.AddRange(table.Columns);
        Indexes.AddRange(table.Indexes);
        Checks.AddRange(table.Checks);
    }

    /// <summary>Object id.</summary>
    public uint Id { get; }

    /// <summary>Its schema.</summary>
    public uint SchemaId { get; set; }

    /// <summary>Its name.</summary>
    public string Name { get; set; }

    /// <summary>Its owner.</summary>
    public string? Owner { get; }

    /// <summary>The id of the next column.</summary>
    public int NextColumnId { get; set; }

    /// <summary>The columns.</summary>
    public List<ColumnDescriptor> Columns { get; } = [];

    /// <summary>The indexes, the primary one first.</summary>
    public List<IndexDescriptor> Indexes { get; } = [];

    /// <summary>The CHECK constraints.</summary>
    public List<CheckDescriptor> Checks { get; } = [];

    /// <summary>Names given to indexes, sequences and checks of this table so far.</summary>
    public HashSet<string> NamesTaken { get; } = new(StringComparer.Ordinal);

    /// <summary>Position of a visible column, or -1.</summary>
    public int Find(string name) => Columns.FindIndex(c => !c.IsHidden && c.Name == name);

    /// <summary>A visible column; 42703 when there is none.</summary>
    public ColumnDescriptor Require(string name, int position = 0)
    {
        int at = Find(name);
        return at >= 0 ? Columns[at] : throw new SqlException(new SqlError(
            SqlStates.UndefinedColumn, $"column \"{name}\" of relation \"{Name}\" does not exist", Position: position,
            Table: Name, Column: name));
    }

    /// <summary>Puts a column in the place of the one with its id.</summary>
    public void Replace(ColumnDescriptor column) => Columns[Columns.FindIndex(c => c.Id == column.Id)] = column;

    /// <summary>Puts an index in the place of the one with its id.</summary>
    public void Replace(IndexDescriptor index) => Indexes[Indexes.FindIndex(i => i.Id == index.Id)] = index;

    /// <summary>The descriptor.</summary>
    public TableDescriptor ToDescriptor() => new(
        Id, SchemaId, Name, [.. Columns], [.. Indexes], [.. Checks], NextColumnId, Owner);
}
