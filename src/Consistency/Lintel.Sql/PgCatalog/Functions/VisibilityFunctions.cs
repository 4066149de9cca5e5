using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Functions;

/// <summary>pg_*_is_visible and has_*_privilege.</summary>
internal static class VisibilityFunctions
{
    public static IReadOnlyList<CatalogFunction> All { get; } =
    [
        new((view, arguments) => SqlValue.Of(view.IsVisible(arguments[0].AsOid())), "pg_table_is_visible(oid) bool stable"),
        // Types, functions, operators and the rest are all in pg_catalog, which every search path includes.
        new(True,
            "pg_type_is_visible(oid) bool stable", "pg_function_is_visible(oid) bool stable",
            "pg_operator_is_visible(oid) bool stable", "pg_collation_is_visible(oid) bool stable",
            "pg_opclass_is_visible(oid) bool stable", "pg_opfamily_is_visible(oid) bool stable",
            "pg_conversion_is_visible(oid) bool stable", "pg_statistics_obj_is_visible(oid) bool stable",
            "pg_ts_config_is_visible(oid) bool stable", "pg_ts_dict_is_visible(oid) bool stable",
            "pg_ts_parser_is_visible(oid) bool stable", "pg_ts_template_is_visible(oid) bool stable"),
        // There are no grants yet: whoever may connect may do everything.
        new(True,
            "has_database_privilege(text, text) bool stable", "has_database_privilege(oid, text) bool stable",
            "has_schema_privilege(text, text) bool stable", "has_schema_privilege(oid, text) bool stable",
            "has_schema_privilege(name, text, text) bool stable", "has_schema_privilege(name, oid, text) bool stable",
            "has_table_privilege(text, text) bool stable", "has_table_privilege(oid, text) bool stable",
            "has_table_privilege(name, text, text) bool stable", "has_table_privilege(name, oid, text) bool stable",
            "has_column_privilege(oid, int2, text) bool stable", "has_column_privilege(text, text, text) bool stable",
            "has_any_column_privilege(oid, text) bool stable", "has_sequence_privilege(oid, text) bool stable",
            "has_sequence_privilege(text, text) bool stable", "has_function_privilege(oid, text) bool stable",
            "has_tablespace_privilege(oid, text) bool stable", "has_tablespace_privilege(text, text) bool stable",
            "has_language_privilege(oid, text) bool stable", "has_type_privilege(oid, text) bool stable",
            "pg_has_role(oid, text) bool stable", "pg_has_role(name, text) bool stable",
            "pg_has_role(name, name, text) bool stable", "pg_has_role(oid, oid, text) bool stable"),
        new((view, arguments) => SqlValue.Of(view.Schema.Find(arguments[0].AsOid()) is not null),
            "pg_column_is_updatable(regclass, int2, bool) bool stable"),
        new((view, arguments) => SqlValue.Of(view.Schema.Find(arguments[0].AsOid()) is not null ? Updatable : 0L),
            "pg_relation_is_updatable(regclass, bool) int4 stable"),
        new((_, _) => SqlValue.False, "pg_relation_is_publishable(regclass) bool stable"),
    ];

    // The events that a plain table takes: UPDATE, INSERT and DELETE.
    private const long Updatable = (1 << 2) | (1 << 3) | (1 << 4);

    private static SqlValue True(CatalogView view, SqlValue[] arguments) => SqlValue.True;
}
