using Lintel.Sql.Catalog;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Relations;

/// <summary>pg_index and the view pg_indexes.</summary>
internal static class IndexRows
{
    private const int DescendingOption = 1;
    private const int NullsFirstOption = 2;
    private static readonly Dictionary<uint, uint> OperatorClasses = ReadOperatorClasses();

    public static IEnumerable<SqlValue[]> Of(CatalogRelation relation, CatalogView view)
    {
        foreach (RelationDescriptor stored in view.Schema.Relations)
        {
            if (stored is not TableDescriptor table) continue;
            foreach (IndexDescriptor index in Shown(table)) yield return Row(relation, table, index);
        }
    }

    public static IEnumerable<SqlValue[]> View(CatalogRelation relation, CatalogView view)
    {
        foreach (RelationDescriptor stored in view.Schema.Relations)
        {
            if (stored is not TableDescriptor table) continue;
            foreach (IndexDescriptor index in Shown(table))
            {
                yield return relation.Row()
                    .Set("schemaname", NamespaceRows.NameOf(view, table.SchemaId))
                    .Set("tablename", table.Name)
                    .Set("indexname", index.Name)
                    .Set("indexdef", DefinitionText.Index(view.Schema, table, index, isQualified: true))
                    .Finish();
            }
        }
    }

    /// <summary>The indexes that users see: all but the one over the hidden row id.</summary>
    public static IEnumerable<IndexDescriptor> Shown(TableDescriptor table) =>
        table.Indexes.Where(index => !(index.IsPrimary && table.HasHiddenKey));

    private static SqlValue[] Row(CatalogRelation relation, TableDescriptor table, IndexDescriptor index)
    {
        ColumnDescriptor[] columns =
            [.. index.Columns.Select(column => table.Columns[table.OrdinalOf(column.ColumnId)])];
        return relation.Row()
            .Set("indexrelid", index.Id)
            .Set("indrelid", table.Id)
            .Set("indnatts", index.Columns.Length)
            .Set("indnkeyatts", index.Columns.Length)
            .Set("indisunique", index.IsUnique)
            .Set("indisprimary", index.IsPrimary)
            .Set("indimmediate", true)
            .Set("indisvalid", index.State == IndexState.Public)
            .Set("indisready", index.State != IndexState.DeleteOnly)
            .Set("indislive", true)
            .Set("indkey", Vector(SqlType.Int2, index.Columns, column => column.ColumnId))
            .Set("indcollation", Vector(SqlType.Oid, columns, CollationOf))
            .Set("indclass", Vector(SqlType.Oid, columns, column => OperatorClasses.GetValueOrDefault(column.TypeOid)))
            .Set("indoption", Vector(SqlType.Int2, index.Columns, Options))
            .Finish();
    }

    private static long Options(IndexColumn column) =>
        (column.Descending ? DescendingOption : 0) | (column.NullsFirst ? NullsFirstOption : 0);

    private static long CollationOf(ColumnDescriptor column) => AttributeRows.TypeOf(column).Kind switch
    {
        SqlKind.Text or SqlKind.Varchar or SqlKind.Bpchar => CatalogOids.DefaultCollation,
        SqlKind.Name => CatalogOids.CCollation,
        _ => 0,
    };

    private static SqlValue Vector<T>(SqlType element, IEnumerable<T> items, Func<T, long> number) =>
        SqlValue.Of(new SqlArray(element, [.. items.Select(item => SqlValue.Of(number(item)))], 0));

    private static Dictionary<uint, uint> ReadOperatorClasses()
    {
        CatalogRelation relation = CatalogDefinitions.Find("pg_catalog", "pg_opclass");
        int oid = relation.OrdinalOf("oid");
        int type = relation.OrdinalOf("opcintype");
        var classes = CatalogDefinitions.Rows["pg_opclass"].ToDictionary(row => row[type].AsOid(), row => row[oid].AsOid());
        // varchar is ordered by the operators of text.
        classes[TypeRegistry.Of(SqlKind.Varchar).Oid] = classes[TypeRegistry.Of(SqlKind.Text).Oid];
        return classes;
    }
}
