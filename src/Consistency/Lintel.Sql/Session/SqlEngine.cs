#pragma warning disable CA1822 // the bodies land within the hour
using Lintel.Primitives.Errors;

namespace Lintel.Sql.Session;

/// <summary>SQL on one node: what its sessions share.</summary>
public sealed class SqlEngine
{
    /// <summary>An engine over a transaction source. Call <see cref="StartAsync"/> before the first session.</summary>
    public SqlEngine(SqlEngineOptions options) => Options = options;

    /// <summary>What the engine stands on.</summary>
    public SqlEngineOptions Options { get; }

    /// <summary>Bounds.</summary>
    public SqlLimits Limits => Options.Limits ?? new SqlLimits();

    /// <summary>Makes sure that the system database has its first records. Idempotent; any node may call it.</summary>
    public ValueTask StartAsync(CancellationToken cancellation = default) => throw NotBuilt();

    /// <summary>Opens a session. Throws 3D000, 53300, or the errors of the start-up settings.</summary>
    public ValueTask<SqlSession> OpenSessionAsync(
        SessionStart start, ISessionEvents events, CancellationToken cancellation = default) => throw NotBuilt();

    private static LintelException NotBuilt() => new(ErrorCode.NotSupported, "this part of SQL is landing within the hour");
}
