using System.Collections.Immutable;
using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Invariants;

namespace Lintel.Splits.Log;

public sealed partial class StoreLog
{
    /// <summary>The splits that need the oldest segment, in order; empty while only the current one exists.</summary>
    public ImmutableArray<SegmentPin> PinnedBy()
    {
        if (_segments.Count < 2) return [];
        ImmutableArray<SegmentPin>.Builder pins = ImmutableArray.CreateBuilder<SegmentPin>();
        foreach (SplitLog split in _splits.Values)
        {
            if (split.OldestSegment() is { } oldest && oldest <= _segments[0].Sequence)
                pins.Add(new SegmentPin(split.Split, oldest, split.StoredBytes));
        }

        return pins.ToImmutable();
    }

    /// <summary>
    /// Deletes segments that nobody needs. If the oldest is only needed by splits with little in them, these are written
    /// again at the end of the log, so that an idle split pins nothing for ever. Whoever is named in the answer holds
    /// more: flush and compact it.
    /// </summary>
    /// <exception cref="LintelException">The disk refuses a removal; the log goes on.</exception>
    public async ValueTask<SegmentCollection> CollectAsync(CancellationToken cancellation = default)
    {
        using Turn turn = TakeTurn();
        if (_failure is not null) return new SegmentCollection(0, 0, PinnedBy());
        int deleted = await DeleteUnneededAsync(cancellation);
        ImmutableArray<SegmentPin> pins = PinnedBy();
        if (pins.IsEmpty) return new SegmentCollection(deleted, 0, pins);
        int rewritten = await RewriteForwardAsync(pins, cancellation);
        deleted += await DeleteUnneededAsync(cancellation);
        return new SegmentCollection(deleted, rewritten, PinnedBy());
    }

    private async ValueTask<int> DeleteUnneededAsync(CancellationToken cancellation)
    {
        ulong needed = Current.Sequence;
        foreach (SplitLog split in _splits.Values)
            if (split.OldestSegment() is { } oldest && oldest < needed) needed = oldest;
        // What made the old records obsolete must not be lost with a crash.
        if (_segments[0].Sequence < needed && _syncedFrame < _lastFrame && !await SyncAsync()) return 0;
        int deleted = 0;
        while (_segments[0].Sequence < needed)
        {
            LogSegment obsolete = _segments[0];
            Invariant.Require("LG06", obsolete != Current, "the current segment is never deleted");
            await _disk.DeleteAsync(LogFormat.NameOf(obsolete.Sequence), cancellation);
            // Oldest first, also after a crash: a hole in the sequence is reported as a lost segment.
            await _disk.SyncDirectoryAsync(cancellation);
            _segments.RemoveAt(0);
            await obsolete.File.DisposeAsync();
            deleted++;
        }

        return deleted;
    }

    private async ValueTask<int> RewriteForwardAsync(ImmutableArray<SegmentPin> pins, CancellationToken cancellation)
    {
        var batch = new LogBatch();
        int rewritten = 0;
        foreach (SegmentPin pin in pins)
        {
            SplitLog split = _splits[pin.Split];
            if (split.IsDamaged || split.StoredBytes > _options.RewriteBytesMax) return 0;
            if (batch.Bytes + split.StoredBytes > _options.BatchBytesMax / 2) break;
            if (split.HardStateSegment is not null) batch.HardState(split.Split, split.HardState);
            batch.Compact(split.Split, split.Compacted.Index, split.Compacted.Term);
            LogRead read = await ReadAsync(split, split.FirstIndex, split.LastIndex.Next(), long.MaxValue, cancellation);
            if (read is not LogRead.Found found) return 0;
            batch.Entries(split.Split, found.Entries);
            rewritten++;
        }

        batch.CountAsRelief();
        LogAppendOutcome outcome = await AppendInTurnAsync(batch, LogDurability.Synced);
        return outcome is LogAppendOutcome.Appended ? rewritten : 0;
    }

    private async ValueTask RollAsync()
    {
        bool isCut = Current.File.Length > Current.End;
        if (isCut) await Current.File.TruncateAsync(Current.End);
        if ((isCut || _syncedFrame < _lastFrame) && !await SyncAsync()) throw _failure!.ToException();
        await CreateSegmentAsync(Current.Sequence + 1);
    }

    private async ValueTask<bool> SyncAsync()
    {
        try
        {
            await Current.File.SyncAsync();
            _syncedFrame = _lastFrame;
            return true;
        }
        catch (LintelException broken)
        {
            Fail(broken.Error);
            return false;
        }
    }

    private async ValueTask CreateSegmentAsync(ulong sequence)
    {
        IDiskFile file = await _disk.OpenAsync(LogFormat.NameOf(sequence));
        if (file.Length > 0) await file.TruncateAsync(0);
        await file.WriteAsync(0, LogFormat.SegmentHeader(_identity, sequence, _lastFrame + 1));
        await file.SyncAsync();
        await _disk.SyncDirectoryAsync();
        _segments.Add(new LogSegment(sequence, file, LogFormat.SegmentHeaderBytes));
    }

    private async ValueTask<LogAppendOutcome> OnRollFailedAsync(LintelError error)
    {
        if (_failure is { } failure) return new LogAppendOutcome.OutOfService(failure);
        if (error.Code != ErrorCode.DiskFull) return Fail(error);
        try
        {
            await _disk.DeleteAsync(LogFormat.NameOf(Current.Sequence + 1));
            await _ballast.GiveUpAsync();
        }
        catch (LintelException broken)
        {
            return Fail(broken.Error);
        }

        return new LogAppendOutcome.DiskFull(error);
    }
}
