using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Raft.Log;

namespace Lintel.Splits.Log;

public sealed partial class StoreLog
{
    /// <summary>
    /// Entries from <paramref name="low"/> up to but not including <paramref name="high"/>, as many as fit in
    /// <paramref name="maxBytes"/> but at least one, from memory or from disk. Each entry read from disk is checked
    /// against its own checksum, which covers split, index and term.
    /// </summary>
    public ValueTask<LogRead> EntriesAsync(
        SplitId split, LogIndex low, LogIndex high, long maxBytes, CancellationToken cancellation = default) =>
        Find(split) is { } log
            ? ReadAsync(log, low, high, maxBytes, cancellation)
            : ValueTask.FromResult<LogRead>(LogRead.OutOfBounds.Instance);

    private async ValueTask<LogRead> ReadAsync(
        SplitLog split, LogIndex low, LogIndex high, long maxBytes, CancellationToken cancellation)
    {
        if (split.IsDamaged) return LogRead.Damaged.Instance;
        if (low >= high) return new LogRead.Found(default);
        if (low < split.FirstIndex || low > split.LastIndex) return LogRead.OutOfBounds.Instance;
        if (split.TryEntries(low, high, maxBytes, out ReadOnlyMemory<LogEntry> inMemory)) return new LogRead.Found(inMemory);

        // Places are taken before the first await: an append may replace or compact entries meanwhile.
        var slots = new EntrySlot[split.CountWithin(low, high, maxBytes)];
        for (int i = 0; i < slots.Length; i++) slots[i] = split.SlotOf(low + (ulong)i);
        var entries = new LogEntry[slots.Length];
        for (int i = 0; i < slots.Length;)
        {
            int run = RunLength(slots, i);
            if (!await TryReadRunAsync(split.Split, low + (ulong)i, slots.AsMemory(i, run), entries.AsMemory(i, run), cancellation))
            {
                // Compacted meanwhile: the segment may be gone. Otherwise the bytes are bad.
                if (Find(split.Split) != split || low < split.FirstIndex) return LogRead.OutOfBounds.Instance;
                _memoryBytes -= split.MemoryBytes;
                split.MarkDamaged(slots[i].Segment);
                return LogRead.Damaged.Instance;
            }

            i += run;
        }

        return new LogRead.Found(entries);
    }

    // Neighbours on disk are read at once.
    private static int RunLength(EntrySlot[] slots, int from)
    {
        int run = 1;
        while (from + run < slots.Length
            && slots[from + run].Segment == slots[from].Segment
            && slots[from + run].Offset == slots[from + run - 1].Offset + slots[from + run - 1].Length + LogFormat.EntryHeaderBytes)
        {
            run++;
        }

        return run;
    }

    private async ValueTask<bool> TryReadRunAsync(SplitId split, LogIndex first, ReadOnlyMemory<EntrySlot> slots,
        Memory<LogEntry> into, CancellationToken cancellation)
    {
        EntrySlot head = slots.Span[0];
        EntrySlot tail = slots.Span[^1];
        LogSegment? segment = _segments.Find(candidate => candidate.Sequence == head.Segment);
        if (segment is null) return false;
        long start = head.Offset - LogFormat.EntryHeaderBytes;
        var bytes = new byte[tail.Offset + tail.Length - start];
        try
        {
            if (await segment.File.ReadAsync(start, bytes, cancellation) < bytes.Length) return false;
            return Decode(split, first, slots.Span, bytes, into.Span);
        }
        catch (LintelException bad) when (bad.Error.Code is ErrorCode.Corruption or ErrorCode.DiskFailed or ErrorCode.NotFound)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            // The segment was collected while the read was under way; the caller finds that out.
            return false;
        }
    }

    private static bool Decode(SplitId split, LogIndex first, ReadOnlySpan<EntrySlot> slots, byte[] bytes, Span<LogEntry> into)
    {
        var reader = new WireReader(bytes);
        for (int i = 0; i < slots.Length; i++)
        {
            into[i] = LogRecord.ReadEntry(ref reader, split, first + (ulong)i);
            if (into[i].Term != slots[i].Term) return false;
        }

        return reader.Remaining == 0;
    }
}

/// <summary>What became of a read.</summary>
public abstract record LogRead
{
    private LogRead()
    {
    }

    /// <summary>The entries.</summary>
    public sealed record Found(ReadOnlyMemory<LogEntry> Entries) : LogRead;

    /// <summary>The log does not have the first entry asked for: compacted, or not there yet.</summary>
    public sealed record OutOfBounds : LogRead
    {
        /// <summary>The only value.</summary>
        public static OutOfBounds Instance { get; } = new();
    }

    /// <summary>The bytes do not match their checksum; the split is marked damaged.</summary>
    public sealed record Damaged : LogRead
    {
        /// <summary>The only value.</summary>
        public static Damaged Instance { get; } = new();
    }
}
