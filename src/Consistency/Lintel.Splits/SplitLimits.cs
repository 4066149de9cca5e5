namespace Lintel.Splits;

/// <summary>The constants of the splits of one store. Durations marked "cluster" must agree on all nodes.</summary>
public sealed record SplitLimits
{
    /// <summary>The limits used unless a host says otherwise.</summary>
    public static SplitLimits Default { get; } = new();

    /// <summary>A bug planted by a test of the simulation. Cannot be set from outside of tests.</summary>
    public PlantedBug Planted { get; internal init; }

    /// <summary>How often a node asks each other node for support.</summary>
    public TimeSpan SupportInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Cluster: how long a support lasts. Failover takes about this plus an election.</summary>
    public TimeSpan SupportDuration { get; init; } = TimeSpan.FromMilliseconds(1000);

    /// <summary>Cluster: half-width of TrueTime above which a node neither gives support nor uses leases.</summary>
    public TimeSpan MaxUncertainty { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>One tick of the Raft groups that are awake.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Ticks without a word of a leader before an election, up to twice this.</summary>
    public int ElectionTicks { get; init; } = 10;

    /// <summary>Ticks between heartbeats of an active group.</summary>
    public int HeartbeatTicks { get; init; } = 2;

    /// <summary>Ticks without work after which a group goes to sleep.</summary>
    public int QuiesceTicks { get; init; } = 20;

    /// <summary>Ticks without a leader after which a replica asks the others whether it is still one of them.</summary>
    public int StrayTicks { get; init; } = 60;

    /// <summary>How long a transaction keeps its locks without a sign of life.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for locks, replication or a lease before it is refused.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a read at a timestamp waits for the safe time or the lease to reach it.</summary>
    public TimeSpan SafeTimeWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often leaseholders look at in-doubt transactions, outcomes to spread and expired clients.</summary>
    public TimeSpan HousekeepingInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long versions and outcome records are kept.</summary>
    public TimeSpan VersionRetention { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Requests in progress at one split; more are refused as busy. 1024 clients, some pipelined. Requests that let
    /// others go on are let in up to twice as many.
    /// </summary>
    public int RequestsMax { get; init; } = 4096;

    /// <summary>Rows in one page of a read.</summary>
    public int PageRowsMax { get; init; } = 4096;

    /// <summary>Bytes of keys and values in one page of a read.</summary>
    public int PageBytesMax { get; init; } = 1 << 20;

    /// <summary>Bytes of one request's mutations; larger transactions are staged.</summary>
    public int CommitBytesMax { get; init; } = 8 << 20;

    /// <summary>Staged rows made visible in one step after their transaction committed.</summary>
    public int StagedRowsPerStep { get; init; } = 2048;

    /// <summary>
    /// Bytes of a split above which it is divided by itself; zero never divides. A RaftSnapshot of a whole split is held
    /// in memory by its receiver, so this bounds that too.
    /// </summary>
    public long DivideAtBytes { get; init; } = 128L << 20;

    /// <summary>How long a division waits for transactions that it would abort.</summary>
    public TimeSpan DividePatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Age from which a transaction is long: a division is put off for it instead of aborting it.</summary>
    public TimeSpan LongTransactionAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the ordered store is flushed and logs are compacted behind it.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Applied bytes after which the store is flushed before its time.</summary>
    public long FlushBytes { get; init; } = 64L << 20;

    /// <summary>How long one write of the log may take before the node gives up its leases.</summary>
    public TimeSpan DiskStall { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often a write that found the disk full is tried again.</summary>
    public TimeSpan DiskFullRetry { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Entries kept behind the durable applied index for followers that lag a little.</summary>
    public ulong KeepEntries { get; init; } = 2048;

    /// <summary>Bytes of one chunk of a RaftSnapshot on the network, before compression.</summary>
    public int SnapshotChunkBytes { get; init; } = 256 << 10;

    /// <summary>Snapshots a store sends or receives at once.</summary>
    public int SnapshotsMax { get; init; } = 2;
}
