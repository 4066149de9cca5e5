using Lintel.Environment.Disk;
using Lintel.Primitives.Errors;
using Lintel.Splits.Store;

namespace Lintel.Splits.Log;

public sealed partial class StoreLog
{
    /// <summary>
    /// Opens the log in a directory, creating it when there is none, and recovers it. Errors of the disk other than
    /// unreadable sectors surface as <see cref="LintelException"/>.
    /// </summary>
    public static async ValueTask<LogOpening> OpenAsync(
        IDisk disk, StoreIdentity identity, LogOptions options, CancellationToken cancellation = default)
    {
        var replay = new LogReplay(options.MemoryBytesMax);
        List<ulong> sequences = await ListAsync(disk, cancellation);
        var segments = new List<LogSegment>();
        foreach (ulong sequence in sequences)
        {
            bool isLast = sequence == sequences[^1];
            if (segments.Count > 0 && segments[^1].Sequence + 1 != sequence)
                replay.ReportLostSegment(segments[^1].Sequence + 1, "the segment file is missing");
            LintelError? refusal = await ReadAsync(disk, identity, sequence, isLast, replay, segments, cancellation);
            if (refusal is null) continue;
            foreach (LogSegment segment in segments) await segment.File.DisposeAsync();
            return new LogOpening.Refused(refusal);
        }

        var log = new StoreLog(disk, identity, options, segments, replay);
        LogRecovery recovery = replay.Finish(segments.Count == 0, segments.Count);
        await log._ballast.TryTakeAsync();
        if (segments.Count == 0) await log.CreateSegmentAsync(sequences.Count == 0 ? 1 : sequences[^1]);
        else await MakeDurableAsync(disk, segments[^1], cancellation);
        return new LogOpening.Opened(log, recovery);
    }

    /// <summary>Whether a directory holds a log, whoever's and however damaged.</summary>
    public static async ValueTask<bool> ExistsAsync(IDisk disk, CancellationToken cancellation = default) =>
        (await ListAsync(disk, cancellation)).Count > 0;

    private static async ValueTask<List<ulong>> ListAsync(IDisk disk, CancellationToken cancellation)
    {
        var sequences = new List<ulong>();
        foreach (string name in await disk.ListAsync(cancellation))
            if (LogFormat.TryParseName(name, out ulong sequence)) sequences.Add(sequence);
        sequences.Sort();
        return sequences;
    }

    private static async ValueTask<LintelError?> ReadAsync(IDisk disk, StoreIdentity identity, ulong sequence,
        bool isLast, LogReplay replay, List<LogSegment> segments, CancellationToken cancellation)
    {
        IDiskFile file = await disk.OpenAsync(LogFormat.NameOf(sequence), cancellation);
        (byte[] bytes, long unreadable) = await LogSegment.ReadAllAsync(file, cancellation);
        bool intact = LogFormat.TryReadSegmentHeader(bytes, identity, sequence, out LintelError? refusal);
        if (refusal is not null)
        {
            await file.DisposeAsync();
            return refusal;
        }

        if (!intact && isLast && unreadable < 0 && !LogReplay.HasFrames(sequence, bytes))
        {
            // The crash came while the segment was being created: nothing was ever acknowledged from it.
            await file.DisposeAsync();
            await disk.DeleteAsync(LogFormat.NameOf(sequence), cancellation);
            return null;
        }

        if (!intact) replay.ReportLostSegment(sequence, "the segment's header does not match its checksum");
        else replay.Begin(sequence, LogFormat.FirstFrameOf(bytes));
        long end = replay.Read(sequence, bytes, intact ? unreadable : long.MaxValue, isLast);
        segments.Add(new LogSegment(sequence, file, LogFormat.Aligned((int)end)));
        if (replay.Torn is null) return null;
        await file.TruncateAsync(end, cancellation);
        return null;
    }

    // What was found counts as durable from here on, but after the death of the process alone its end may only be in the
    // cache of the operating system. All other segments were synced before their successor began.
    private static async ValueTask MakeDurableAsync(IDisk disk, LogSegment last, CancellationToken cancellation)
    {
        await last.File.SyncAsync(cancellation);
        await disk.SyncDirectoryAsync(cancellation);
    }
}
