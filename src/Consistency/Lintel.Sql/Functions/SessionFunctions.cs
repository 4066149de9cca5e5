using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>What a session says about itself, and the functions that only it can compute.</summary>
internal static class SessionFunctions
{
    /// <summary>What version() answers; clients read the number.</summary>
    public const string Version = "PostgreSQL 15.0 (Lintel 0.1.0)";

    // Encodings by PostgreSQL's numbers, as pg_encoding_to_char prints them.
    private static readonly (int Number, string Name)[] Encodings = [(0, "SQL_ASCII"), (6, "UTF8"), (8, "LATIN1")];

    // They need the catalog or I/O; FunctionKind.Session. Properties follow the signature.
    private static readonly string[] Named =
    [
        "nextval(regclass) int8 volatile", "currval(regclass) int8 volatile", "lastval() int8 volatile",
        "setval(regclass, int8) int8 volatile", "setval(regclass, int8, bool) int8 volatile",
        "pg_table_is_visible(oid) bool stable", "pg_type_is_visible(oid) bool stable", "pg_function_is_visible(oid) bool stable",
        "pg_operator_is_visible(oid) bool stable", "pg_collation_is_visible(oid) bool stable",
        "pg_opclass_is_visible(oid) bool stable", "pg_get_userbyid(oid) name stable",
        "pg_get_expr(pg_node_tree, oid) text stable", "pg_get_expr(pg_node_tree, oid, bool) text stable",
        "pg_get_indexdef(oid) text stable", "pg_get_indexdef(oid, int4, bool) text stable",
        "pg_get_constraintdef(oid) text stable", "pg_get_constraintdef(oid, bool) text stable",
        "pg_get_viewdef(oid) text stable", "pg_get_viewdef(oid, bool) text stable", "pg_get_viewdef(text) text stable",
        "pg_get_triggerdef(oid) text stable", "pg_get_triggerdef(oid, bool) text stable", "pg_get_partkeydef(oid) text stable",
        "pg_get_ruledef(oid) text stable", "pg_get_function_result(oid) text stable", "pg_get_function_arguments(oid) text stable",
        "pg_get_function_identity_arguments(oid) text stable", "pg_get_functiondef(oid) text stable",
        "pg_get_serial_sequence(text, text) text stable", "pg_get_statisticsobjdef_columns(oid) text stable",
        "obj_description(oid, name) text stable", "obj_description(oid) text stable", "col_description(oid, int4) text stable",
        "shobj_description(oid, name) text stable", "pg_relation_is_publishable(regclass) bool stable",
        "pg_column_is_updatable(regclass, int2, bool) bool stable", "pg_relation_is_updatable(regclass, bool) int4 stable",
        "pg_relation_size(regclass) int8 volatile", "pg_relation_size(regclass, text) int8 volatile",
        "pg_table_size(regclass) int8 volatile", "pg_total_relation_size(regclass) int8 volatile",
        "pg_indexes_size(regclass) int8 volatile", "pg_database_size(name) int8 volatile", "pg_database_size(oid) int8 volatile",
        "pg_tablespace_location(oid) text stable", "to_regclass(text) regclass stable", "to_regtype(text) regtype stable",
        "to_regnamespace(text) regnamespace stable", "to_regproc(text) regproc stable", "to_regrole(text) regrole stable",
        "has_table_privilege(text, text) bool stable", "has_table_privilege(oid, text) bool stable",
        "has_table_privilege(name, oid, text) bool stable", "has_schema_privilege(text, text) bool stable",
        "has_schema_privilege(oid, text) bool stable", "has_database_privilege(text, text) bool stable",
        "has_database_privilege(oid, text) bool stable", "has_any_column_privilege(oid, text) bool stable",
        "has_column_privilege(oid, int2, text) bool stable", "has_sequence_privilege(oid, text) bool stable",
        "has_function_privilege(oid, text) bool stable", "pg_has_role(oid, text) bool stable", "pg_has_role(name, text) bool stable",
        "pg_has_role(name, name, text) bool stable",
        "pg_sleep(float8) void volatile", "pg_advisory_unlock_all() void volatile", "pg_advisory_lock(int8) void volatile",
        "pg_advisory_unlock(int8) bool volatile", "pg_try_advisory_lock(int8) bool volatile",
        "pg_advisory_xact_lock(int8) void volatile", "pg_try_advisory_xact_lock(int8) bool volatile",
        "pg_cancel_backend(int4) bool volatile", "pg_terminate_backend(int4) bool volatile",
        "txid_current() int8 stable", "pg_current_xact_id() int8 stable", "pg_postmaster_start_time() timestamptz stable",
        "pg_is_in_recovery() bool volatile", "inet_server_port() int4 stable",
    ];

    public static void Register(FunctionRegistry table)
    {
        foreach (string signature in Named) table.AddNamed(FunctionKind.Session, signature);
        table.Add("version() text stable", (_, _) => SqlValue.Of(Version));
        table.Add("current_user() name stable", (_, context) => SqlValue.Of(context.User));
        table.Add("session_user() name stable", (_, context) => SqlValue.Of(context.SessionUser));
        table.Add("current_database() name stable", (_, context) => SqlValue.Of(context.Database));
        table.Add("current_schema() name stable", (_, context) =>
            context.SearchPath.Count > 0 ? SqlValue.Of(context.SearchPath[0]) : SqlValue.Null);
        table.Add("current_schemas(bool) _name stable", (in implied, context) =>
        {
            IEnumerable<string> path = context.SearchPath;
            if (implied.AsBool() && !path.Contains("pg_catalog")) path = path.Prepend("pg_catalog");
            return SqlValue.Of(new SqlArray(SqlType.Name, [.. path.Select(SqlValue.Of)]));
        });
        table.Add("pg_backend_pid() int4 stable", (_, context) => SqlValue.Of((long)context.ProcessId));
        table.Add("getdatabaseencoding() name stable", (_, _) => SqlValue.Of("UTF8"));
        table.Add("pg_client_encoding() name stable", (_, _) => SqlValue.Of("UTF8"));
        table.Add("pg_encoding_to_char(int4) name stable", (in a, _) => SqlValue.Of(EncodingName(a.AsInt64())));
        table.Add("pg_char_to_encoding(name) int4 stable", (in a, _) => SqlValue.Of(EncodingNumber(a.AsString())));
        AddSettings(table);
        AddTypes(table);
    }

    private static void AddSettings(FunctionRegistry table)
    {
        table.Add("current_setting(text) text stable", (in name, context) => Setting(name.AsString(), isMissingOk: false, context));
        table.Add("current_setting(text, bool) text stable", (in name, in isMissingOk, context) =>
            Setting(name.AsString(), isMissingOk.AsBool(), context));
        table.Add("set_config(text, text, bool) text volatile nonstrict", (a, context) =>
        {
            if (a[0].IsNull) throw new SqlException(SqlStates.NullValueNotAllowed, "SET requires parameter name");
            ISessionSettings settings = context.Settings
                ?? throw new SqlException(SqlStates.FeatureNotSupported, "there is no session here whose settings could change");
            return SqlValue.Of(settings.Set(a[0].AsString(), a[1].IsNull ? null : a[1].AsString(), !a[2].IsNull && a[2].AsBool()));
        });
    }

    private static SqlValue Setting(string name, bool isMissingOk, EvaluationContext context)
    {
        if (context.Settings?.Show(name) is { } value) return SqlValue.Of(value);
        return isMissingOk
            ? SqlValue.Null
            : throw new SqlException(SqlStates.UndefinedObject, $"unrecognized configuration parameter \"{name}\"");
    }

    private static void AddTypes(FunctionRegistry table)
    {
        table.AddTyped("pg_typeof(any) regtype stable nonstrict", static (types, _) =>
        {
            SqlValue answer = SqlValue.Of((long)types[0].TypeOid);
            return (_, _) => answer;
        });
        table.Add("format_type(oid, int4) text stable nonstrict", (in oid, in modifier, _) =>
            oid.IsNull ? SqlValue.Null : SqlValue.Of(FormatType(oid.AsOid(), modifier.IsNull ? null : (int)modifier.AsInt64())));
        table.Add("pg_size_pretty(int8) text", (in a, _) => SqlValue.Of(PrettySize(a.AsInt64())));
        table.AddTyped("pg_column_size(any) int4 stable", static (_, _) => (a, _) => SqlValue.Of(Math.Max(8, a[0].HeapBytes)));
        table.AddTyped("pg_collation_for(any) text stable nonstrict", static (types, _) => (_, _) =>
            types[0].Category == TypeCategory.String ? SqlValue.Of("\"default\"") : SqlValue.Null);
    }

    private static string FormatType(uint oid, int? modifier)
    {
        if (oid == 0) return "-";
        if (!TypeRegistry.TryFindOid(oid, out SqlType type)) return "???";
        // "character" alone means one character; without a limit the type has no name in SQL.
        if (type.Kind == SqlKind.Bpchar && modifier < 0) return "bpchar";
        return (type with { Modifier = modifier ?? -1 }).DisplayName;
    }

    private static string PrettySize(long bytes)
    {
        string[] units = ["bytes", "kB", "MB", "GB", "TB", "PB"];
        Int128 size = Int128.Abs(bytes);
        int unit = 0;
        // Each unit is used up to 10,239; sizes are rounded half up.
        while (size >= 10_240 && unit < units.Length - 1)
        {
            size = unit == 0 ? size / 512 : size / 1024;
            unit++;
            if (size / 2 < 10_240 || unit == units.Length - 1) break;
        }

        if (unit > 0) size = (size + 1) / 2;
        return $"{(bytes < 0 ? "-" : "")}{size} {units[unit]}";
    }

    private static string EncodingName(long number)
    {
        foreach ((int known, string name) in Encodings)
            if (known == number) return name;
        return "";
    }

    private static long EncodingNumber(string name)
    {
        foreach ((int number, string known) in Encodings)
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase)) return number;
        return -1;
    }
}
