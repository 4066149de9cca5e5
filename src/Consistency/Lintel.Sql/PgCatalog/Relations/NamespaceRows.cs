using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>pg_namespace, and what the other sources ask about schemas and virtual tables.</summary>
internal static class NamespaceRows
{
    private static readonly HashSet<uint> Views =
        [.. CatalogDefinitions.Relations.Where(relation => relation.IsView).Select(relation => relation.Id)];

    private static readonly HashSet<uint> Relations = [.. CatalogDefinitions.Relations.Select(relation => relation.Id)];

    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view)
    {
        foreach (SchemaDescriptor schema in view.Schema.Schemas)
        {
            uint owner = schema.Id == DatabaseSchema.PublicId ? CatalogOids.DatabaseOwnerRole : view.OwnerOid(schema.Owner);
            yield return relation.Row().Set("oid", schema.Id).Set("nspname", schema.Name).Set("nspowner", owner).Finish();
        }
    }

    /// <summary>The tables that are not stored: the catalog, and what the node adds.</summary>
    public static IEnumerable<IVirtualTable> VirtualTables(CatalogView view) =>
        view.Session?.Engine.VirtualTables.Tables ?? SystemCatalog.Tables;

    /// <summary>Whether a virtual table shows as a view: what PostgreSQL has as one, and everything of Lintel's own.</summary>
    public static bool IsView(IVirtualTable table) => Views.Contains(table.Id) || !Relations.Contains(table.Id);

    /// <summary>Oid of a schema by name; 0 when there is none.</summary>
    public static uint OidOf(CatalogView view, string schema) => view.Schema.FindSchema(schema)?.Id ?? 0;

    /// <summary>Name of a schema by oid.</summary>
    public static string NameOf(CatalogView view, uint schema) => view.Schema.FindSchema(schema)?.Name ?? "";
}
