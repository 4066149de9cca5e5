using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft;
using Lintel.Raft.Log;

namespace Lintel.Splits.Log;

/// <summary>
/// One split's part of the store's log: hard state, compaction mark, and of each entry its term and place on disk.
/// The newest entries are kept in memory with their data, oldest evicted first. Read on the store's context.
/// </summary>
/// <remarks>
/// LG02: entries are those from <see cref="FirstIndex"/> to <see cref="LastIndex"/>, without a gap, and the first follows the
/// compaction mark. LG03: the segments of entries never decrease with their index, so the first entry tells the
/// oldest segment that any needs.
/// </remarks>
public sealed class SplitLog
{
    private readonly EntryTable _entries = new();

    internal SplitLog(SplitId split) => Split = split;

    /// <summary>Whose log.</summary>
    public SplitId Split { get; }

    /// <summary>The hard state; default before the first.</summary>
    public HardState HardState { get; private set; }

    /// <summary>Up to where entries were compacted; zero in a new log.</summary>
    public LogMark Compacted { get; private set; }

    /// <summary>
    /// Records of the split were lost to damage: nothing is served, nothing but a removal is accepted. Its replica here
    /// has to be rebuilt from its peers, as a new one.
    /// </summary>
    public bool IsDamaged => DamagedInSegment is not null;

    /// <summary>The first entry; <see cref="LastIndex"/> + 1 when there is none.</summary>
    public LogIndex FirstIndex => Compacted.Index.Next();

    /// <summary>The last entry; the compaction mark when there is none.</summary>
    public LogIndex LastIndex => _entries.Count == 0 ? Compacted.Index : _entries.Last;

    /// <summary>The first index from which on all entries are in memory.</summary>
    public LogIndex MemoryFirst => _entries.Count == 0 ? FirstIndex : _entries.MemoryFirst;

    /// <summary>Bytes of the entries on disk.</summary>
    public long StoredBytes => _entries.StoredBytes;

    internal long MemoryBytes => _entries.MemoryBytes;

    internal ulong? DamagedInSegment { get; private set; }

    internal ulong? HardStateSegment { get; private set; }

    internal ulong? MarkSegment { get; private set; }

    /// <summary>The term at an index: known from the compaction mark to the last entry.</summary>
    public bool TryTerm(LogIndex index, out Term term)
    {
        RequireServed();
        if (index == Compacted.Index)
        {
            term = Compacted.Term;
            return true;
        }

        bool known = index >= FirstIndex && index <= LastIndex;
        term = known ? _entries[index].Term : default;
        return known;
    }

    /// <summary>
    /// Entries from <paramref name="low"/> up to but not including <paramref name="high"/>, as many as fit in
    /// <paramref name="maxBytes"/> by <see cref="LogEntry.Size"/> but at least one. False when the first of them is not in
    /// memory; <see cref="StoreLog.EntriesAsync"/> reads it.
    /// </summary>
    public bool TryEntries(LogIndex low, LogIndex high, long maxBytes, out ReadOnlyMemory<LogEntry> entries)
    {
        RequireServed();
        entries = default;
        if (low < FirstIndex || low > LastIndex || low >= high) return low >= high;
        if (low < MemoryFirst) return false;
        int count = CountWithin(low, high, maxBytes);
        var taken = new LogEntry[count];
        for (int i = 0; i < count; i++)
        {
            LogIndex index = low + (ulong)i;
            ref readonly EntrySlot slot = ref _entries[index];
            taken[i] = new LogEntry(slot.Term, index, slot.Kind, slot.Data);
        }

        entries = taken;
        return true;
    }

    internal EntrySlot SlotOf(LogIndex index) => _entries[index];

    internal int CountWithin(LogIndex low, LogIndex high, long maxBytes)
    {
        LogIndex end = LogIndex.Min(high, LastIndex.Next());
        long bytes = 0;
        int count = 0;
        for (LogIndex index = low; index < end; index = index.Next())
        {
            bytes += LogEntry.Overhead + _entries[index].Length;
            if (count > 0 && bytes > maxBytes) break;
            count++;
        }

        return count;
    }

    internal void Apply(LogBatchItem item, ulong segment, long offset)
    {
        switch (item)
        {
            case LogBatchItem.NewEntries added:
                Append(added.Entries.Span, segment, offset);
                break;
            case LogBatchItem.NewHardState changed:
                HardState = changed.State;
                HardStateSegment = segment;
                break;
            case LogBatchItem.NewCompaction compacted:
                Compact(compacted.Mark, segment);
                break;
            case LogBatchItem.NewInstallation installed:
                _entries.Clear();
                Mark(installed.Mark, segment);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    internal void MarkDamaged(ulong segment)
    {
        if (DamagedInSegment is null || segment < DamagedInSegment) DamagedInSegment = segment;
        _entries.Clear();
    }

    /// <summary>
    /// Lets entries from <paramref name="first"/> on follow whatever recovery has met so far. Segments go oldest first, so
    /// what stood between may be gone by right: a later compaction mark then covers it. <see cref="IsWhole"/> tells in
    /// the end whether one did.
    /// </summary>
    internal void BridgeTo(LogIndex first)
    {
        if (first > LastIndex.Next()) _entries.Clear();
    }

    /// <summary>Whether the first entry follows the compaction mark; to be checked when a recovery has seen all.</summary>
    internal bool IsWhole => _entries.Count == 0 || _entries.First == FirstIndex;

    internal void EvictOldestHalf() => _entries.EvictOldestHalf();

    /// <summary>The oldest segment that holds something this split still needs; null when it needs none.</summary>
    internal ulong? OldestSegment()
    {
        ulong? oldest = DamagedInSegment;
        Lower(HardStateSegment);
        Lower(MarkSegment);
        if (_entries.Count > 0) Lower(_entries[_entries.First].Segment);
        return oldest;

        void Lower(ulong? candidate)
        {
            if (candidate is { } segment && (oldest is null || segment < oldest)) oldest = segment;
        }
    }

    private void Append(ReadOnlySpan<LogEntry> entries, ulong segment, long offset)
    {
        long at = offset + LogFormat.EntriesHeaderBytes;
        foreach (LogEntry entry in entries)
        {
            at += LogFormat.EntryHeaderBytes;
            if (entry.Index > Compacted.Index)
            {
                _entries.TruncateFrom(entry.Index);
                _entries.Add(entry.Index, new EntrySlot(entry.Term, segment, at, entry.Data.Length, entry.Kind, entry.Data));
            }

            at += entry.Data.Length;
        }
    }

    private void Compact(LogMark mark, ulong segment)
    {
        if (mark.Index < Compacted.Index) return;
        _entries.DropThrough(mark.Index);
        Mark(mark, segment);
    }

    private void Mark(LogMark mark, ulong segment)
    {
        Compacted = mark;
        MarkSegment = segment;
    }

    private void RequireServed() =>
        Invariant.Require("LG04", !IsDamaged, "a damaged log is never served");
}
