using Lintel.Primitives.Invariants;
using Lintel.Raft;
using Lintel.Raft.Log;

namespace Lintel.Splits.Log;

/// <summary>Where an entry is, and its data while it is in memory (always, when it is empty).</summary>
internal readonly record struct EntrySlot(
    Term Term, ulong Segment, long Offset, int Length, EntryKind Kind, ReadOnlyMemory<byte> Data);

/// <summary>The entries of one split by index: an array with a gap at its front, which compaction widens.</summary>
internal sealed class EntryTable
{
    private EntrySlot[] _slots = [];
    private int _head;
    private LogIndex _first;
    private LogIndex _memoryFirst;

    public int Count { get; private set; }

    public LogIndex First => _first;

    public LogIndex Last => _first + (ulong)(Count - 1);

    /// <summary>The data of every entry from here on is in memory.</summary>
    public LogIndex MemoryFirst => LogIndex.Max(_first, _memoryFirst);

    public long MemoryBytes { get; private set; }

    public long StoredBytes { get; private set; }

    public ref readonly EntrySlot this[LogIndex index] => ref _slots[At(index)];

    public void Add(LogIndex index, in EntrySlot slot)
    {
        if (Count == 0)
        {
            _first = index;
            _memoryFirst = index;
            _head = 0;
        }

        Invariant.Require("LG02", index == _first + (ulong)Count, "entries are stored without a gap");
        if (_head + Count == _slots.Length) MakeRoom();
        _slots[_head + Count++] = slot;
        MemoryBytes += slot.Length;
        StoredBytes += LogFormat.EntryHeaderBytes + slot.Length;
    }

    public void TruncateFrom(LogIndex index)
    {
        if (Count == 0 || index > Last) return;
        int keep = index <= _first ? 0 : (int)(index - _first);
        for (int i = keep; i < Count; i++) Forget(_first + (ulong)i);
        Count = keep;
        if (Count > 0 && _memoryFirst > Last.Next()) _memoryFirst = Last.Next();
    }

    public void DropThrough(LogIndex index)
    {
        if (Count == 0 || index < _first) return;
        int drop = index >= Last ? Count : (int)(index - _first) + 1;
        for (int i = 0; i < drop; i++) Forget(_first + (ulong)i);
        _head += drop;
        Count -= drop;
        _first += (ulong)drop;
    }

    public void Clear()
    {
        if (Count > 0) TruncateFrom(_first);
    }

    public void EvictOldestHalf()
    {
        long target = MemoryBytes / 2;
        LogIndex index = MemoryFirst;
        while (Count > 0 && MemoryBytes > target && index <= Last)
        {
            ref EntrySlot slot = ref _slots[At(index)];
            MemoryBytes -= slot.Length;
            slot = slot with { Data = default };
            index = index.Next();
        }

        _memoryFirst = index;
    }

    private void Forget(LogIndex index)
    {
        ref EntrySlot slot = ref _slots[At(index)];
        if (index >= MemoryFirst) MemoryBytes -= slot.Length;
        StoredBytes -= LogFormat.EntryHeaderBytes + slot.Length;
        slot = default;
    }

    private int At(LogIndex index) => _head + (int)(index - _first);

    private void MakeRoom()
    {
        EntrySlot[] target = _head > _slots.Length / 2 ? _slots : new EntrySlot[Math.Max(16, Count * 2)];
        Array.Copy(_slots, _head, target, 0, Count);
        if (ReferenceEquals(target, _slots)) Array.Clear(_slots, Count, _slots.Length - Count);
        _slots = target;
        _head = 0;
    }
}
