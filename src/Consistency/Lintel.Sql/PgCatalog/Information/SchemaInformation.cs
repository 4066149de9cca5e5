using System.Globalization;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.PgCatalog.Relations;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Information;

/// <summary>information_schema: schemata, tables, sequences.</summary>
internal static class SchemaInformation
{
    public static IEnumerable<SqlValue[]> CatalogName(CatalogRelation relation, CatalogView view)
    {
        yield return relation.Row().Set("catalog_name", view.Schema.Database.Name).Finish();
    }

    public static IEnumerable<SqlValue[]> Schemata(CatalogRelation relation, CatalogView view) =>
        from schema in view.Schema.Schemas
        select relation.Row()
            .Set("catalog_name", view.Schema.Database.Name)
            .Set("schema_name", schema.Name)
            .Set("schema_owner", schema.Id == DatabaseSchema.PublicId
                ? "pg_database_owner"
                : TableRows.OwnerName(view, schema.Owner))
            .Finish();

    public static IEnumerable<SqlValue[]> Tables(CatalogRelation relation, CatalogView view)
    {
        foreach (TableDescriptor table in view.Schema.Relations.OfType<TableDescriptor>())
            yield return Table(relation, view, NamespaceRows.NameOf(view, table.SchemaId), table.Name, "BASE TABLE", true);
        foreach (IVirtualTable table in NamespaceRows.VirtualTables(view))
        {
            string kind = NamespaceRows.IsView(table) ? "VIEW" : "BASE TABLE";
            yield return Table(relation, view, table.Schema, table.Name, kind, false);
        }
    }

    public static IEnumerable<SqlValue[]> Sequences(CatalogRelation relation, CatalogView view)
    {
        foreach (SequenceDescriptor sequence in view.Schema.Relations.OfType<SequenceDescriptor>())
        {
            SqlType type = TypeRegistry.TryFindOid(sequence.TypeOid, out SqlType found) ? found : SqlType.Int8;
            yield return relation.Row()
                .Set("sequence_catalog", view.Schema.Database.Name)
                .Set("sequence_schema", NamespaceRows.NameOf(view, sequence.SchemaId))
                .Set("sequence_name", sequence.Name)
                .Set("data_type", type.DisplayName)
                .Set("numeric_precision", type.Length * 8)
                .Set("numeric_precision_radix", 2)
                .Set("numeric_scale", 0)
                .Set("start_value", Text(sequence.Start))
                .Set("minimum_value", Text(sequence.Minimum))
                .Set("maximum_value", Text(sequence.Maximum))
                .Set("increment", Text(sequence.Increment))
                .Set("cycle_option", sequence.Cycles ? "YES" : "NO")
                .Finish();
        }
    }

    private static SqlValue[] Table(
        CatalogRelation relation, CatalogView view, string schema, string name, string kind, bool isWritable) =>
        relation.Row()
            .Set("table_catalog", view.Schema.Database.Name)
            .Set("table_schema", schema)
            .Set("table_name", name)
            .Set("table_type", kind)
            .Set("is_insertable_into", isWritable ? "YES" : "NO")
            .Set("is_typed", "NO")
            .Finish();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
