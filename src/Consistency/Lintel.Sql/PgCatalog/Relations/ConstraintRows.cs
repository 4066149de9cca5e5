using Lintel.Sql.Catalog;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>pg_constraint. A key has the oid of its index: pg_constraint has oids of its own.</summary>
internal static class ConstraintRows
{
    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view)
    {
        foreach (RelationDescriptor stored in view.Schema.Relations)
        {
            if (stored is not TableDescriptor table) continue;
            foreach (IndexDescriptor index in Keys(table)) yield return Key(relation, table, index);
            foreach (CheckDescriptor check in table.Checks) yield return Check(relation, table, check);
        }
    }

    /// <summary>The indexes that are constraints.</summary>
    public static IEnumerable<IndexDescriptor> Keys(TableDescriptor table) =>
        IndexRows.Shown(table).Where(index => index.IsConstraint || index.IsPrimary);

    private static SqlValue[] Key(CatalogRelation relation, TableDescriptor table, IndexDescriptor index) =>
        Common(relation, table, index.Id, index.Name, index.IsPrimary ? 'p' : 'u')
            .Set("conindid", index.Id)
            .Set("connoinherit", true)
            .Set("conkey", Numbers(index.Columns.Select(column => (long)column.ColumnId)))
            .Finish();

    private static SqlValue[] Check(CatalogRelation relation, TableDescriptor table, CheckDescriptor check) =>
        Common(relation, table, check.Id, check.Name, 'c').Set("conbin", check.ExpressionSql).Finish();

    private static CatalogRow Common(CatalogRelation relation, TableDescriptor table, uint oid, string name, char kind) =>
        relation.Row()
            .Set("oid", oid)
            .Set("conname", name)
            .Set("connamespace", table.SchemaId)
            .Set("contype", kind)
            .Set("convalidated", true)
            .Set("conrelid", table.Id)
            .Set("confupdtype", ' ')
            .Set("confdeltype", ' ')
            .Set("confmatchtype", ' ')
            .Set("conislocal", true);

    private static SqlValue Numbers(IEnumerable<long> numbers) =>
        SqlValue.Of(new SqlArray(SqlType.Int2, [.. numbers.Select(SqlValue.Of)]));
}
