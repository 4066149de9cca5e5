using System.Runtime.CompilerServices;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Relations;

namespace Lintel.Sql.PgCatalog.Names;

/// <summary>
/// Every relation of a schema by oid: tables, indexes, sequences, virtual tables. Made once per schema value, which never
/// changes; it goes when the schema goes.
/// </summary>
internal sealed class ObjectIndex
{
    private static readonly ConditionalWeakTable<DatabaseSchema, ObjectIndex> Known = [];
    private readonly DatabaseSchema _schema;
    private readonly IVirtualTableSource _virtual;
    private readonly Dictionary<uint, (string Schema, string Name)> _names = [];
    private readonly Dictionary<uint, (TableDescriptor Table, IndexDescriptor Index)> _indexes = [];

    private ObjectIndex(DatabaseSchema schema, IVirtualTableSource virtualTables)
    {
        _schema = schema;
        _virtual = virtualTables;
        foreach (IVirtualTable table in virtualTables.Tables) _names[table.Id] = (table.Schema, table.Name);
        foreach (RelationDescriptor relation in schema.Relations)
        {
            string space = schema.FindSchema(relation.SchemaId)?.Name ?? "";
            _names[relation.Id] = (space, relation.Name);
            if (relation is not TableDescriptor table) continue;
            foreach (IndexDescriptor index in IndexRows.Shown(table))
            {
                _names[index.Id] = (space, index.Name);
                _indexes[index.Id] = (table, index);
            }
        }
    }

    /// <summary>The index of a schema.</summary>
    public static ObjectIndex Of(DatabaseSchema schema, IVirtualTableSource virtualTables) =>
        Known.GetValue(schema, value => new ObjectIndex(value, virtualTables));

    /// <summary>Schema and name of a relation, or null.</summary>
    public (string Schema, string Name)? Find(uint oid) =>
        _names.TryGetValue(oid, out (string Schema, string Name) found) ? found : null;

    /// <summary>An index and its table, or null.</summary>
    public (TableDescriptor Table, IndexDescriptor Index)? FindIndex(uint oid) =>
        _indexes.TryGetValue(oid, out (TableDescriptor Table, IndexDescriptor Index) found) ? found : null;

    /// <summary>The oid of a relation by its place; 0 when there is none.</summary>
    public uint OidOf(string schema, string name)
    {
        if (_virtual.Find(schema, name) is { } table) return table.Id;
        if (_schema.FindSchema(schema) is not { } space) return 0;
        if (_schema.Find(space.Id, name) is { } relation) return relation.Id;
        return _schema.FindIndexOwner(space.Id, name)?.Indexes.First(index => index.Name == name).Id ?? 0;
    }

    /// <summary>The oid that an unqualified name means under a search path; 0 when there is none.</summary>
    public uint OidOf(IEnumerable<string> searchPath, string name)
    {
        foreach (string schema in WithCatalog(searchPath))
        {
            if (OidOf(schema, name) is not 0 and uint oid) return oid;
        }

        return 0;
    }

    /// <summary>A search path with pg_catalog in front, unless it says where pg_catalog comes.</summary>
    public static IEnumerable<string> WithCatalog(IEnumerable<string> searchPath)
    {
        string[] path = [.. searchPath];
        return path.Contains("pg_catalog", StringComparer.Ordinal) ? path : path.Prepend("pg_catalog");
    }
}
