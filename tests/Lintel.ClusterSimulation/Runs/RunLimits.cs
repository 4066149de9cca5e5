using Lintel.Primitives.Random;
using Lintel.Splits;
using Lintel.Transactions.Gateway;

namespace Lintel.ClusterSimulation.Runs;

/// <summary>
/// The constants of a run: durations short enough that faults fit in between, and sizes that a seed makes tiny now and
/// then, so that pages, stages, snapshots and steps have seams.
/// </summary>
internal static class RunLimits
{
    public static SplitLimits Splits(Prng random) => new()
    {
        KeepAlive = TimeSpan.FromMilliseconds(1200),
        RequestTimeout = TimeSpan.FromSeconds(2),
        HousekeepingInterval = TimeSpan.FromMilliseconds(300),
        FlushInterval = random.Between(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(3)),
        KeepEntries = (ulong)random.Pick([2, 20, 2048]),
        PageRowsMax = random.Pick([1, 3, 4096]),
        StagedRowsPerStep = random.Pick([1, 3, 2048]),
        SnapshotChunkBytes = random.Pick([64, 4096, 256 << 10]),
        QuiesceTicks = random.Pick([5, 20]),
        DivideAtBytes = 0,
    };

    public static GatewayLimits Gateway(Prng random) => new()
    {
        KeepAliveEvery = TimeSpan.FromMilliseconds(300),
        PrepareWithin = TimeSpan.FromSeconds(2),
        DecideWithin = TimeSpan.FromSeconds(2),
        OutcomeWithin = TimeSpan.FromSeconds(4),
        StageWrites = random.Pick([2, 3, 20_000, 20_000]),
        StageRequestBytes = random.Pick([1, 512 << 10]),
        PointsMax = random.Pick([1, 1_000]),
    };
}
