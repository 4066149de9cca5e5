using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>WITH (...) of tables and indexes: hints to PostgreSQL's storage, which Lintel reads and has no use for.</summary>
internal static class StorageOptions
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "fillfactor", "parallel_workers", "toast_tuple_target", "user_catalog_table", "log_autovacuum_min_duration",
        "deduplicate_items", "fastupdate", "buffering", "pages_per_range", "autosummarize", "oids",
    };

    /// <summary>22023 for an option that PostgreSQL does not have either.</summary>
    public static void Require(ImmutableArray<OptionSetting> options)
    {
        foreach (OptionSetting option in options)
        {
            if (Known.Contains(option.Name) || option.Name.StartsWith("autovacuum_", StringComparison.Ordinal)
                || option.Name.StartsWith("toast.", StringComparison.Ordinal))
                continue;
            throw new SqlException(
                SqlStates.InvalidParameterValue, $"unrecognized parameter \"{option.Name}\"", option.Position);
        }
    }
}
