using Lintel.Transactions.Coordinator;

namespace Lintel.Transactions.Gateway;

/// <summary>Bounds of one gateway.</summary>
public sealed record GatewayLimits
{
    /// <summary>Open read-write transactions; one more is refused with Busy. A session has at most one.</summary>
    public int TransactionsMax { get; init; } = 4_096;

    /// <summary>Buffered bytes past which a transaction stages its writes. Twice this is held while a stage is under way.</summary>
    public long StageBytes { get; init; } = 4 << 20;

    /// <summary>Buffered writes past which a transaction stages them.</summary>
    public int StageWrites { get; init; } = 20_000;

    /// <summary>Bytes of mutations in one stage request: one entry of the split's log.</summary>
    public int StageRequestBytes { get; init; } = 512 << 10;

    /// <summary>Splits to which one transaction stages at the same time.</summary>
    public int StageSplitsInFlight { get; init; } = 4;

    /// <summary>Keys in one read request.</summary>
    public int PointsMax { get; init; } = 1_000;

    /// <summary>Splits that one read asks at the same time.</summary>
    public int ReadsInFlight { get; init; } = 16;

    /// <summary>
    /// How often one operation follows splits that moved, with growing pauses: about ten seconds, an election or two.
    /// </summary>
    public int MovesMax { get; init; } = 100;

    /// <summary>How often a request that found a full queue is sent again.</summary>
    public int BusyAttemptsMax { get; init; } = 10;

    /// <summary>A transaction that holds locks shows itself at each of its splits this often.</summary>
    public TimeSpan KeepAliveEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long participants may take to prepare, a change of leader included. No lock is waited for then.</summary>
    public TimeSpan PrepareWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a decision may take before its outcome is asked for.</summary>
    public TimeSpan DecideWithin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an outcome is asked for before it is reported as unknown.</summary>
    public TimeSpan OutcomeWithin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Pause between two questions for an outcome.</summary>
    public TimeSpan AskEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Releases, keep-alives and other courtesies under way; more are dropped, since each has a time-out behind it.</summary>
    public int CourtesiesMax { get; init; } = 4_096;

    /// <summary>Finished transactions whose fate or anchor is remembered.</summary>
    public int FatesMax { get; init; } = 10_000;

    /// <summary>Bounds of one commit.</summary>
    public CommitLimits Commit { get; init; } = new();
}
