using Lintel.Raft.Configuration;

namespace Lintel.Raft.Log;

/// <summary>
/// What the core may read of the host's storage. The host shows at least everything whose <see cref="AppendWork"/> was
/// reported complete; what it shows beyond that the core does not ask for. All calls are synchronous and do not change
/// anything. A failed read is an exception and ends the peer: a log that cannot be read must not be guessed.
/// </summary>
public interface IRaftLogView
{
    /// <summary>The hard state found at start; default for a new peer.</summary>
    HardState HardState { get; }

    /// <summary>The configuration as of the applied index found at start.</summary>
    GroupConfiguration Configuration { get; }

    /// <summary>The first entry that can still be read; entries before it are compacted. 1 for a new log.</summary>
    LogIndex FirstIndex { get; }

    /// <summary>The last entry stored; <see cref="FirstIndex"/> - 1 if there is none.</summary>
    LogIndex LastIndex { get; }

    /// <summary>The term at <paramref name="index"/>: known from FirstIndex - 1 (the compaction point) to LastIndex.</summary>
    bool TryTerm(LogIndex index, out Term term);

    /// <summary>
    /// Entries from <paramref name="low"/> up to but not including <paramref name="high"/>: a prefix of them, at least
    /// one, as many as fit in <paramref name="maxBytes"/> by <see cref="LogEntry.Size"/>.
    /// </summary>
    ReadOnlyMemory<LogEntry> Entries(LogIndex low, LogIndex high, long maxBytes);

    /// <summary>What a snapshot taken now would hold; null if none can be taken for the moment.</summary>
    RaftSnapshotMetadata? Snapshot { get; }
}
