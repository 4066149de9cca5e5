namespace Lintel.Splits.Locks;

/// <summary>
/// Bounds of one lock table. A held point lock costs about 150 bytes, so the defaults keep a table of a busy split
/// below some tens of megabytes.
/// </summary>
public sealed record LockLimits
{
    /// <summary>
    /// Locks that one transaction may hold. At the bound its locks of the asked mode are replaced by one lock over
    /// their hull, if nobody else is in the way; otherwise the request is refused.
    /// </summary>
    public int LocksPerTransactionMax { get; init; } = 16_384;

    /// <summary>Requests that may wait at once, in the whole table.</summary>
    public int WaitersMax { get; init; } = 4_096;

    /// <summary>Transactions known at once: those that hold or wait, and the wounded not released yet.</summary>
    public int TransactionsMax { get; init; } = 16_384;

    /// <summary>Snapshot reads that may wait for prepared transactions at once.</summary>
    public int PendingReadsMax { get; init; } = 4_096;
}
