using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Raft.Log;
using Lintel.Splits.Log;
using Lintel.Splits.Replica;

namespace Lintel.Splits.Host;

/// <summary>
/// The one writer of a store's log. It takes everything that waits, appends it with one sync, reports it, and goes on
/// with what has gathered meanwhile: that is the group commit. Compaction and the removal of old segments go through
/// it too, because the log takes one of them at a time.
/// </summary>
/// <remarks>S10: works of one group are written and reported in the order in which its peer handed them out.</remarks>
public sealed class LogWriter(StoreServices services, StoreLog log)
{
    // One batch stays well below the bound of the log, whatever gathered.
    private const int BatchBytes = 8 << 20;

    private readonly Queue<(SplitReplica Replica, AppendWork Work)> _waiting = new();
    private readonly List<(Action<LogBatch> Records, TaskCompletionSource? Written)> _upkeep = [];
    private long? _appendBegan;
    private bool _collect;
    private bool _writing;
    private bool _closed;
    private TaskCompletionSource? _idle;

    /// <summary>Learns of works that are durable, in order.</summary>
    public Action<IReadOnlyList<(SplitReplica Replica, AppendWork Work)>> OnDurable { get; set; } = static _ => { };

    /// <summary>Learns that the log is out of service.</summary>
    public Action<LintelError> OnFailed { get; set; } = static failure => throw failure.ToException();

    /// <summary>Looks whether the disk answers.</summary>
    public void CheckDisk() => services.IsDiskStalled =
        _appendBegan is { } began && services.Environment.Time.GetElapsedTime(began) > services.Limits.DiskStall;

    /// <summary>Puts a work at the end; <see cref="Write"/> begins.</summary>
    public void Add(SplitReplica replica, AppendWork work) => _waiting.Enqueue((replica, work));

    /// <summary>Adds records that no peer waits for, tells when they are durable, and then lets go of old segments.</summary>
    public void Keep(Action<LogBatch> records, TaskCompletionSource? written = null)
    {
        _upkeep.Add((records, written));
        _collect = true;
        Write();
    }

    /// <summary>As <see cref="Keep"/>; completes when the records are durable.</summary>
    public Task KeepAsync(Action<LogBatch> records)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Keep(records, written);
        return written.Task;
    }

    /// <summary>
    /// Gives a group a log that begins after its state, unless it has one that goes on from there: at birth, or after a
    /// snapshot that the log did not see. The vote it cast stays cast.
    /// </summary>
    public Task InstallAsync(SplitState state)
    {
        SplitId split = state.Descriptor.Split;
        SplitLog? own = log.Find(split);
        if (own is not null && own.TryTerm(state.Applied, out Term term) && term == state.AppliedTerm) return Task.CompletedTask;
        HardState known = own?.HardState ?? default;
        bool newTerm = known.Term < state.AppliedTerm;
        var work = new AppendWork
        {
            Sequence = 1,
            HardState = known with
            {
                Term = newTerm ? state.AppliedTerm : known.Term,
                Vote = newTerm ? NodeId.None : known.Vote,
                Commit = LogIndex.Max(known.Commit, state.Applied),
            },
            Snapshot = new RaftSnapshotMetadata(state.Applied, state.AppliedTerm, state.Configuration),
            MustSync = true,
            MessagesAfterSync = [],
        };
        return KeepAsync(batch => Add(batch, split, work));
    }

    /// <summary>Applies what the log has committed beyond a state; see <see cref="LogReplayer"/>.</summary>
    public Task<(SplitState Now, List<SplitState> Born)> CatchUpAsync(SplitState state) =>
        LogReplayer.CatchUpAsync(services.Store, log, state);

    /// <summary>
    /// Ends what is being written and closes the log; nothing more is written. Whoever waits for records of its own
    /// waits for ever.
    /// </summary>
    public async Task CloseAsync()
    {
        _closed = true;
        if (_writing)
        {
            _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await _idle.Task;
        }

        await log.DisposeAsync();
    }

    /// <summary>Begins to write, unless that is under way.</summary>
    public void Write()
    {
        if (_closed || _writing || (_waiting.Count == 0 && _upkeep.Count == 0)) return;
        _writing = true;
        services.Start(WriteAsync);
    }

    private async Task WriteAsync()
    {
        try
        {
            while (!_closed && (_waiting.Count > 0 || _upkeep.Count > 0 || _collect))
            {
                var works = new List<(SplitReplica Replica, AppendWork Work)>();
                (Action<LogBatch> Records, TaskCompletionSource? Written)[] upkeep = [.. _upkeep];
                _upkeep.Clear();
                (LogBatch batch, LogDurability durability) = Gather(upkeep, works);
                if (!await TryAppendAsync(batch, durability)) return;
                OnDurable(works);
                foreach ((_, TaskCompletionSource? written) in upkeep) written?.SetResult();
                if (!_collect || _waiting.Count > 0) continue;
                _collect = false;
                await CollectAsync();
            }
        }
        finally
        {
            _writing = false;
            _idle?.SetResult();
        }
    }

    // Segments that cannot be removed now are removed after the next flush; only a log that is out of service is a failure.
    private async ValueTask CollectAsync()
    {
        try
        {
            await log.CollectAsync();
        }
        catch (LintelException) when (log.Failure is null)
        {
            services.IsDiskFull = log.Health == LogHealth.Full;
        }
    }

    private (LogBatch Batch, LogDurability Durability) Gather(
        IReadOnlyCollection<(Action<LogBatch> Records, TaskCompletionSource? Written)> upkeep,
        List<(SplitReplica Replica, AppendWork Work)> works)
    {
        var batch = new LogBatch();
        bool sync = upkeep.Count > 0;
        foreach ((Action<LogBatch> records, _) in upkeep) records(batch);
        while (_waiting.Count > 0 && batch.Bytes < BatchBytes)
        {
            (SplitReplica replica, AppendWork work) = _waiting.Dequeue();
            works.Add((replica, work));
            if (replica.Machine.IsRetired) continue;
            Add(batch, replica.Split, work);
            sync |= work.MustSync;
        }

        return (batch, sync ? LogDurability.Synced : LogDurability.Ordered);
    }

    /// <summary>The records of one work.</summary>
    public static void Add(LogBatch batch, SplitId split, AppendWork work)
    {
        if (work.Snapshot is { } snapshot) batch.Install(split, snapshot.Index, snapshot.Term);
        batch.Entries(split, work.Entries);
        if (work.HardState is { } state) batch.HardState(split, state);
    }

    // A full disk is waited out: the works stay in order, and nothing that depends on them has left.
    private async ValueTask<bool> TryAppendAsync(LogBatch batch, LogDurability durability)
    {
        while (!_closed)
        {
            _appendBegan = services.Environment.Time.GetTimestamp();
            LogAppendOutcome outcome = await log.AppendAsync(batch, durability);
            _appendBegan = null;
            switch (outcome)
            {
                case LogAppendOutcome.Appended:
                    services.IsDiskFull = log.Health == LogHealth.Full;
                    return true;
                case LogAppendOutcome.DiskFull:
                    services.IsDiskFull = true;
                    await Task.Delay(services.Limits.DiskFullRetry, services.Environment.Time);
                    break;
                case LogAppendOutcome.OutOfService broken:
                    OnFailed(broken.Error);
                    return false;
            }
        }

        return false;
    }
}
