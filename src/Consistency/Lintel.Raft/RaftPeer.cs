using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft.Configuration;
using Lintel.Raft.Leases;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Raft.Outcomes;
using Lintel.Raft.Quorum;
using Lintel.Raft.Reads;
using Lintel.Raft.Replication;

namespace Lintel.Raft;

/// <summary>
/// One replica's part in one Raft group, as a value that is stepped. It does no I/O and knows no clock: messages, ticks
/// and requests go in, <see cref="Ready"/> comes out. Given the same inputs it does the same things. Not thread-safe.
///
/// <para>The algorithm is Raft (Ongaro and Ousterhout, 2014; Ongaro's dissertation, 2014), in the shape of etcd-io/raft:
/// pre-vote, check-quorum, joint consensus, learners, leadership transfer, pipelined appends, asynchronous log writes.
/// On top of it stand leases that rest on node-to-node support (<see cref="SupportLedger"/>).</para>
///
/// <para>What leaves when. The leader's appends and heartbeats leave at once, before its own disk has the entries; it
/// counts itself only when they are durable. Votes, vote requests and acknowledgements speak of this peer's own state:
/// they are in <see cref="AppendWork.MessagesAfterSync"/> and leave when that state is durable. Vote requests are
/// among them because a candidate that forgets its log in a crash must not collect votes that were given to the log it
/// had. Pre-votes bind nobody and leave at once.</para>
///
/// <para>Identity. A peer is known by its node. A host that destroys a replica remembers that it did, and does not start
/// an empty one under the same node in the same group unless the configuration lets it in anew as a learner.</para>
///
/// Invariants: R01 a term has at most one leader. R02 messages are for this peer. R03 the term never falls.
/// R04 only a leader appends its own entries. R05 a leader commits by counting only entries of its term.
/// R06 works are reported in order.
/// </summary>
public sealed partial class RaftPeer
{
    private readonly RaftConfig _config;
    private readonly RaftLog _log;
    private readonly SupportLedger _support;
    private readonly VoteTally _tally = new();
    private readonly ReadQueue _reads;
    private readonly List<RaftMessage> _outgoing = [];
    private readonly List<RaftMessage> _afterSync = [];
    private readonly Queue<AppendWork> _works = new();
    private NodeId _vote;
    private HardState _handedOut;
    private ulong _sequence;

    /// <summary>Starts a peer from what its host has stored.</summary>
    public RaftPeer(RaftConfig config, IRaftLogView storage)
    {
        config.Validate();
        _config = config;
        HardState stored = storage.HardState;
        _log = new RaftLog(storage, stored.Commit, config.Applied, config.MaxApplyingBytes);
        _support = new SupportLedger(stored.Promise);
        _reads = new ReadQueue(config.MaxPendingReads);
        _handedOut = stored;
        Term = stored.Term;
        _vote = stored.Vote;
        Configuration = storage.Configuration;
        _ticksSinceLeader = stored.Term == Term.Zero ? config.ElectionTicks : 0;
        Role = Role.Follower;
        ResetElectionTimer();
    }

    /// <summary>This peer's node.</summary>
    public NodeId Self => _config.Self;

    /// <summary>What the peer is in its term.</summary>
    public Role Role { get; private set; }

    /// <summary>The latest term it has entered. Invariant R03: it never falls.</summary>
    public Term Term { get; private set; }

    /// <summary>The leader of the term, as far as known.</summary>
    public NodeId Leader { get; private set; }

    /// <summary>The configuration in force: the latest one applied.</summary>
    public GroupConfiguration Configuration { get; private set; }

    /// <summary>The last entry known to be committed.</summary>
    public LogIndex Committed => _log.Committed;

    /// <summary>The last entry the host has reported applied.</summary>
    public LogIndex Applied => _log.Applied;

    /// <summary>The last entry of the log.</summary>
    public LogIndex LastIndex => _log.LastIndex;

    /// <summary>The last entry that is durable here.</summary>
    public LogIndex StableIndex => _log.StableIndex;

    /// <summary>The term of the entry at <paramref name="index"/>, durable or not; false if compacted or not there.</summary>
    public bool TryTerm(LogIndex index, out Term term) => _log.TryTerm(index, out term);

    /// <summary>The promise this peer's vote is under, and whether it binds now.</summary>
    public (SupportPromise Promise, bool InForce) Promise => (_support.Promise, _support.InForce);

    /// <summary>Whether the peer sleeps: it needs no ticks, and wakes by itself on messages and requests.</summary>
    public bool IsQuiesced { get; private set; }

    private HardState HardStateNow => new(Term, _vote, _log.Committed, _support.Promise);

    private NodeId? LeaderHint => Leader.IsNone ? null : Leader;

    /// <summary>Takes a message from another peer. Late, repeated and misdirected ones do no harm.</summary>
    public void Step(in RaftMessage message)
    {
        Invariant.Require("R02", message.To == Self && message.From != Self, "a message is for this peer, from another");
        if (message.Kind != RaftMessageKind.Quiesce) Wake();
        bool asksForVote = message.Kind is RaftMessageKind.Vote or RaftMessageKind.PreVote;
        if (asksForVote && !message.Transfer && IsVoteWithheldFrom(message.From)) return;
        if (message.Term > Term) MeetHigherTerm(message);
        else if (message.Term < Term)
        {
            AnswerLowerTerm(message);
            return;
        }

        switch (message.Kind)
        {
            case RaftMessageKind.Vote or RaftMessageKind.PreVote: OnVoteRequest(message); break;
            case RaftMessageKind.VoteResponse or RaftMessageKind.PreVoteResponse: OnVoteResponse(message); break;
            case RaftMessageKind.Append: OnAppend(message); break;
            case RaftMessageKind.Heartbeat: OnHeartbeat(message); break;
            case RaftMessageKind.Snapshot: OnSnapshot(message); break;
            case RaftMessageKind.Quiesce: OnQuiesce(message); break;
            case RaftMessageKind.TimeoutNow: OnTimeoutNow(message); break;
            case RaftMessageKind.AppendResponse: OnAppendResponse(message); break;
            case RaftMessageKind.HeartbeatResponse: OnHeartbeatResponse(message); break;
            case RaftMessageKind.LeaderQuery: OnLeaderQuery(message); break;
            case RaftMessageKind.Released: OnReleased(message); break;
            default: throw new ArgumentOutOfRangeException(nameof(message), message.Kind, "unknown kind of message");
        }
    }

    /// <summary>Time passes: one tick. Does nothing while quiesced.</summary>
    public void Tick()
    {
        if (IsQuiesced) return;
        _now++;
        _ticksSinceLeader++;
        if (Role == Role.Leader) TickAsLeader();
        else TickElection();
    }

    /// <summary>Takes the work there is. Returns false if there is none.</summary>
    public bool TryTakeReady(out Ready ready)
    {
        SendReadRound();
        AppendWork? work = TakeWork();
        ReadOnlyMemory<LogEntry> committed = _log.TakeCommitted();
        if (work is null && committed.IsEmpty && _outgoing.Count == 0 && !_reads.HasOutput)
        {
            ready = null!;
            return false;
        }

        (ImmutableArray<ReadState> reads, ImmutableArray<ulong> lost) = _reads.TakeOutput();
        ready = new Ready
        {
            Messages = [.. _outgoing],
            Append = work,
            Committed = committed,
            Reads = reads,
            ReadsLost = lost,
        };
        _outgoing.Clear();
        return true;
    }

    /// <summary>The work is durable, and so are all before it. Its messages may leave.</summary>
    public void AppendCompleted(AppendWork work)
    {
        Invariant.Require(
            "R06", _works.TryDequeue(out AppendWork? expected) && ReferenceEquals(expected, work), "works are reported in order");
        if (_log.Unstable.Complete(work.Sequence) is { } installed) _log.SnapshotInstalled(installed.Index);
        if (work.HardState is { } durable && durable.Term == Term) CountSelf(durable);
        if (Role == Role.Leader) AcknowledgeSelf();
    }

    /// <summary>Everything handed out up to <paramref name="index"/> is applied.</summary>
    public void ApplyCompleted(LogIndex index)
    {
        _log.ApplyCompleted(index);
        LeaveJointWhenDue();
    }

    /// <summary>Reports both, for a host that does all the work of a Ready before anything else.</summary>
    public void Advance(Ready done)
    {
        if (done.Append is { } work) AppendCompleted(work);
        if (!done.Committed.IsEmpty) ApplyCompleted(done.Committed.Span[^1].Index);
    }

    /// <summary>Wakes a sleeping peer, as any message or request does. The host calls it when a node dies.</summary>
    public void Wake()
    {
        if (!IsQuiesced) return;
        IsQuiesced = false;
        _electionElapsed = 0;
        _checkElapsed = 0;
        _heartbeatElapsed = _config.HeartbeatTicks;
        foreach (Progress progress in _progress.Values) progress.RecentlyActive = true;
    }

    private AppendWork? TakeWork()
    {
        HardState state = HardStateNow;
        bool changed = state != _handedOut;
        if (!changed && !_log.Unstable.HasNext)
        {
            if (_afterSync.Count == 0) return null;
            if (_works.Count == 0)
            {
                _outgoing.AddRange(_afterSync);
                _afterSync.Clear();
                return null;
            }
        }

        bool mustSync = _log.Unstable.HasNext || state.MustSyncAfter(_handedOut);
        (ReadOnlyMemory<LogEntry> entries, RaftSnapshotMetadata? snapshot) = _log.Unstable.HandOut(++_sequence);
        var work = new AppendWork
        {
            Sequence = _sequence,
            HardState = changed ? state : null,
            Entries = entries,
            Snapshot = snapshot,
            MustSync = mustSync,
            MessagesAfterSync = [.. _afterSync],
        };
        _afterSync.Clear();
        _handedOut = state;
        _works.Enqueue(work);
        return work;
    }

    private RaftMessage To(NodeId peer, RaftMessageKind kind) =>
        new() { Kind = kind, From = Self, To = peer, Term = Term };
}
