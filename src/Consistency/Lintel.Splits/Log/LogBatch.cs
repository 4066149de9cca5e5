using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft;
using Lintel.Raft.Log;

namespace Lintel.Splits.Log;

/// <summary>
/// Records of any number of splits that are written together: one write, one sync. Records take effect in the order
/// they are added. The data of entries is referred to by the log's memory afterwards: nobody may change it.
/// </summary>
public sealed class LogBatch
{
    private readonly WireWriter _body = new(4_096);
    private readonly List<Placed> _records = [];

    /// <summary>Bytes of payload so far.</summary>
    public int Bytes => _body.Length;

    /// <summary>Whether nothing was added.</summary>
    public bool IsEmpty => _records.Count == 0;

    /// <summary>Whether the batch brings new entries. Those are refused first when the disk is full.</summary>
    public bool HasEntries { get; private set; }

    internal IReadOnlyList<Placed> Records => _records;

    internal ReadOnlyMemory<byte> Body => _body.Written;

    /// <summary>Appends entries with consecutive indexes; what is stored from the first one's index on is replaced.</summary>
    public void Entries(SplitId split, ReadOnlyMemory<LogEntry> entries)
    {
        if (entries.IsEmpty) return;
        ReadOnlySpan<LogEntry> span = entries.Span;
        for (int i = 1; i < span.Length; i++)
            Invariant.Require("LG01", span[i].Index == span[i - 1].Index.Next(), "entries of one append are consecutive");
        int start = _body.Length;
        LogRecord.WriteEntries(_body, split, span);
        HasEntries = true;
        Place(split, LogRecordKind.Entries, start, new LogBatchItem.NewEntries(entries));
    }

    /// <summary>Remembers a hard state.</summary>
    public void HardState(SplitId split, in HardState state)
    {
        int start = _body.Length;
        LogRecord.WriteHardState(_body, state);
        Place(split, LogRecordKind.HardState, start, new LogBatchItem.NewHardState(state));
    }

    /// <summary>Gives up the entries up to <paramref name="through"/>, which has <paramref name="term"/>.</summary>
    public void Compact(SplitId split, LogIndex through, Term term)
    {
        int start = _body.Length;
        LogRecord.WriteMark(_body, through, term);
        Place(split, LogRecordKind.Compacted, start, new LogBatchItem.NewCompaction(new LogMark(through, term)));
    }

    /// <summary>Replaces the whole log by a RaftSnapshot: it goes on after <paramref name="index"/>.</summary>
    public void Install(SplitId split, LogIndex index, Term term)
    {
        int start = _body.Length;
        LogRecord.WriteMark(_body, index, term);
        Place(split, LogRecordKind.Installed, start, new LogBatchItem.NewInstallation(new LogMark(index, term)));
    }

    /// <summary>Forgets a split, or lets a damaged one begin anew.</summary>
    public void Remove(SplitId split) => Place(split, LogRecordKind.Removed, _body.Length, LogBatchItem.Removal.Instance);

    /// <summary>Empties the batch for reuse.</summary>
    public void Clear()
    {
        _body.Clear();
        _records.Clear();
        HasEntries = false;
    }

    // Entries that are only moved make room: they are not refused on a full disk.
    internal void CountAsRelief() => HasEntries = false;

    // A split that the log has never met begins with a removal, so that damage found before it never casts doubt on it.
    internal void BeginUnknown(SortedSet<SplitId> unknown)
    {
        foreach (SplitId split in unknown)
            _records.Insert(0, new Placed(split, LogRecordKind.Removed, 0, 0, LogBatchItem.Removal.Instance));
    }

    private void Place(SplitId split, LogRecordKind kind, int start, LogBatchItem item) =>
        _records.Add(new Placed(split, kind, start, _body.Length - start, item));

    internal readonly record struct Placed(SplitId Split, LogRecordKind Kind, int Offset, int Length, LogBatchItem Item);
}

/// <summary>The decoded side of a record: what it does to the memory of the log.</summary>
internal abstract record LogBatchItem
{
    private LogBatchItem()
    {
    }

    public sealed record NewEntries(ReadOnlyMemory<LogEntry> Entries) : LogBatchItem;

    public sealed record NewHardState(HardState State) : LogBatchItem;

    public sealed record NewCompaction(LogMark Mark) : LogBatchItem;

    public sealed record NewInstallation(LogMark Mark) : LogBatchItem;

    public sealed record Removal : LogBatchItem
    {
        public static Removal Instance { get; } = new();
    }
}
