using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Time;
using Lintel.Raft;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Raft.Outcomes;
using Lintel.Splits.Lease;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.SafeTime;

namespace Lintel.Splits.Replica;

/// <summary>
/// One replica of one split: the Raft peer, the state it has applied, and (while it leads) the leadership. It runs on
/// the store's context; the host steps the peer, does its I/O, and hands committed entries to <see cref="Apply"/>.
/// </summary>
/// <remarks>
/// A request comes in through <see cref="HandleAsync"/>. Reads without locks may be answered by any replica whose safe
/// time covers them; everything else needs the lease. What changes the state is evaluated here (locks, checks,
/// timestamps), proposed as a <see cref="SplitCommand"/>, and answered when it has been applied.
/// </remarks>
public sealed class SplitReplica
{
    private readonly StoreServices _services;
    private readonly ProposalTable _proposals = new();
    private readonly SafeTimeTracker _safeTime = new();
    private readonly SafeTimeWaits _safeTimeWaits = new();
    private readonly LockingReads _lockingReads;
    private readonly SnapshotReads _snapshotReads;
    private readonly Commits _commits;
    private readonly Resolutions _resolutions;
    private readonly SplitAdministration _administration;
    private readonly Candidacy _candidacy;
    private readonly List<(LogEntry Entry, AppliedResult Result)> _applied = [];
    private Timestamp _floorSoFar;
    private bool _membersChanged;
    private int _inProgress;
    private int _idleTicks;

    /// <summary>Opens a replica over what is stored.</summary>
    public SplitReplica(StoreServices services, RaftPeer peer, SplitStateMachine machine)
    {
        _services = services;
        Peer = peer;
        Machine = machine;
        _lockingReads = new LockingReads(this, services);
        _snapshotReads = new SnapshotReads(this, services);
        _commits = new Commits(this, services);
        _resolutions = new Resolutions(this, services, _commits);
        _administration = new SplitAdministration(this, services);
        _candidacy = new Candidacy(peer, services);
        AdvanceSafeTime();
    }

    /// <summary>The split.</summary>
    public SplitId Split => Machine.State.Descriptor.Split;

    /// <summary>The split as this replica knows it.</summary>
    public SplitDescriptor Descriptor => Machine.State.Descriptor;

    /// <summary>The Raft core.</summary>
    public RaftPeer Peer { get; }

    /// <summary>What has been applied.</summary>
    public SplitStateMachine Machine { get; private set; }

    /// <summary>The leadership, while this replica leads and has applied an entry of its term.</summary>
    public Leadership? Leading { get; private set; }

    /// <summary>Up to when this replica may serve reads by itself.</summary>
    public Timestamp SafeTime => _safeTime.Safe;

    /// <summary>What was divided off last, as it was then; for routers that still send its keys here. Null when nothing was.</summary>
    public SplitDescriptor? DividedOff { get; private set; }

    /// <summary>Whether the next flush looks at this replica. Kept by the flush.</summary>
    internal bool IsMarked { get; set; }

    /// <summary>Whether a snapshot is being written over the state: nothing is applied meanwhile.</summary>
    public bool IsInstalling { get; set; }

    /// <summary>Whether this replica has applied that its node is out of the configuration.</summary>
    public bool IsOut => !Peer.Configuration.Members.IsEmpty && !Peer.Configuration.Contains(_services.Self);

    /// <summary>
    /// Whether this replica has heard no leader for so long that its group may have taken it out without its knowing.
    /// </summary>
    public bool IsStray => IsOut || _candidacy.TicksWithoutLeader >= _services.Limits.StrayTicks;

    /// <summary>Who leads, as far as this replica knows; none if nobody.</summary>
    public NodeId LeaderHint => Peer.Leader;

    /// <summary>Answers a request. Expected outcomes are replies, never exceptions.</summary>
    public async ValueTask<SplitReply> HandleAsync(SplitRequest request)
    {
        if (request is AskStatus) return new SplitReply.Status(Status());
        int max = request.Frees ? 2 * _services.Limits.RequestsMax : _services.Limits.RequestsMax;
        if (_inProgress >= max) return new SplitRefusal.Busy(TimeSpan.FromMilliseconds(50));
        _inProgress++;
        _idleTicks = 0;
        try
        {
            return await AnswerAsync(request);
        }
        finally
        {
            _inProgress--;
        }
    }

    /// <summary>The refusal that sends the caller to the leaseholder.</summary>
    public SplitRefusal NotHere() =>
        new SplitRefusal.NotLeaseholder(Split, Peer.Leader == _services.Self ? NodeId.None : Peer.Leader);

    /// <summary>The refusal that corrects the caller's routing.</summary>
    public SplitRefusal Moved() => new SplitRefusal.SplitMoved(_services.NeighboursOf(Descriptor));

    /// <summary>
    /// Proposes a command under a leadership and waits for what becomes of it. The command is made at the last moment,
    /// with the division count and the timestamp to close: nothing runs between making and appending it.
    /// </summary>
    public Task<ProposalFate> ProposeAsync(Leadership leadership, Func<ulong, Timestamp, SplitCommand> make)
    {
        if (leadership.IsOver || leadership != Leading)
            return Task.FromResult<ProposalFate>(new ProposalFate.Lost("leadership is over"));
        SplitCommand command = make(Machine.State.Divisions, leadership.CloseNow());
        ProposeOutcome outcome = Peer.Propose(CommandCodec.Encode(command));
        _services.MarkDirty(this);
        return outcome switch
        {
            ProposeOutcome.Accepted accepted => FateAsync(accepted),
            ProposeOutcome.Busy => Task.FromResult<ProposalFate>(new ProposalFate.Busy()),
            _ => Task.FromResult<ProposalFate>(new ProposalFate.Lost("the replica does not lead")),
        };
    }

    /// <summary>Proposes a change of the replicas and waits for what becomes of it.</summary>
    public Task<ProposalFate> ProposeAsync(ConfigurationChange change)
    {
        ProposeOutcome outcome = Peer.ProposeConfigurationChange(change);
        _services.MarkDirty(this);
        return outcome switch
        {
            ProposeOutcome.Accepted accepted => FateAsync(accepted),
            ProposeOutcome.ChangeRefused refused =>
                Task.FromResult<ProposalFate>(new ProposalFate.Lost(refused.Reason.ToString())),
            _ => Task.FromResult<ProposalFate>(new ProposalFate.Lost("the replica does not lead")),
        };
    }

    /// <summary>Applies a committed entry to the state, in the batch of the flush.</summary>
    public AppliedResult Apply(in LogEntry entry, ApplyBatch batch)
    {
        GroupConfiguration? configuration = null;
        if (entry.Kind == EntryKind.ConfigurationChange)
        {
            configuration = Peer.ApplyConfigurationChange(entry);
            _membersChanged = true;
        }

        // A snapshot that came meanwhile may hold it already.
        if (entry.Index <= Machine.State.Applied) return AppliedResult.Done.Instance;
        AppliedResult result = Machine.Apply(entry, batch, configuration);
        _applied.Add((entry with { Data = default }, result));
        if (result is not AppliedResult.Divided divided) return result;
        DividedOff = divided.Right.Descriptor;
        if (Leading is { } leading)
        {
            foreach (TransactionId transaction in leading.UnpreparedBeyond(divided.Left.Descriptor.Span.End))
                leading.Release(transaction);
        }

        return result;
    }

    /// <summary>What was applied is in the store: those who wait for it go on.</summary>
    public void OnFlushed()
    {
        foreach ((LogEntry entry, AppliedResult result) in _applied) _proposals.OnApplied(entry, result);
        _applied.Clear();
        if (_membersChanged) _services.PublishSupport(this);
        _membersChanged = false;
        FollowRole();
        AdvanceSafeTime();
    }

    /// <summary>The state was replaced by a snapshot.</summary>
    public void OnSnapshotInstalled(SplitStateMachine machine)
    {
        Machine = machine;
        _proposals.OnSnapshot(machine.State.Applied);
        _services.PublishSupport(this);
        AdvanceSafeTime();
    }

    /// <summary>The replica leaves the store: nobody waits for it any more.</summary>
    public void Retire()
    {
        Machine.IsRetired = true;
        Leading?.End();
        Leading = null;
        _proposals.OnSnapshot(new LogIndex(ulong.MaxValue));
    }

    /// <summary>
    /// This node supports a node under an epoch, or (0) no longer. Its support for itself is this replica's only while it
    /// leads: a leader of the past must not be bound by it, or hold others by theirs, for as long as its node lives.
    /// </summary>
    public void OnSupportGiven(NodeId node, ulong epoch)
    {
        Peer.SetSupportFor(node, node == _services.Self && !_candidacy.IsBoundToSelf ? 0 : epoch);
    }

    /// <summary>Support for a node was withdrawn, or (none) the silence after the start is over: whoever led may be followed.</summary>
    public void OnSupportLost(NodeId node)
    {
        if (node == Peer.Leader || Peer.Leader.IsNone) _candidacy.OnLeaderLost(node);
    }

    /// <summary>Stands for election now, and again soon until there is a leader.</summary>
    public void StandAtOnce() => _services.Start(() => _candidacy.StandAtOnceAsync(() => _services.MarkDirty(this)));

    /// <summary>Begins or ends the leadership as the peer's role says. Called after every step of the peer.</summary>
    public void FollowRole()
    {
        if (_candidacy.FollowRole()) _services.PublishSupport(this);
        bool leads = Peer.Role == Role.Leader && Machine.State.AppliedTerm == Peer.Term;
        if (Leading is { } current && (Peer.Role != Role.Leader || current.Term != Peer.Term))
        {
            _floorSoFar = Timestamp.Later(_floorSoFar, current.Floor);
            Leading = null;
            current.End();
        }

        if (leads && Leading is null)
        {
            var begun = new Leadership(this, _services, Peer.Term, _floorSoFar);
            Leading = begun;
            _services.Start(() => _resolutions.TakeOverAsync(begun));
        }
    }

    /// <summary>One tick: elections, heartbeats, and sleep when nothing happens.</summary>
    public void Tick()
    {
        if (_candidacy.Tick()) _services.PublishSupport(this);
        if (Peer.IsQuiesced) return;
        _proposals.Expire(_services.Environment.Time.GetTimestamp());
        // Who cannot hold a lease does not stand for election either.
        if (Peer.Role == Role.Leader || _services.MayLead) Peer.Tick();
        FollowRole();
        bool busy = _inProgress > 0 || _proposals.Count > 0 || Leading is null || !Leading.HoldsLease;
        _idleTicks = busy ? 0 : _idleTicks + 1;
        if (_idleTicks >= _services.Limits.QuiesceTicks && Peer.Quiesce()) _idleTicks = 0;
        _services.MarkDirty(this);
    }

    /// <summary>Housekeeping of a leaseholder: expired clients, transactions in doubt, outcomes to spread.</summary>
    public void KeepHouse()
    {
        if (Leading is { IsOver: false } leading && leading.HoldsLease) _resolutions.KeepHouse(leading);
    }

    /// <summary>What the leaseholder of an idle split announces to its followers; null if it may not.</summary>
    public IdleClose? IdleClose()
    {
        if (Leading is not { IsOver: false } leading || _proposals.Count > 0) return null;
        SplitState state = Machine.State;
        if (state.Applied != Peer.LastIndex) return null;
        Timestamp closed = leading.CloseNow();
        return closed > state.Closed
            ? new IdleClose(Split, state.AppliedTerm, state.Applied, closed, state.Checksum)
            : null;
    }

    /// <summary>A leaseholder's node announced a closed timestamp for this split while it is idle.</summary>
    public void OnIdleClose(in IdleClose close)
    {
        SplitState state = Machine.State;
        if (close.Index == state.Applied && close.Term == state.AppliedTerm)
            Invariant.Require("S02", close.Checksum == state.Checksum, $"{Split} differs from its leaseholder's at {close.Index}");
        _safeTime.Announce(close.Term, close.Index, close.Closed);
        AdvanceSafeTime();
    }

    /// <summary>Waits a bounded time for the safe time to reach a timestamp. Whether it did.</summary>
    public async ValueTask<bool> AwaitSafeTimeAsync(Timestamp at)
    {
        if (at <= SafeTime) return true;
        await _safeTimeWaits.WaitAsync(at, _services.Limits.SafeTimeWait, _services.Environment.Time);
        return at <= SafeTime;
    }

    /// <summary>Waits until a timestamp has passed on every node.</summary>
    public async ValueTask CommitWaitAsync(Timestamp at)
    {
        if (_services.Limits.Planted == PlantedBug.NoCommitWait) return;
        while (true)
        {
            TrueTimeInterval now = _services.Environment.TrueTime.Now();
            if (now.IsAfter(at)) return;
            // Timers count whole milliseconds: a shorter delay would end at once, and spin.
            double left = Math.Floor((at - now.Earliest).TotalMilliseconds) + 1;
            await Task.Delay(TimeSpan.FromMilliseconds(left), _services.Environment.Time);
        }
    }

    /// <summary>How this replica is.</summary>
    public SplitStatus Status()
    {
        SplitState state = Machine.State;
        var lagging = new List<NodeId>();
        if (Leading is not null)
        {
            foreach (NodeId member in Peer.Configuration.Members)
            {
                if (Peer.ProgressOf(member) is { } progress && progress.Match + 1000 < Peer.LastIndex) lagging.Add(member);
            }
        }

        bool holds = Leading?.HoldsLease ?? false;
        NodeId holder = holds ? _services.Self : Peer.Leader == _services.Self ? NodeId.None : Peer.Leader;
        return new SplitStatus(
            state.Descriptor, _services.Self, holder, Peer.Term.Value, state.Applied.Value, SafeTime, state.Bytes,
            state.Checksum, lagging);
    }

    private async ValueTask<SplitReply> AnswerAsync(SplitRequest request)
    {
        if (!request.LiesIn(Descriptor.Span)) return Moved();
        if (request is SnapshotRead { FollowerAllowed: true } stale && Leading is null)
            return await _snapshotReads.AsFollowerAsync(stale);
        Leadership? leading = await AwaitLeaseAsync();
        if (leading is null)
            return _services.IsClockBounded || Peer.Role != Role.Leader ? NotHere() : new SplitRefusal.ClockUncertain();
        if (!request.LiesIn(Descriptor.Span)) return Moved();
        if (request.OnBehalfOf.IsNone) return await AnswerAsync(leading, request);
        Leadership.Activity activity = leading.Touch(request.OnBehalfOf);
        activity.InProgress++;
        try
        {
            return await AnswerAsync(leading, request);
        }
        finally
        {
            activity.InProgress--;
        }
    }

    private async ValueTask<SplitReply> AnswerAsync(Leadership leading, SplitRequest request) => request switch
    {
        LockingRead r => await _lockingReads.ReadAsync(leading, r),
        SnapshotRead r => await _snapshotReads.AsLeaseholderAsync(leading, r),
        CommitLocal r => await _commits.CommitAsync(leading, r),
        Decide r => await DecideAsync(leading, r),
        Prepare r => await _commits.PrepareAsync(leading, r),
        Stage r => await _commits.StageAsync(leading, r),
        Resolve r => await _resolutions.ResolveAsync(leading, r),
        AskOutcome r => await _resolutions.AskOutcomeAsync(leading, r),
        Release r => await _resolutions.ReleaseAsync(leading, r),
        KeepAlive r => _resolutions.KeepAlive(leading, r),
        DivideSplit r => await _administration.DivideAsync(leading, r),
        TransferLease r => await _administration.TransferAsync(leading, r),
        ChangeReplicas r => await _administration.ChangeReplicasAsync(leading, r),
        EvictReplica r => await _administration.EvictAsync(leading, r),
        AdmitReplica r => await _administration.AdmitAsync(leading, r),
        _ => throw new System.Diagnostics.UnreachableException(request.GetType().Name),
    };

    private async ValueTask<SplitReply> DecideAsync(Leadership leading, Decide request)
    {
        SplitReply reply = await _commits.DecideAsync(leading, request);
        if (reply is SplitReply.Committed && !leading.IsOver)
            _resolutions.Spread(leading, request.Transaction, request.Anchor);
        return reply;
    }

    // A leader whose lease is about to begin is worth a short wait; anybody else is not.
    private async ValueTask<Leadership?> AwaitLeaseAsync()
    {
        TimeProvider time = _services.Environment.Time;
        long began = time.GetTimestamp();
        while (true)
        {
            if (Leading is { IsOver: false } leading)
            {
                if (leading.IsFrozen) await leading.OpenAsync();
                else if (leading.HoldsLease) return leading;
            }
            else if (Peer.Role != Role.Leader)
            {
                // Somebody wants a leader; when one is known the sender is told, and nothing else need wake.
                if (Peer.Leader.IsNone) Peer.Wake();
                return null;
            }

            if (Machine.IsRetired) return null;

            if (time.GetElapsedTime(began) > _services.Limits.SafeTimeWait) return null;
            await Task.Delay(TimeSpan.FromMilliseconds(5), time);
        }
    }

    private Task<ProposalFate> FateAsync(ProposeOutcome.Accepted accepted)
    {
        TimeProvider time = _services.Environment.Time;
        long patience = (long)(_services.Limits.RequestTimeout.TotalSeconds * time.TimestampFrequency);
        return _proposals.WaitAsync(accepted.At, accepted.InTerm, time.GetTimestamp() + patience);
    }

    private void AdvanceSafeTime()
    {
        SplitState state = Machine.State;
        if (_services.Limits.Planted == PlantedBug.EarlySafeTime)
        {
            _ = _safeTime.Advance(state.Applied, state.AppliedTerm, _services.Environment.TrueTime.Now().Latest, null);
            return;
        }

        if (_safeTime.Advance(state.Applied, state.AppliedTerm, state.Closed, Machine.EarliestPending))
            _safeTimeWaits.Reached(_safeTime.Safe);
    }
}
