using Lintel.Environment.Disk;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft;
using Lintel.Splits.Store;

namespace Lintel.Splits.Log;

/// <summary>
/// The Raft log of a store, shared by its splits: append-only segment files, one write and one sync per batch for all
/// splits together (group commit; Gray and Reuter, 1993). Lives on the store's serial context; one append or
/// collection at a time, reads beside it.
/// </summary>
/// <remarks>
/// <para>
/// A batch is a frame. Recovery cuts a torn frame at the end of the log, and only there; see <see cref="LogReplay"/> for how
/// it tells that from damage. A split that lost records is marked damaged and serves nothing (LG04) until its replica
/// is rebuilt, which begins with a removal record.
/// </para>
/// <para>
/// LG05: memory changes only after the batch is written, and synced if asked for, so what is served is what a crash leaves.
/// LG06: a segment is deleted only when no split needs it and all older ones are gone.
/// LG07: after a failed write or sync nothing more is written in this opening. A full disk is not such a failure:
/// the frame is cut off again and the log goes on.
/// </para>
/// </remarks>
public sealed partial class StoreLog : IAsyncDisposable
{
    private readonly IDisk _disk;
    private readonly StoreIdentity _identity;
    private readonly LogOptions _options;
    private readonly LogBallast _ballast;
    private readonly SortedDictionary<SplitId, SplitLog> _splits;
    private readonly List<LogSegment> _segments;
    private readonly WireWriter _frame = new(64 << 10);
    private readonly Dictionary<SplitId, LogIndex> _lastIndexes = [];
    private readonly byte[] _zeros;
    private ulong _lastFrame;
    private ulong _syncedFrame;
    private long _memoryBytes;
    private bool _busy;
    private LintelError? _failure;

    private StoreLog(IDisk disk, in StoreIdentity identity, LogOptions options, List<LogSegment> segments, LogReplay replay)
    {
        _disk = disk;
        _identity = identity;
        _options = options;
        _ballast = new LogBallast(disk, options.BallastBytes);
        _zeros = new byte[options.WriteAheadBytes];
        _segments = segments;
        _splits = replay.Splits;
        _lastFrame = replay.LastFrame;
        _syncedFrame = replay.LastFrame;
        foreach (SplitLog split in _splits.Values) _memoryBytes += split.MemoryBytes;
    }

    /// <summary>What the log can do at the moment.</summary>
    public LogHealth Health => _failure is not null ? LogHealth.OutOfService : _ballast.IsHeld ? LogHealth.InService : LogHealth.Full;

    /// <summary>Why the log is out of service, if it is.</summary>
    public LintelError? Failure => _failure;

    /// <summary>The splits that have records, in order; damaged ones included.</summary>
    public IReadOnlyCollection<SplitLog> Splits => _splits.Values;

    /// <summary>Segment files.</summary>
    public int SegmentCount => _segments.Count;

    /// <summary>Bytes of all segment files.</summary>
    public long StoredBytes
    {
        get
        {
            long bytes = 0;
            foreach (LogSegment segment in _segments) bytes += segment.End;
            return bytes;
        }
    }

    /// <summary>Frames written over the life of the store.</summary>
    public ulong FrameCount => _lastFrame;

    private LogSegment Current => _segments[^1];

    /// <summary>A split's log, or null when it has no records.</summary>
    public SplitLog? Find(SplitId split) => _splits.GetValueOrDefault(split);

    /// <summary>
    /// Writes a batch, and makes it durable with one sync. Of the splits in it only removals are accepted for damaged
    /// ones. Cancelled only before it begins: half a frame helps nobody.
    /// </summary>
    public async ValueTask<LogAppendOutcome> AppendAsync(
        LogBatch batch, LogDurability durability = LogDurability.Synced, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        using Turn turn = TakeTurn();
        return await AppendInTurnAsync(batch, durability);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (LogSegment segment in _segments) await segment.File.DisposeAsync();
    }

    private async ValueTask<LogAppendOutcome> AppendInTurnAsync(LogBatch batch, LogDurability durability)
    {
        if (_failure is { } failure) return new LogAppendOutcome.OutOfService(failure);
        if (batch.IsEmpty) return LogAppendOutcome.Appended.Instance;
        RequireAcceptable(batch);
        try
        {
            if (!_ballast.IsHeld && await IsStillFullAsync() && batch.HasEntries)
                return new LogAppendOutcome.DiskFull(FullError());
            if (Current.End >= _options.SegmentBytes) await RollAsync();
        }
        catch (LintelException broken)
        {
            return await OnRollFailedAsync(broken.Error);
        }

        return await WriteAsync(batch, durability);
    }

    private async ValueTask<LogAppendOutcome> WriteAsync(LogBatch batch, LogDurability durability)
    {
        LogSegment segment = Current;
        LogFrame.Encode(_frame, batch, _lastFrame + 1, _syncedFrame, segment.Sequence, segment.End);
        try
        {
            if (_zeros.Length > 0 && segment.End + _frame.Length > segment.File.Length)
                await segment.File.WriteAsync(segment.End + _frame.Length, _zeros);
            await segment.File.WriteAsync(segment.End, _frame.Written);
        }
        catch (LintelException broken) when (broken.Error.Code == ErrorCode.DiskFull)
        {
            return await RollBackAsync(segment, broken.Error);
        }
        catch (LintelException broken)
        {
            return Fail(broken.Error);
        }

        _lastFrame++;
        if (durability == LogDurability.Synced)
        {
            try
            {
                await segment.File.SyncAsync();
            }
            catch (LintelException broken)
            {
                return Fail(broken.Error);
            }

            _syncedFrame = _lastFrame;
        }

        Remember(batch, segment);
        segment.End += _frame.Length;
        return LogAppendOutcome.Appended.Instance;
    }

    private void Remember(LogBatch batch, LogSegment segment)
    {
        long body = segment.End + LogFormat.FrameHeaderBytes + (batch.Records.Count * (long)LogFormat.DirectoryEntryBytes);
        foreach (LogBatch.Placed record in batch.Records)
        {
            if (record.Kind == LogRecordKind.Removed)
            {
                if (_splits.Remove(record.Split, out SplitLog? gone)) _memoryBytes -= gone.MemoryBytes;
                continue;
            }

            if (!_splits.TryGetValue(record.Split, out SplitLog? split))
                _splits.Add(record.Split, split = new SplitLog(record.Split));
            long before = split.MemoryBytes;
            split.Apply(record.Item, segment.Sequence, body + record.Offset);
            _memoryBytes += split.MemoryBytes - before;
        }

        if (_memoryBytes > _options.MemoryBytesMax) _memoryBytes -= MemoryBound.EvictFrom(_splits);
    }

    private void RequireAcceptable(LogBatch batch)
    {
        if (batch.Bytes > _options.BatchBytesMax)
        {
            throw new LintelException(ErrorCode.InvalidArgument, $"a batch of {batch.Bytes} bytes is too large for the Raft log",
                $"the bound is {_options.BatchBytesMax}");
        }

        SortedSet<SplitId>? unknown = null;
        _lastIndexes.Clear();
        foreach (LogBatch.Placed record in batch.Records)
        {
            if (record.Kind == LogRecordKind.Removed)
            {
                _lastIndexes[record.Split] = default;
                continue;
            }

            if (!_lastIndexes.TryGetValue(record.Split, out LogIndex last))
            {
                SplitLog? split = Find(record.Split);
                Invariant.Require("LG04", split is not { IsDamaged: true }, "a damaged split begins anew with a removal");
                if (split is null) (unknown ??= []).Add(record.Split);
                last = split?.LastIndex ?? default;
            }

            _lastIndexes[record.Split] = LastAfter(record.Item, last);
        }

        if (unknown is not null) batch.BeginUnknown(unknown);
    }

    private static LogIndex LastAfter(LogBatchItem item, LogIndex last)
    {
        switch (item)
        {
            case LogBatchItem.NewEntries added:
                Invariant.Require("LG02", added.Entries.Span[0].Index <= last.Next(), "entries follow what is stored");
                return added.Entries.Span[^1].Index;
            case LogBatchItem.NewCompaction compacted:
                return LogIndex.Max(last, compacted.Mark.Index);
            case LogBatchItem.NewInstallation installed:
                return installed.Mark.Index;
            default:
                return last;
        }
    }

    private async ValueTask<LogAppendOutcome> RollBackAsync(LogSegment segment, LintelError full)
    {
        try
        {
            await segment.File.TruncateAsync(segment.End);
            await _ballast.GiveUpAsync();
        }
        catch (LintelException broken)
        {
            return Fail(broken.Error);
        }

        return new LogAppendOutcome.DiskFull(full);
    }

    private async ValueTask<bool> IsStillFullAsync() =>
        !_ballast.HasRoomAgain || !await _ballast.TryTakeAsync();

    private LintelError FullError() => new(ErrorCode.DiskFull, "the disk under the Raft log is full",
        $"{_disk.FreeBytes} bytes are free", "free space; writes resume by themselves");

    private LogAppendOutcome.OutOfService Fail(LintelError error)
    {
        _failure = error with { Code = ErrorCode.DiskFailed };
        return new LogAppendOutcome.OutOfService(_failure);
    }

    private Turn TakeTurn()
    {
        Invariant.Require("LG08", !_busy, "one append or collection at a time");
        _busy = true;
        return new Turn(this);
    }

    private readonly struct Turn(StoreLog log) : IDisposable
    {
        public void Dispose() => log._busy = false;
    }
}
