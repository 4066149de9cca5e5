using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Splits.Log;
using Lintel.Splits.Replica;

namespace Lintel.Splits.Host;

/// <summary>
/// One group's part of the store's log as its Raft core sees it. The core reads synchronously, so only what is in memory
/// exists for it: entries that were evicted count as compacted, and a follower that would need them gets a snapshot.
/// </summary>
public sealed class GroupLogView(StoreLog log, SplitId split, SplitState atStart, Func<SplitState> now) : IRaftLogView
{
    /// <inheritdoc/>
    public HardState HardState => log.Find(split)?.HardState ?? default;

    /// <inheritdoc/>
    public GroupConfiguration Configuration => atStart.Configuration;

    /// <inheritdoc/>
    public LogIndex FirstIndex => log.Find(split)?.MemoryFirst ?? new LogIndex(1);

    /// <inheritdoc/>
    public LogIndex LastIndex => log.Find(split)?.LastIndex ?? LogIndex.Zero;

    /// <inheritdoc/>
    public RaftSnapshotMetadata? Snapshot
    {
        get
        {
            SplitState state = now();
            return state.Applied == LogIndex.Zero
                ? null
                : new RaftSnapshotMetadata(state.Applied, state.AppliedTerm, state.Configuration);
        }
    }

    /// <inheritdoc/>
    public bool TryTerm(LogIndex index, out Term term)
    {
        if (log.Find(split) is { } own) return own.TryTerm(index, out term);
        term = default;
        return index == LogIndex.Zero;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<LogEntry> Entries(LogIndex low, LogIndex high, long maxBytes)
    {
        ReadOnlyMemory<LogEntry> entries = default;
        bool found = log.Find(split)?.TryEntries(low, high, maxBytes, out entries) ?? false;
        Invariant.Require("S12", found, "the core asks only for entries that it may read");
        return entries;
    }
}
