using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>pg_class: tables, their indexes, sequences, and the catalog itself.</summary>
internal static class ClassRows
{
    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view)
    {
        foreach (RelationDescriptor stored in view.Schema.Relations)
        {
            if (stored is SequenceDescriptor sequence) yield return Sequence(relation, view, sequence);
            if (stored is not TableDescriptor table) continue;
            yield return Table(relation, view, table);
            foreach (IndexDescriptor index in IndexRows.Shown(table)) yield return Index(relation, view, table, index);
        }

        foreach (IVirtualTable table in NamespaceRows.VirtualTables(view)) yield return Virtual(relation, view, table);
    }

    private static SqlValue[] Table(CatalogRelation relation, CatalogView view, TableDescriptor table) =>
        Common(relation, table.Id, table.Name, table.SchemaId, view.OwnerOid(table.Owner), 'r')
            .Set("relam", CatalogOids.HeapMethod)
            .Set("relhasindex", IndexRows.Shown(table).Any())
            .Set("relnatts", table.Columns.Count(column => !column.IsHidden))
            .Set("relchecks", table.Checks.Length)
            .Set("relreplident", 'd')
            .Finish();

    private static SqlValue[] Index(
        CatalogRelation relation, CatalogView view, TableDescriptor table, IndexDescriptor index) =>
        Common(relation, index.Id, index.Name, table.SchemaId, view.OwnerOid(table.Owner), 'i')
            .Set("relam", CatalogOids.BtreeMethod)
            .Set("relnatts", index.Columns.Length)
            .Set("relreplident", 'n')
            .Finish();

    private static SqlValue[] Sequence(CatalogRelation relation, CatalogView view, SequenceDescriptor sequence)
    {
        string? owner = view.Schema.Find(sequence.OwnerTableId) is TableDescriptor table ? table.Owner : null;
        return Common(relation, sequence.Id, sequence.Name, sequence.SchemaId, view.OwnerOid(owner), 'S')
            .Set("relnatts", 3)
            .Set("relpages", 1)
            .Set("reltuples", SqlValue.Of(1.0))
            .Set("relreplident", 'n')
            .Finish();
    }

    private static SqlValue[] Virtual(CatalogRelation relation, CatalogView view, IVirtualTable table)
    {
        bool isView = NamespaceRows.IsView(table);
        return Common(
                relation, table.Id, table.Name, NamespaceRows.OidOf(view, table.Schema), RoleDescriptor.BootstrapOid,
                isView ? 'v' : 'r')
            .Set("relam", isView ? 0 : CatalogOids.HeapMethod)
            .Set("relnatts", table.Columns.Length)
            .Set("relhasrules", isView)
            .Set("relreplident", 'n')
            .Finish();
    }

    private static CatalogRow Common(
        CatalogRelation relation, uint oid, string name, uint schema, uint owner, char kind) => relation.Row()
        .Set("oid", oid)
        .Set("relname", name)
        .Set("relnamespace", schema)
        .Set("relowner", owner)
        .Set("relkind", kind)
        .Set("relfilenode", kind is 'v' ? 0 : oid)
        .Set("reltuples", SqlValue.Of(-1.0))
        .Set("relpersistence", 'p')
        .Set("relispopulated", true);
}
