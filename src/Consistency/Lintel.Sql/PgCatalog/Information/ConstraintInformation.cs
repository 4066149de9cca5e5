using Lintel.Sql.Catalog;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.PgCatalog.Relations;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Information;

/// <summary>information_schema: table_constraints, key_column_usage, check_constraints.</summary>
internal static class ConstraintInformation
{
    public static IEnumerable<SqlValue[]> TableConstraints(CatalogRelation relation, CatalogView view)
    {
        foreach (TableDescriptor table in view.Schema.Relations.OfType<TableDescriptor>())
        {
            foreach (IndexDescriptor key in ConstraintRows.Keys(table))
                yield return Constraint(relation, view, table, key.Name, key.IsPrimary ? "PRIMARY KEY" : "UNIQUE");
            foreach (CheckDescriptor check in table.Checks)
                yield return Constraint(relation, view, table, check.Name, "CHECK");
        }
    }

    public static IEnumerable<SqlValue[]> KeyColumns(CatalogRelation relation, CatalogView view)
    {
        foreach (TableDescriptor table in view.Schema.Relations.OfType<TableDescriptor>())
        {
            foreach (IndexDescriptor key in ConstraintRows.Keys(table))
            {
                for (int i = 0; i < key.Columns.Length; i++)
                {
                    ColumnDescriptor column = table.Columns[table.OrdinalOf(key.Columns[i].ColumnId)];
                    yield return Named(relation, view, table, key.Name)
                        .Set("column_name", column.Name).Set("ordinal_position", i + 1).Finish();
                }
            }
        }
    }

    public static IEnumerable<SqlValue[]> Checks(CatalogRelation relation, CatalogView view) =>
        from table in view.Schema.Relations.OfType<TableDescriptor>()
        from check in table.Checks
        select relation.Row()
            .Set("constraint_catalog", view.Schema.Database.Name)
            .Set("constraint_schema", NamespaceRows.NameOf(view, table.SchemaId))
            .Set("constraint_name", check.Name)
            .Set("check_clause", check.ExpressionSql)
            .Finish();

    private static SqlValue[] Constraint(
        CatalogRelation relation, CatalogView view, TableDescriptor table, string name, string kind) =>
        Named(relation, view, table, name)
            .Set("constraint_type", kind)
            .Set("is_deferrable", "NO")
            .Set("initially_deferred", "NO")
            .Set("enforced", "YES")
            .Finish();

    private static CatalogRow Named(CatalogRelation relation, CatalogView view, TableDescriptor table, string name)
    {
        string database = view.Schema.Database.Name;
        string schema = NamespaceRows.NameOf(view, table.SchemaId);
        return relation.Row()
            .Set("constraint_catalog", database)
            .Set("constraint_schema", schema)
            .Set("constraint_name", name)
            .Set("table_catalog", database)
            .Set("table_schema", schema)
            .Set("table_name", table.Name);
    }
}
