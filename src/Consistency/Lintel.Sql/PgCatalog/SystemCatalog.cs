using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.PgCatalog.Cluster;
using Lintel.Sql.PgCatalog.Definitions;
using Lintel.Sql.PgCatalog.Information;
using Lintel.Sql.PgCatalog.Relations;

namespace Lintel.Sql.PgCatalog;

/// <summary>
/// pg_catalog and information_schema: which relation gets its rows from where. A relation that is declared and has no
/// source here is empty, as it is in a PostgreSQL database that does not use the feature.
/// </summary>
public static class SystemCatalog
{
    private static readonly Dictionary<string, RowSource> Sources = new(StringComparer.Ordinal)
    {
        ["pg_catalog.pg_class"] = ClassRows.Of,
        ["pg_catalog.pg_attribute"] = AttributeRows.Of,
        ["pg_catalog.pg_attrdef"] = AttributeRows.Defaults,
        ["pg_catalog.pg_index"] = IndexRows.Of,
        ["pg_catalog.pg_indexes"] = IndexRows.View,
        ["pg_catalog.pg_constraint"] = ConstraintRows.Of,
        ["pg_catalog.pg_sequence"] = SequenceRows.Of,
        ["pg_catalog.pg_sequences"] = SequenceRows.View,
        ["pg_catalog.pg_depend"] = SequenceRows.Dependencies,
        ["pg_catalog.pg_tables"] = TableRows.View,
        ["pg_catalog.pg_views"] = TableRows.Views,
        ["pg_catalog.pg_namespace"] = NamespaceRows.Of,
        ["pg_catalog.pg_database"] = DatabaseRows.Of,
        ["pg_catalog.pg_authid"] = RoleRows.Authid,
        ["pg_catalog.pg_roles"] = RoleRows.Roles,
        ["pg_catalog.pg_user"] = RoleRows.Users,
        ["pg_catalog.pg_shadow"] = RoleRows.Users,
        ["pg_catalog.pg_settings"] = SettingRows.Of,
        ["pg_catalog.pg_stat_activity"] = ActivityRows.Of,
        ["information_schema.schemata"] = SchemaInformation.Schemata,
        ["information_schema.tables"] = SchemaInformation.Tables,
        ["information_schema.columns"] = ColumnInformation.Columns,
        ["information_schema.sequences"] = SchemaInformation.Sequences,
        ["information_schema.table_constraints"] = ConstraintInformation.TableConstraints,
        ["information_schema.key_column_usage"] = ConstraintInformation.KeyColumns,
        ["information_schema.check_constraints"] = ConstraintInformation.Checks,
        ["information_schema.information_schema_catalog_name"] = SchemaInformation.CatalogName,
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IVirtualTable> Tables { get; } =
        [.. CatalogDefinitions.Relations.Select(relation => new CatalogTable(relation, SourceOf(relation)))];

    private static RowSource SourceOf(CatalogRelation relation)
    {
        if (Sources.TryGetValue($"{relation.Schema}.{relation.Name}", out RowSource? source)) return source;
        return CatalogDefinitions.Rows.TryGetValue(relation.Name, out Types.SqlValue[][]? rows)
            ? (_, _) => rows
            : static (_, _) => Array.Empty<Types.SqlValue[]>();
    }
}
