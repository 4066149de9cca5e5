namespace Lintel.Sql.Session;

/// <summary>What one node lets SQL use. Every bound ends in a clear error, never in a node that runs out of memory.</summary>
public sealed record SqlLimits
{
    /// <summary>Bytes of SQL text in one message or script: 16 MB.</summary>
    public int TextBytesMax { get; init; } = 16 << 20;

    /// <summary>Plans kept per node: 4,096 texts of a few kilobytes each.</summary>
    public int PlanCacheMax { get; init; } = 4096;

    /// <summary>Prepared statements of one session.</summary>
    public int PreparedStatementsMax { get; init; } = 10_000;

    /// <summary>Portals and cursors of one session.</summary>
    public int PortalsMax { get; init; } = 1_000;

    /// <summary>Bytes that the sorts, hash tables and materialised rows of one statement may hold (estimated): 256 MB; then 53200.</summary>
    public long StatementBytesMax { get; init; } = 256L << 20;

    /// <summary>How often a statement is run again by the server after a lost conflict.</summary>
    public int ServerRetriesMax { get; init; } = 100;

    /// <summary>Bytes of result rows that are held back while their statement may have to be run again: 16 KB.</summary>
    public int RetryBufferBytes { get; init; } = 16 << 10;

    /// <summary>Sessions of the node; then 53300.</summary>
    public int SessionsMax { get; init; } = 1_000;

    /// <summary>Tables and other row sources in one FROM: a 64-bit set names them.</summary>
    public const int RelationsMax = 64;
}
