using Lintel.Primitives.Random;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Settings as functions see them: current_setting and set_config.</summary>
public interface ISessionSettings
{
    /// <summary>The value of a setting as SHOW prints it; null when there is no such setting.</summary>
    string? Show(string name);

    /// <summary>Sets it, for the transaction only when <paramref name="isLocal"/>; answers the new value as shown.</summary>
    string Set(string name, string? value, bool isLocal);
}

/// <summary>
/// What a function may know besides its arguments: time, randomness, settings, the session. One per session, renewed as
/// transactions and statements start; never shared between threads.
/// </summary>
public sealed class EvaluationContext
{
    /// <summary>How values are read and printed; <see cref="TypeContext.TransactionTime"/> is what now() answers.</summary>
    public TypeContext Types { get; set; } = TypeContext.Default;

    /// <summary>The wall clock, for clock_timestamp().</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>For random() and gen_random_uuid(). The session's own stream; setseed() replaces it.</summary>
    public required Prng Random { get; set; }

    /// <summary>Start of the statement, microseconds since 2000-01-01 UTC.</summary>
    public long StatementTime { get; set; }

    /// <summary>Settings; null where there is no session (tests, defaults of the catalog).</summary>
    public ISessionSettings? Settings { get; init; }

    /// <summary>What current_user answers.</summary>
    public string User { get; set; } = "";

    /// <summary>What session_user answers.</summary>
    public string SessionUser { get; set; } = "";

    /// <summary>What current_database() answers.</summary>
    public string Database { get; init; } = "";

    /// <summary>The schemas of the search path that exist, without the implicit pg_catalog.</summary>
    public IReadOnlyList<string> SearchPath { get; set; } = ["public"];

    /// <summary>What pg_backend_pid() answers.</summary>
    public int ProcessId { get; init; }

    /// <summary>Compiled regular expressions.</summary>
    public PatternCache Patterns { get; } = new();

    /// <summary>Ends long evaluations (generate_series, repeat, regular expressions).</summary>
    public CancellationToken Cancellation { get; set; }
}
