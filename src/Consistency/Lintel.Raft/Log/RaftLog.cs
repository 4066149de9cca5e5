using Lintel.Primitives.Invariants;

namespace Lintel.Raft.Log;

/// <summary>
/// The whole log of a peer: what storage shows, with the unstable tail over it, and three marks in it.
/// Invariant R17: <c>Applied &lt;= Applying &lt;= Committed &lt;= LastIndex</c>; none of them ever falls.
/// Entries are handed out for applying only when they are committed <em>and</em> durable on this peer.
/// </summary>
internal sealed class RaftLog
{
    private readonly IRaftLogView _storage;
    private readonly UnstableTail _unstable;
    private readonly Queue<(LogIndex Last, long Bytes)> _applyingBatches = new();
    private readonly long _maxApplyingBytes;
    private long _applyingBytes;

    public RaftLog(IRaftLogView storage, LogIndex committed, LogIndex applied, long maxApplyingBytes)
    {
        _storage = storage;
        _unstable = new UnstableTail(storage.LastIndex.Next());
        _maxApplyingBytes = maxApplyingBytes;
        Committed = LogIndex.Max(committed, storage.FirstIndex.Previous());
        Applied = LogIndex.Max(applied, storage.FirstIndex.Previous());
        Applying = Applied;
        Committed = LogIndex.Max(Committed, Applied);
        Invariant.Require("R17", Committed <= LastIndex, "the stored hard state commits what the stored log does not hold");
    }

    public LogIndex Committed { get; private set; }

    public LogIndex Applying { get; private set; }

    public LogIndex Applied { get; private set; }

    public UnstableTail Unstable => _unstable;

    /// <summary>The first entry that can be read.</summary>
    public LogIndex FirstIndex => _unstable.Snapshot?.Index.Next() ?? _storage.FirstIndex;

    /// <summary>The last entry.</summary>
    public LogIndex LastIndex => _unstable.End.Previous();

    /// <summary>The last entry that is durable here.</summary>
    public LogIndex StableIndex => _unstable.Snapshot is null ? _unstable.Offset.Previous() : LogIndex.Zero;

    public Term LastTerm => TermAt(LastIndex);

    /// <summary>What a snapshot would hold; the one being installed if there is one.</summary>
    public RaftSnapshotMetadata? Snapshot => _unstable.Snapshot ?? _storage.Snapshot;

    /// <summary>Whether a snapshot is being installed.</summary>
    public bool IsRestoring => _unstable.Snapshot is not null;

    public bool TryTerm(LogIndex index, out Term term)
    {
        term = default;
        if (index == LogIndex.Zero) return true;
        if (_unstable.Contains(index))
        {
            term = _unstable[index].Term;
            return true;
        }

        if (_unstable.Snapshot is { } snapshot)
        {
            term = snapshot.Term;
            return index == snapshot.Index;
        }

        return index < _unstable.Offset && index >= _storage.FirstIndex.Previous() && _storage.TryTerm(index, out term);
    }

    public Term TermAt(LogIndex index)
    {
        bool known = TryTerm(index, out Term term);
        Invariant.Require("R18", known, "the term of this entry must be known");
        return term;
    }

    public bool Matches(LogIndex index, Term term) => TryTerm(index, out Term mine) && mine == term;

    /// <summary>Whether a candidate with this last entry may lead: its log holds everything committed (section 5.4.1).</summary>
    public bool IsUpToDate(LogIndex lastIndex, Term lastTerm)
    {
        Term mine = LastTerm;
        return lastTerm > mine || (lastTerm == mine && lastIndex >= LastIndex);
    }

    /// <summary>Entries [low, high), as many as fit, at least one; false if the first of them is compacted.</summary>
    public bool TryEntries(LogIndex low, LogIndex high, long maxBytes, out ReadOnlyMemory<LogEntry> entries)
    {
        entries = default;
        if (low < FirstIndex) return false;
        if (low >= high) return true;
        if (low >= _unstable.Offset)
        {
            entries = _unstable.Slice(low, high, maxBytes);
            return true;
        }

        entries = _storage.Entries(low, LogIndex.Min(high, _unstable.Offset), maxBytes);
        Invariant.Require("R19", entries.Length > 0 && entries.Span[0].Index == low, "storage returns the entries asked for");
        return true;
    }

    /// <summary>Appends a leader's own entries.</summary>
    public void Append(ReadOnlySpan<LogEntry> entries)
    {
        if (entries.IsEmpty) return;
        Invariant.Require("R20", entries[0].Index > Committed, "a committed entry is never overwritten");
        _unstable.TruncateAndAppend(entries);
    }

    /// <summary>Appends what a leader sent after a matching entry; keeps what is already there and equal.</summary>
    public void AppendAfterMatch(ReadOnlySpan<LogEntry> entries)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            if (Matches(entries[i].Index, entries[i].Term)) continue;
            Append(entries[i..]);
            return;
        }
    }

    /// <summary>
    /// The last index at or below <paramref name="from"/> whose term is at most <paramref name="term"/>: where a log that
    /// has <paramref name="term"/> there can still match. Its term too, if known.
    /// </summary>
    public (LogIndex Index, Term Term) FindConflict(LogIndex from, Term term)
    {
        LogIndex index = from;
        while (index > LogIndex.Zero)
        {
            if (!TryTerm(index, out Term mine)) return (index, Term.Zero);
            if (mine <= term) return (index, mine);
            index = index.Previous();
        }

        return (LogIndex.Zero, Term.Zero);
    }

    public bool CommitTo(LogIndex index)
    {
        if (index <= Committed) return false;
        Invariant.Require("R17", index <= LastIndex, "what is committed is in the log");
        Committed = index;
        return true;
    }

    /// <summary>Starts to install a snapshot that is ahead of everything committed.</summary>
    public void Restore(RaftSnapshotMetadata snapshot)
    {
        Invariant.Require("R20", snapshot.Index > Committed, "a snapshot never takes the log back");
        Committed = snapshot.Index;
        _unstable.Restore(snapshot);
    }

    /// <summary>A snapshot is in place: everything up to it is applied.</summary>
    public void SnapshotInstalled(LogIndex index)
    {
        Applying = LogIndex.Max(Applying, index);
        Applied = LogIndex.Max(Applied, index);
    }

    public bool HasNextCommitted => NextCommittedEnd > Applying.Next() && _applyingBytes < _maxApplyingBytes;

    /// <summary>Hands out the next batch to apply.</summary>
    public ReadOnlyMemory<LogEntry> TakeCommitted()
    {
        if (!HasNextCommitted) return default;
        bool found = TryEntries(Applying.Next(), NextCommittedEnd, _maxApplyingBytes - _applyingBytes, out var entries);
        Invariant.Require("R21", found && entries.Length > 0, "entries are not compacted before they are applied");
        long bytes = 0;
        foreach (LogEntry entry in entries.Span) bytes += entry.Size;
        Applying = entries.Span[^1].Index;
        _applyingBatches.Enqueue((Applying, bytes));
        _applyingBytes += bytes;
        return entries;
    }

    public void ApplyCompleted(LogIndex index)
    {
        Invariant.Require("R17", index <= Applying, "only what was handed out is applied");
        while (_applyingBatches.TryPeek(out (LogIndex Last, long Bytes) batch) && batch.Last <= index)
        {
            _applyingBytes -= batch.Bytes;
            _applyingBatches.Dequeue();
        }

        Applied = LogIndex.Max(Applied, index);
    }

    private LogIndex NextCommittedEnd =>
        IsRestoring ? LogIndex.Zero : LogIndex.Min(Committed, StableIndex).Next();
}
