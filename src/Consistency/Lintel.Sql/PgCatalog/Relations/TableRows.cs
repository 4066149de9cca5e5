using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>The views pg_tables and pg_views.</summary>
internal static class TableRows
{
    public static IEnumerable<SqlValue[]> View(CatalogRelation relation, CatalogView view)
    {
        foreach (TableDescriptor table in view.Schema.Relations.OfType<TableDescriptor>())
        {
            yield return Row(
                relation, NamespaceRows.NameOf(view, table.SchemaId), table.Name, OwnerName(view, table.Owner),
                IndexRows.Shown(table).Any());
        }

        foreach (IVirtualTable table in NamespaceRows.VirtualTables(view))
        {
            if (!NamespaceRows.IsView(table))
                yield return Row(relation, table.Schema, table.Name, OwnerName(view, null), false);
        }
    }

    public static IEnumerable<SqlValue[]> Views(CatalogRelation relation, CatalogView view) =>
        from table in NamespaceRows.VirtualTables(view)
        where NamespaceRows.IsView(table)
        select relation.Row()
            .Set("schemaname", table.Schema)
            .Set("viewname", table.Name)
            .Set("viewowner", OwnerName(view, null))
            .Finish();

    /// <summary>The owner's name; the first superuser's when nobody is named.</summary>
    public static string OwnerName(CatalogView view, string? owner)
    {
        uint oid = view.OwnerOid(owner);
        foreach (RoleDescriptor role in view.Roles)
        {
            if (role.Oid == oid) return role.Name;
        }

        return owner ?? "";
    }

    private static SqlValue[] Row(CatalogRelation relation, string schema, string name, string owner, bool hasIndexes) =>
        relation.Row()
            .Set("schemaname", schema)
            .Set("tablename", name)
            .Set("tableowner", owner)
            .Set("hasindexes", hasIndexes)
            .Set("hasrules", false)
            .Set("hastriggers", false)
            .Set("rowsecurity", false)
            .Finish();
}
