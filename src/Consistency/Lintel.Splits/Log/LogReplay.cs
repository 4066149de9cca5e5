using System.Collections.Immutable;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Log;

namespace Lintel.Splits.Log;

/// <summary>
/// Rebuilds the memory of a log from the bytes of its segments, fed oldest first. Pure: the bytes come in, splits and
/// findings come out.
/// </summary>
/// <remarks>
/// A bad place is a torn tail only if it is in the last segment and no later frame says that it had been durable: then
/// a crash cut an unacknowledged write and everything from there on goes. Anything else is damage. An intact header
/// names the splits whose payloads are bad; without one every split that is known so far may have lost something, and so
/// may one that first appears later without the removal record by which new splits begin.
/// </remarks>
internal sealed class LogReplay
{
    private readonly List<LogDamage> _damage = [];
    private readonly long _memoryBytesMax;
    private ulong _next;
    private ulong? _doubtFrom;
    private long _memoryBytes;

    public LogReplay(long memoryBytesMax) => _memoryBytesMax = memoryBytesMax;

    public SortedDictionary<SplitId, SplitLog> Splits { get; } = [];

    public long Frames { get; private set; }

    public ulong LastFrame => _next == 0 ? 0 : _next - 1;

    public LogPlace? Torn { get; private set; }

    /// <summary>
    /// Reads one segment. Returns the offset where it ends: its length, or less when there are zeros that were written
    /// ahead, or a torn tail was found, which only happens in the last segment.
    /// </summary>
    /// <param name="segment">Its sequence.</param>
    /// <param name="bytes">Its whole contents; unreadable parts as zeros.</param>
    /// <param name="unreadable">Offset of the last unreadable part; -1 for none.</param>
    /// <param name="isLast">Whether no segment follows.</param>
    public long Read(ulong segment, ReadOnlyMemory<byte> bytes, long unreadable, bool isLast)
    {
        long at = LogFormat.SegmentHeaderBytes;
        while (at < bytes.Length)
        {
            LogFrame? frame = LogFrame.Read(bytes, at, segment);
            if (frame is { IsIntact: true } && !FramesAreMissing(frame))
            {
                Apply(segment, frame);
                at = frame.End;
                continue;
            }

            // What was written ahead and never used. (What cannot be read comes as zeros too, and is none of it.)
            if (frame is null && unreadable < at && bytes.Span[(int)at..].IndexOfAnyExcept((byte)0) < 0) return at;
            LogFrame? later = FindLater(segment, bytes, frame, at, out long laterAt);
            if (isLast && unreadable < at && !WasDurable(bytes, segment, at, frame))
            {
                Torn = new LogPlace(segment, at);
                return at;
            }

            Report(segment, at, frame);
            if (frame is not null) Apply(segment, frame);
            if (later is null && frame is null) return bytes.Length;
            if (frame is null) _next = later!.Sequence;
            at = frame is null ? laterAt : frame.End;
        }

        return bytes.Length;
    }

    /// <summary>A segment whose header cannot be read, or that is missing: all may have lost something.</summary>
    public void ReportLostSegment(ulong segment, string reason)
    {
        ReportAll(new LogPlace(segment, 0), reason);
        _next = 0;
    }

    /// <summary>A segment begins whose first frame, says its header, has this number.</summary>
    public void Begin(ulong segment, ulong firstFrame)
    {
        if (_next != 0 && _next != firstFrame)
            ReportAll(new LogPlace(segment, 0), $"the segment before ends at frame {_next - 1}, this one begins at {firstFrame}");
        _next = firstFrame;
    }

    /// <summary>Whether any frame of a segment with a bad header can be read.</summary>
    public static bool HasFrames(ulong segment, ReadOnlyMemory<byte> bytes)
    {
        for (long at = LogFormat.Alignment; at < bytes.Length; at += LogFormat.Alignment)
            if (LogFrame.Read(bytes, at, segment) is not null) return true;
        return false;
    }

    /// <summary>Closes the replay: checks every split for holes and names the damaged.</summary>
    public LogRecovery Finish(bool isNew, int segments)
    {
        foreach (SplitLog split in Splits.Values.Where(static split => split.OldestSegment() is null).ToArray())
            Splits.Remove(split.Split);
        foreach (SplitLog split in Splits.Values)
        {
            if (split.IsDamaged || split.IsWhole) continue;
            ulong segment = split.OldestSegment() ?? 0;
            _damage.Add(new LogDamage(new LogPlace(segment, 0),
                $"the entries of {split.Split} do not follow index {split.Compacted.Index}",
                LogDamageScope.NamedSplits, [split.Split]));
            split.MarkDamaged(segment);
        }

        ImmutableArray<SplitId> damaged = [.. Splits.Values.Where(static s => s.IsDamaged).Select(static s => s.Split)];
        return new LogRecovery(isNew, segments, Frames, Torn, [.. _damage], damaged);
    }

    private bool FramesAreMissing(LogFrame frame) => _next != 0 && frame.Sequence != _next;

    // The first intact header behind a bad place.
    private static LogFrame? FindLater(ulong segment, ReadOnlyMemory<byte> bytes, LogFrame? bad, long at, out long found)
    {
        for (found = bad?.End ?? at + LogFormat.Alignment; found < bytes.Length; found += LogFormat.Alignment)
            if (LogFrame.Read(bytes, found, segment) is { } later) return later;
        return null;
    }

    // Whether some frame at or behind a bad place knows that what is missing had been synced.
    private bool WasDurable(ReadOnlyMemory<byte> bytes, ulong segment, long at, LogFrame? bad)
    {
        ulong missing = _next;
        if (bad is not null && bad.SyncedThrough >= missing) return true;
        for (long later = at + LogFormat.Alignment; later < bytes.Length; later += LogFormat.Alignment)
            if (LogFrame.Read(bytes, later, segment) is { } frame && frame.SyncedThrough >= missing) return true;
        return false;
    }

    private void Report(ulong segment, long at, LogFrame? frame)
    {
        var place = new LogPlace(segment, at);
        if (frame is null)
        {
            ReportAll(place, "a frame's header does not match its checksum");
            return;
        }

        if (FramesAreMissing(frame))
            ReportAll(place, $"frame {frame.Sequence} stands where {_next} should");
        ImmutableArray<SplitId> hit =
            [.. frame.Records.Where(static r => !r.IsIntact).Select(static r => r.Split).Distinct().Order()];
        if (hit.IsEmpty) return;
        _damage.Add(new LogDamage(place, "records do not match their checksums", LogDamageScope.NamedSplits, hit));
    }

    private void ReportAll(LogPlace place, string reason)
    {
        _doubtFrom ??= place.Segment;
        _damage.Add(new LogDamage(place, reason, LogDamageScope.AllSplits, [.. Splits.Keys]));
        foreach (SplitLog split in Splits.Values) MarkDamaged(split, place.Segment);
    }

    private void MarkDamaged(SplitLog split, ulong segment)
    {
        _memoryBytes -= split.MemoryBytes;
        split.MarkDamaged(segment);
    }

    private void Apply(ulong segment, LogFrame frame)
    {
        Frames++;
        _next = frame.Sequence + 1;
        foreach (LogRecord record in frame.Records)
        {
            if (record.Kind == LogRecordKind.Removed && record.IsIntact)
            {
                if (Splits.Remove(record.Split, out SplitLog? gone)) _memoryBytes -= gone.MemoryBytes;
                Splits.Add(record.Split, new SplitLog(record.Split));
                continue;
            }

            SplitLog split = KnownOrNew(record.Split);
            if (!record.IsIntact) MarkDamaged(split, segment);
            if (split.IsDamaged) continue;
            ApplyIntact(split, record, segment);
        }
    }

    private SplitLog KnownOrNew(SplitId id)
    {
        if (Splits.TryGetValue(id, out SplitLog? known)) return known;
        var split = new SplitLog(id);
        if (_doubtFrom is { } segment) split.MarkDamaged(segment);
        Splits.Add(id, split);
        return split;
    }

    private void ApplyIntact(SplitLog split, in LogRecord record, ulong segment)
    {
        LogBatchItem? item = Decode(record);
        if (item is null)
        {
            _damage.Add(new LogDamage(new LogPlace(segment, record.Offset), "a record is intact but malformed",
                LogDamageScope.NamedSplits, [split.Split]));
            MarkDamaged(split, segment);
            return;
        }

        long before = split.MemoryBytes;
        if (item is LogBatchItem.NewEntries added) split.BridgeTo(added.Entries.Span[0].Index);
        split.Apply(item, segment, record.Offset);
        _memoryBytes += split.MemoryBytes - before;
        if (_memoryBytes > _memoryBytesMax) _memoryBytes -= MemoryBound.EvictFrom(Splits);
    }

    private static LogBatchItem? Decode(in LogRecord record)
    {
        try
        {
            return record.Kind switch
            {
                LogRecordKind.Entries => DecodeEntries(record),
                LogRecordKind.HardState => new LogBatchItem.NewHardState(record.ReadHardState()),
                LogRecordKind.Compacted => new LogBatchItem.NewCompaction(record.ReadMark()),
                LogRecordKind.Installed => new LogBatchItem.NewInstallation(record.ReadMark()),
                _ => null,
            };
        }
        catch (LintelException malformed) when (malformed.Error.Code == ErrorCode.Corruption)
        {
            return null;
        }
    }

    // What stays in memory is copied, so that it does not hold the buffer of a whole segment.
    private static LogBatchItem.NewEntries? DecodeEntries(in LogRecord record)
    {
        LogEntry[] entries = record.ReadEntries();
        if (entries.Length == 0) return null;
        for (int i = 0; i < entries.Length; i++) entries[i] = entries[i] with { Data = entries[i].Data.ToArray() };
        return new LogBatchItem.NewEntries(entries);
    }
}

/// <summary>Keeps the data of entries in memory within their bound.</summary>
internal static class MemoryBound
{
    /// <summary>Evicts the older half of the split that keeps most; returns the bytes freed.</summary>
    public static long EvictFrom(SortedDictionary<SplitId, SplitLog> splits)
    {
        SplitLog? largest = null;
        foreach (SplitLog split in splits.Values)
            if (largest is null || split.MemoryBytes > largest.MemoryBytes) largest = split;
        if (largest is null) return 0;
        long before = largest.MemoryBytes;
        largest.EvictOldestHalf();
        return before - largest.MemoryBytes;
    }
}
