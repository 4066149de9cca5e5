namespace Lintel.Transactions.Reference;

/// <summary>
/// Bounds of the reference store. The page is deliberately small, so that code above meets continued scans in tests.
/// </summary>
/// <param name="PageRowsMax">Rows in one page of a scan, whatever the caller asked for.</param>
/// <param name="TransactionsMax">Open read-write transactions; one more is refused with Busy.</param>
/// <param name="FatesMax">How many finished transactions are remembered for fate questions.</param>
/// <param name="VersionRetention">Snapshots older than this are refused with SnapshotTooOld.</param>
public sealed record MemoryLimits(
    int PageRowsMax = 100, int TransactionsMax = 10_000, int FatesMax = 100_000, TimeSpan VersionRetention = default)
{
    /// <summary>How long versions can be read; one hour unless told otherwise.</summary>
    public TimeSpan VersionRetention { get; init; } =
        VersionRetention == default ? TimeSpan.FromHours(1) : VersionRetention;
}
