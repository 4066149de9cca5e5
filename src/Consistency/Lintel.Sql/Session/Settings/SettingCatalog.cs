using System.Collections.Immutable;
using static Lintel.Sql.Session.Settings.SettingAccess;

namespace Lintel.Sql.Session.Settings;

/// <summary>Every setting that sessions know, by name. Names with a dot that are not here are the client's own.</summary>
public static class SettingCatalog
{
    /// <summary>The PostgreSQL version that clients are told.</summary>
    public const string ServerVersion = "15.0";

    private static readonly BooleanSetting Boolean = new();
    private static readonly TextSetting Text = new();
    private static readonly IntegerSetting Timeout = new(0, int.MaxValue, SettingUnits.Milliseconds);
    private static readonly IntegerSetting Memory = new(64, int.MaxValue, SettingUnits.Kilobytes);
    private static readonly RealSetting Cost = new(0, double.MaxValue);

    private static readonly EnumSetting Isolation =
        new(["serializable", "repeatable read", "read committed", "read uncommitted"]);

    private static readonly EnumSetting Messages = new(
        ["debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error"], ("debug", "debug2"), ("info", "notice"));

    private static readonly ImmutableArray<SettingDefinition> Definitions =
    [
        .. Sessions(), .. Transactions(), .. Formats(), .. Facts(), .. Planner(), .. Lintel(),
    ];

    private static readonly Dictionary<string, SettingDefinition> ByName =
        Definitions.ToDictionary(d => d.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } =
        [.. Definitions.OrderBy(d => d.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>Those that clients are told of, in the order of PostgreSQL.</summary>
    public static IReadOnlyList<SettingDefinition> Reported { get; } = [.. All.Where(d => d.IsReported)];

    /// <summary>The setting of that name, without regard to case; null when there is none.</summary>
    public static SettingDefinition? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<SettingDefinition> Sessions() =>
    [
        new("application_name", Text, "", "Name of the application, for status and logs.", IsReported: true),
        new("search_path", new TextSetting(SettingLists.SearchPath), "\"$user\", public",
            "Schemas in which unqualified names are looked up.", IsInPlanKey: true),
        new("role", Text, "none", "The current role.", IsInPlanKey: true),
        new("session_authorization", Text, "", "The session's user.", IsReported: true),
        new("statement_timeout", Timeout, "0", "Ends a statement that runs longer; 0 is never."),
        new("lock_timeout", Timeout, "0", "Ends a statement that waits longer for a lock; 0 is never.", HasNoEffect: true),
        new("idle_in_transaction_session_timeout", Timeout, "0", "Ends a session that is idle in a transaction; 0 is never."),
        new("idle_session_timeout", Timeout, "0", "Ends a session that is idle; 0 is never."),
        new("client_min_messages", Messages, "notice", "Which notices are sent to the client."),
        new("log_min_messages", Messages, "warning", "Which messages are logged."),
        new("log_statement", new EnumSetting(["none", "ddl", "mod", "all"]), "none", "Which statements are logged."),
        new("row_security", Boolean, "on", "Row security; Lintel has no policies."),
        new("check_function_bodies", Boolean, "on", "Checks bodies of new functions."),
        new("default_tablespace", Text, "", "Default tablespace; storage follows resource groups."),
        new("default_table_access_method", Text, "heap", "Default access method of tables."),
        new("temp_tablespaces", Text, "", "Tablespaces of temporary tables."),
        new("xmloption", new EnumSetting(["content", "document"]), "content", "How XML is read."),
        new("default_with_oids", new EnumSetting(["off"], ("false", "off"), ("0", "off")), "off", "Tables have no oids."),
        new("password_encryption", new EnumSetting(["scram-sha-256"]), "scram-sha-256", "How passwords are kept."),
        new("seed", new RealSetting(-1, 1), "0", "Seed of random()."),
        new("tcp_keepalives_idle", new IntegerSetting(0, int.MaxValue), "0", "Seconds between keep-alives."),
        new("tcp_keepalives_interval", new IntegerSetting(0, int.MaxValue), "0", "Seconds between keep-alive retries."),
        new("tcp_keepalives_count", new IntegerSetting(0, int.MaxValue), "0", "Keep-alives lost before a connection is dead."),
    ];

    private static IEnumerable<SettingDefinition> Transactions() =>
    [
        new("default_transaction_isolation", Isolation, "serializable", "Isolation level of new transactions."),
        new("default_transaction_read_only", Boolean, "off", "Whether new transactions are read-only.", IsReported: true),
        new("default_transaction_deferrable", Boolean, "off", "Whether new transactions are deferrable."),
        new("transaction_isolation", Isolation, "serializable", "Isolation level of the current transaction."),
        new("transaction_read_only", Boolean, "off", "Whether the current transaction is read-only."),
        new("transaction_deferrable", Boolean, "off", "Whether the current transaction is deferrable."),
        new("synchronous_commit",
            new EnumSetting(["local", "remote_write", "remote_apply", "on", "off"], ("true", "on"), ("yes", "on"),
                ("1", "on"), ("false", "off"), ("no", "off"), ("0", "off")),
            "on", "Commits are always replicated and durable before they are acknowledged."),
        new("session_replication_role", new EnumSetting(["origin", "replica", "local"]), "origin", "Role for triggers."),
    ];

    private static IEnumerable<SettingDefinition> Formats() =>
    [
        new("client_encoding", new TextSetting(SettingLists.ClientEncoding), "UTF8", "The client's character set.", IsReported: true),
        new("DateStyle", new TextSetting(SettingLists.DateStyle), "ISO, MDY", "How dates are shown and read.",
            IsReported: true, IsInPlanKey: true),
        new("TimeZone", new TextSetting(SettingZones.Normalize), "UTC", "The time zone that times are shown and read in.",
            IsReported: true, IsInPlanKey: true),
        new("IntervalStyle", new EnumSetting(["postgres", "postgres_verbose", "sql_standard", "iso_8601"]), "postgres",
            "How intervals are shown.", IsReported: true, IsInPlanKey: true),
        new("bytea_output", new EnumSetting(["hex", "escape"]), "hex", "How bytea is shown."),
        new("extra_float_digits", new IntegerSetting(-15, 3), "1", "Digits of floating-point numbers."),
        new("standard_conforming_strings",
            new EnumSetting(["on"], ("true", "on"), ("yes", "on"), ("1", "on")), "on",
            "Backslashes in ordinary strings are literal.", IsReported: true),
        new("backslash_quote", new EnumSetting(["safe_encoding", "on", "off"]), "safe_encoding", "Whether \\' is allowed."),
        new("escape_string_warning", Boolean, "on", "Warns of backslashes in ordinary strings."),
        new("quote_all_identifiers", Boolean, "off", "Quotes all identifiers in generated SQL."),
        new("lc_messages", Text, "C", "Language of messages."),
        new("lc_monetary", Text, "C", "Locale of money."),
        new("lc_numeric", Text, "C", "Locale of numbers."),
        new("lc_time", Text, "C", "Locale of dates."),
    ];

    private static IEnumerable<SettingDefinition> Facts() =>
    [
        new("server_version", Text, ServerVersion, "The PostgreSQL version whose behaviour is offered.", Fixed, IsReported: true),
        new("server_version_num", new IntegerSetting(0, int.MaxValue), "150000", "The same as a number.", Fixed),
        new("server_encoding", Text, "UTF8", "The character set of the server.", Fixed, IsReported: true),
        new("integer_datetimes", Boolean, "on", "Times are 64-bit integers.", Fixed, IsReported: true),
        new("is_superuser", Boolean, "on", "Whether the user may do everything.", Fixed, IsReported: true),
        new("in_hot_standby", Boolean, "off", "Whether the server is a standby.", Fixed, IsReported: true),
        new("max_index_keys", new IntegerSetting(0, 1024), "32", "Columns of an index.", Fixed),
        new("max_identifier_length", new IntegerSetting(0, 1024), "63", "Bytes of a name.", Fixed),
        new("max_connections", new IntegerSetting(0, int.MaxValue), "1000", "Sessions of the node.", Fixed),
        new("max_prepared_transactions", new IntegerSetting(0, int.MaxValue), "0", "Prepared transactions.", Fixed),
        new("block_size", new IntegerSetting(0, int.MaxValue), "8192", "Bytes of a PostgreSQL page.", Fixed),
        new("wal_level", new EnumSetting(["replica"]), "replica", "What is logged.", Fixed),
        new("lc_collate", Text, "C", "How text sorts.", Fixed),
        new("lc_ctype", Text, "C", "How characters are classified.", Fixed),
        new("data_checksums", Boolean, "on", "Whether stored data has checksums.", Fixed),
        new("fsync", Boolean, "on", "Whether commits are flushed to disk.", Fixed),
        new("port", new IntegerSetting(0, 65535), "5432", "The port that is listened on.", Fixed),
        new("shared_buffers", Memory, "131072", "Memory for pages.", Fixed),
    ];

    private static IEnumerable<SettingDefinition> Planner() =>
    [
        .. new[]
        {
            "enable_seqscan", "enable_indexscan", "enable_indexonlyscan", "enable_bitmapscan", "enable_hashjoin",
            "enable_mergejoin", "enable_nestloop", "enable_hashagg", "enable_sort", "enable_material", "geqo", "jit",
            "enable_tidscan", "enable_parallel_hash", "enable_partitionwise_join", "enable_memoize",
        }.Select(name => new SettingDefinition(name, Boolean, "on", "A hint to PostgreSQL's planner.")),
        new("random_page_cost", Cost, "4", "A cost of PostgreSQL's planner."),
        new("seq_page_cost", Cost, "1", "A cost of PostgreSQL's planner."),
        new("cpu_tuple_cost", Cost, "0.01", "A cost of PostgreSQL's planner."),
        new("work_mem", Memory, "4096", "Memory of one sort; Lintel bounds a statement as a whole."),
        new("maintenance_work_mem", Memory, "65536", "Memory of maintenance."),
        new("effective_cache_size", Memory, "4194304", "What PostgreSQL's planner assumes to be cached."),
        new("max_parallel_workers_per_gather", new IntegerSetting(0, 1024), "2", "Parallel workers."),
        new("max_parallel_workers", new IntegerSetting(0, 1024), "8", "Parallel workers."),
        new("max_parallel_maintenance_workers", new IntegerSetting(0, 1024), "2", "Parallel workers."),
        new("constraint_exclusion", new EnumSetting(["partition", "on", "off"]), "partition", "A hint to PostgreSQL's planner."),
        new("default_statistics_target", new IntegerSetting(1, 10000), "100", "How much ANALYZE samples."),
        new("plan_cache_mode", new EnumSetting(["auto", "force_generic_plan", "force_custom_plan"]), "auto", "How plans are kept."),
        new("join_collapse_limit", new IntegerSetting(1, int.MaxValue), "8", "A limit of PostgreSQL's planner."),
        new("from_collapse_limit", new IntegerSetting(1, int.MaxValue), "8", "A limit of PostgreSQL's planner."),
    ];

    private static IEnumerable<SettingDefinition> Lintel() =>
    [
        new("lintel.read_staleness", new TextSetting(ReadStaleness.Normalize), "strong",
            "What read-only transactions and single reads see: 'strong', or an age such as '10s'."),
    ];
}
