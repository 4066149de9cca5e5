using System.Collections.Immutable;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Log;

/// <summary>What became of opening a log.</summary>
public abstract record LogOpening
{
    private LogOpening()
    {
    }

    /// <summary>The log is open; splits named in the report's damage serve nothing.</summary>
    public sealed record Opened(StoreLog Log, LogRecovery Recovery) : LogOpening;

    /// <summary>The files belong to another store or another version: <see cref="ErrorCode.WrongCluster"/>.</summary>
    public sealed record Refused(LintelError Error) : LogOpening;
}

/// <summary>What recovery found.</summary>
/// <param name="IsNew">There was no log.</param>
/// <param name="Segments">Segment files read.</param>
/// <param name="Frames">Intact frames read.</param>
/// <param name="Torn">The tail that was cut, if the log ended in an unfinished write.</param>
/// <param name="Damage">Corruption elsewhere.</param>
/// <param name="DamagedSplits">All splits whose replicas must be rebuilt, in order.</param>
public sealed record LogRecovery(
    bool IsNew, int Segments, long Frames, LogPlace? Torn, ImmutableArray<LogDamage> Damage,
    ImmutableArray<SplitId> DamagedSplits);

/// <summary>A place in the log.</summary>
public readonly record struct LogPlace(ulong Segment, long Offset)
{
    /// <inheritdoc/>
    public override string ToString() => $"{LogFormat.NameOf(Segment)} at byte {Offset}";
}

/// <summary>Bytes that should be intact and are not.</summary>
/// <param name="Place">Where.</param>
/// <param name="Reason">What is wrong there.</param>
/// <param name="Scope">Who is hit.</param>
/// <param name="Splits">The splits hit, in order; with <see cref="LogDamageScope.AllSplits"/>, those known at that place.</param>
public sealed record LogDamage(LogPlace Place, string Reason, LogDamageScope Scope, ImmutableArray<SplitId> Splits)
{
    /// <summary>The same as an error, for logs and status.</summary>
    public LintelError ToError() => new(
        ErrorCode.Corruption, $"the Raft log is damaged in {Place}", Reason,
        "the replicas hit are rebuilt from their peers; check the device",
        Scope == LogDamageScope.AllSplits ? "every split with records before this place" : string.Join(", ", Splits));
}

/// <summary>How far damage reaches.</summary>
public enum LogDamageScope
{
    /// <summary>Only the splits named: an intact directory tells whose records were lost.</summary>
    NamedSplits,

    /// <summary>Whose records were lost is not known.</summary>
    AllSplits,
}

/// <summary>What became of a batch.</summary>
public abstract record LogAppendOutcome
{
    private LogAppendOutcome()
    {
    }

    /// <summary>Written, and durable if that was asked for.</summary>
    public sealed record Appended : LogAppendOutcome
    {
        /// <summary>The only value.</summary>
        public static Appended Instance { get; } = new();
    }

    /// <summary>
    /// The disk is full: nothing of the batch is there, everything acknowledged before still is. The same batch may be
    /// appended again when there is space.
    /// </summary>
    public sealed record DiskFull(LintelError Error) : LogAppendOutcome;

    /// <summary>A write or a sync failed: nothing more is accepted until the store is opened anew.</summary>
    public sealed record OutOfService(LintelError Error) : LogAppendOutcome;
}

/// <summary>What a log can do at the moment.</summary>
public enum LogHealth
{
    /// <summary>Everything.</summary>
    InService,

    /// <summary>The disk is full: new entries are refused, small records still find the room of the ballast.</summary>
    Full,

    /// <summary>A write or a sync failed. Final for this opening.</summary>
    OutOfService,
}

/// <summary>Whether a batch must be on the disk before it is reported.</summary>
public enum LogDurability
{
    /// <summary>One sync makes it, and everything before it, durable.</summary>
    Synced,

    /// <summary>Written in order; a crash may lose it.</summary>
    Ordered,
}

/// <summary>A split that needs an old segment.</summary>
/// <param name="Split">The split.</param>
/// <param name="Segment">The oldest segment it needs.</param>
/// <param name="StoredBytes">Bytes of its entries: flush and compact it to let go of them.</param>
public readonly record struct SegmentPin(SplitId Split, ulong Segment, long StoredBytes);

/// <summary>What a round of segment collection did.</summary>
/// <param name="Deleted">Segment files removed.</param>
/// <param name="Rewritten">Idle splits that were rewritten forward.</param>
/// <param name="Pins">Who still pins the oldest segment, in order; empty when only the current one is left.</param>
public sealed record SegmentCollection(int Deleted, int Rewritten, ImmutableArray<SegmentPin> Pins);
