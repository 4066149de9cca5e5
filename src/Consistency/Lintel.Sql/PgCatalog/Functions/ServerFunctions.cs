using Lintel.Sql.Types;

namespace Lintel.Sql.PgCatalog.Functions;

/// <summary>Descriptions, sizes, encodings and what kind of server this is.</summary>
internal static class ServerFunctions
{
    private const int Utf8 = 6;

    public static IReadOnlyList<CatalogFunction> All { get; } =
    [
        // Comments are not kept, and sizes not counted per relation: NULL, as for an object without.
        new((_, _) => SqlValue.Null,
            "obj_description(oid, name) text stable", "obj_description(oid) text stable",
            "shobj_description(oid, name) text stable", "col_description(oid, int4) text stable",
            "pg_table_size(regclass) int8 volatile", "pg_relation_size(regclass) int8 volatile",
            "pg_relation_size(regclass, text) int8 volatile", "pg_total_relation_size(regclass) int8 volatile",
            "pg_indexes_size(regclass) int8 volatile", "pg_database_size(oid) int8 volatile",
            "pg_database_size(name) int8 volatile", "pg_tablespace_size(oid) int8 volatile",
            "pg_tablespace_size(name) int8 volatile"),
        new((_, arguments) => SqlValue.Of(arguments[0].AsInt64() == Utf8 ? "UTF8" : ""),
            "pg_encoding_to_char(int4) name stable"),
        new((_, arguments) => SqlValue.Of(IsUtf8(arguments[0].AsString()) ? Utf8 : -1L),
            "pg_char_to_encoding(name) int4 stable"),
        new((_, _) => SqlValue.Of("UTF8"), "getdatabaseencoding() name stable"),
        new((_, _) => SqlValue.Of(""), "pg_tablespace_location(oid) text stable"),
        // There are no advisory locks to give back: taking one is refused.
        new((_, _) => SqlValue.Of(""), "pg_advisory_unlock_all() void volatile"),
        new((_, _) => SqlValue.False, "pg_is_in_recovery() bool volatile", "pg_is_wal_replay_paused() bool volatile"),
    ];

    private static bool IsUtf8(string encoding) =>
        encoding.Replace("-", "", StringComparison.Ordinal).Equals("UTF8", StringComparison.OrdinalIgnoreCase);
}
