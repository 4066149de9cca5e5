using System.Runtime.InteropServices;
using Lintel.Primitives.Invariants;

namespace Lintel.Raft.Log;

/// <summary>
/// The end of the log that is not known to be durable: a snapshot being installed, if any, and the entries after it.
///
/// The mapping: entry number i of the list has index <c>Offset + i</c>. Everything before Offset is durable (or in the
/// snapshot). The list has three parts: entries handed to the host and being written, then entries not handed out
/// (from <c>_handedOut</c> on). Storage may hold old entries at Offset and later: they are overwritten by what is here
/// and must not be read.
///
/// Completion: works complete in the order they were handed out. A work that completes makes durable what it wrote
/// <em>unless it was overwritten since</em>: overwriting from index k lowers what each work under way can claim to k-1.
/// So an index is never called durable because an older write of that index is (the ABA case: entry of term 1, then
/// of term 2, then of term 1 again, with three writes under way).
/// </summary>
internal sealed class UnstableTail(LogIndex offset)
{
    private readonly List<LogEntry> _entries = [];
    private readonly List<Write> _writes = [];   // R14: sequences are increasing
    private LogIndex _handedOut = offset;        // R15: Offset <= _handedOut <= Offset + count
    private bool _snapshotHandedOut;

    /// <summary>One past the durable prefix.</summary>
    public LogIndex Offset { get; private set; } = offset;

    /// <summary>The snapshot being installed.</summary>
    public RaftSnapshotMetadata? Snapshot { get; private set; }

    /// <summary>Whether writes are under way.</summary>
    public bool HasWrites => _writes.Count > 0;

    /// <summary>Whether anything is to be handed out.</summary>
    public bool HasNext => (Snapshot is not null && !_snapshotHandedOut) || _handedOut < End;

    /// <summary>One past the last entry.</summary>
    public LogIndex End => Offset + (ulong)_entries.Count;

    /// <summary>Whether <paramref name="index"/> is here.</summary>
    public bool Contains(LogIndex index) => index >= Offset && index < End;

    /// <summary>The entry at <paramref name="index"/>, which must be here.</summary>
    public LogEntry this[LogIndex index] => _entries[(int)(index - Offset)];

    /// <summary>Entries [low, high), which must be here, as many as fit, at least one.</summary>
    public ReadOnlyMemory<LogEntry> Slice(LogIndex low, LogIndex high, long maxBytes)
    {
        int start = (int)(low - Offset);
        int limit = (int)(high - Offset);
        int count = 0;
        long bytes = 0;
        while (start + count < limit)
        {
            bytes += _entries[start + count].Size;
            if (count > 0 && bytes > maxBytes) break;
            count++;
        }

        return CollectionsMarshal.AsSpan(_entries).Slice(start, count).ToArray();
    }

    /// <summary>Appends consecutive entries; what was there from the first of them on is gone.</summary>
    public void TruncateAndAppend(ReadOnlySpan<LogEntry> entries)
    {
        LogIndex first = entries[0].Index;
        Invariant.Require("R16", first <= End, "the log has no gap");
        if (first < End || first < _handedOut) Truncate(first);
        foreach (LogEntry entry in entries) _entries.Add(entry);
    }

    /// <summary>Replaces everything by a snapshot.</summary>
    public void Restore(RaftSnapshotMetadata snapshot)
    {
        _entries.Clear();
        foreach (Write write in _writes) write.Claim(LogIndex.Zero);
        Snapshot = snapshot;
        _snapshotHandedOut = false;
        Offset = snapshot.Index.Next();
        _handedOut = Offset;
    }

    /// <summary>Hands out what is to be written, as the work <paramref name="sequence"/>.</summary>
    public (ReadOnlyMemory<LogEntry> Entries, RaftSnapshotMetadata? Snapshot) HandOut(ulong sequence)
    {
        Invariant.Require("R14", _writes.Count == 0 || _writes[^1].Sequence < sequence, "works are numbered upwards");
        RaftSnapshotMetadata? snapshot = _snapshotHandedOut ? null : Snapshot;
        ReadOnlyMemory<LogEntry> entries = _handedOut < End ? Slice(_handedOut, End, long.MaxValue) : default;
        _handedOut = End;
        _snapshotHandedOut = Snapshot is not null;
        _writes.Add(new Write(sequence, End.Previous(), snapshot));
        return (entries, snapshot);
    }

    /// <summary>The work <paramref name="sequence"/> is durable. Returns the snapshot it installed, if that still stands.</summary>
    public RaftSnapshotMetadata? Complete(ulong sequence)
    {
        Invariant.Require("R14", _writes.Count > 0 && _writes[0].Sequence == sequence, "works complete in order");
        Write write = _writes[0];
        _writes.RemoveAt(0);
        RaftSnapshotMetadata? installed = null;
        if (write.Snapshot is not null && ReferenceEquals(write.Snapshot, Snapshot))
        {
            installed = Snapshot;
            Snapshot = null;
            _snapshotHandedOut = false;
        }

        LogIndex durable = write.Last;
        if (durable >= Offset)
        {
            Invariant.Require("R15", durable < _handedOut, "only what was handed out becomes durable");
            _entries.RemoveRange(0, (int)(durable.Next() - Offset));
            Offset = durable.Next();
        }

        return installed;
    }

    private void Truncate(LogIndex first)
    {
        foreach (Write write in _writes) write.Claim(first.Previous());
        if (first <= Offset)
        {
            _entries.Clear();
            Offset = first;
            _handedOut = first;
            return;
        }

        int keep = (int)(first - Offset);
        _entries.RemoveRange(keep, _entries.Count - keep);
        _handedOut = LogIndex.Min(_handedOut, first);
    }

    /// <summary>A work under way, and up to where its completion makes the log durable.</summary>
    private sealed class Write(ulong sequence, LogIndex last, RaftSnapshotMetadata? snapshot)
    {
        public ulong Sequence { get; } = sequence;

        public LogIndex Last { get; private set; } = last;

        public RaftSnapshotMetadata? Snapshot { get; } = snapshot;

        public void Claim(LogIndex atMost) => Last = LogIndex.Min(Last, atMost);
    }
}
