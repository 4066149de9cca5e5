using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.PgCatalog.Relations;
using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Information;

/// <summary>information_schema.columns.</summary>
internal static class ColumnInformation
{
    private const int OctetsPerCharacter = 4;
    private const int OctetsMax = 1 << 30;
    private const int DefaultFractionDigits = 6;

    public static IEnumerable<SqlValue[]> Columns(CatalogRelation relation, CatalogView view)
    {
        foreach (TableDescriptor table in view.Schema.Relations.OfType<TableDescriptor>())
        {
            string schema = NamespaceRows.NameOf(view, table.SchemaId);
            foreach (ColumnDescriptor column in table.Columns.Where(column => !column.IsHidden))
                yield return Stored(relation, view, schema, table, column);
        }

        foreach (IVirtualTable table in NamespaceRows.VirtualTables(view))
        {
            for (int i = 0; i < table.Columns.Length; i++)
            {
                yield return Common(
                        relation, view, table.Schema, table.Name, table.Columns[i].Name, i + 1, table.Columns[i].Type)
                    .Set("is_nullable", "YES").Set("is_identity", "NO").Set("is_updatable", "NO").Finish();
            }
        }
    }

    private static SqlValue[] Stored(
        CatalogRelation relation, CatalogView view, string schema, TableDescriptor table, ColumnDescriptor column)
    {
        CatalogRow row = Common(
                relation, view, schema, table.Name, column.Name, column.Id, AttributeRows.TypeOf(column))
            .Set("column_default", HasDefault(column) ? DefaultText.Of(column) : null)
            .Set("is_nullable", column.NotNull ? "NO" : "YES")
            .Set("is_identity", column.Identity == IdentityKind.None ? "NO" : "YES")
            .Set("is_updatable", "YES");
        if (column.Identity == IdentityKind.None) return row.Finish();
        row.Set("identity_generation", column.Identity == IdentityKind.Always ? "ALWAYS" : "BY DEFAULT");
        if (view.Schema.Find(column.SequenceId) is not SequenceDescriptor sequence) return row.Finish();
        return row.Set("identity_start", $"{sequence.Start}")
            .Set("identity_increment", $"{sequence.Increment}")
            .Set("identity_maximum", $"{sequence.Maximum}")
            .Set("identity_minimum", $"{sequence.Minimum}")
            .Set("identity_cycle", sequence.Cycles ? "YES" : "NO")
            .Finish();
    }

    private static bool HasDefault(ColumnDescriptor column) =>
        column.Identity == IdentityKind.None && column.DefaultSql is not null;

    private static CatalogRow Common(
        CatalogRelation relation, CatalogView view, string schema, string table, string name, int number, SqlType type)
    {
        string database = view.Schema.Database.Name;
        CatalogRow row = relation.Row()
            .Set("table_catalog", database)
            .Set("table_schema", schema)
            .Set("table_name", table)
            .Set("column_name", name)
            .Set("ordinal_position", number)
            .Set("data_type", type.IsArray ? "ARRAY" : type.Kind == SqlKind.Bpchar ? "character" : type.Bare.DisplayName)
            .Set("udt_catalog", database)
            .Set("udt_schema", "pg_catalog")
            .Set("udt_name", type.InternalName)
            .Set("dtd_identifier", $"{number}")
            .Set("is_self_referencing", "NO")
            .Set("identity_cycle", "NO")
            .Set("is_generated", "NEVER");
        return Sized(row, type);
    }

    private static CatalogRow Sized(CatalogRow row, SqlType type)
    {
        switch (type.Kind)
        {
            case SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8:
                return Numeric(row, type.Length * 8, 2).Set("numeric_scale", 0);
            case SqlKind.Float4:
                return Numeric(row, 24, 2);
            case SqlKind.Float8:
                return Numeric(row, 53, 2);
            case SqlKind.Numeric:
                return type.NumericPrecision is { } precision
                    ? Numeric(row, precision, 10).Set("numeric_scale", type.NumericScale ?? 0)
                    : row.Set("numeric_precision_radix", 10);
            case SqlKind.Varchar or SqlKind.Bpchar or SqlKind.Text:
                return type.Kind != SqlKind.Text && type.CharacterLimit is { } limit
                    ? row.Set("character_maximum_length", limit).Set("character_octet_length", limit * OctetsPerCharacter)
                    : row.Set("character_octet_length", OctetsMax);
            case SqlKind.Date:
                return row.Set("datetime_precision", 0);
            case SqlKind.Time or SqlKind.Timetz or SqlKind.Timestamp or SqlKind.Timestamptz or SqlKind.Interval:
                return row.Set("datetime_precision", type.Modifier >= 0 ? type.Modifier : DefaultFractionDigits);
            default:
                return row;
        }
    }

    private static CatalogRow Numeric(CatalogRow row, int precision, int radix) =>
        row.Set("numeric_precision", precision).Set("numeric_precision_radix", radix);
}
