using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Raft.Messages;
using Lintel.Raft.Outcomes;
using Lintel.Raft.Quorum;
using Lintel.Raft.Replication;

namespace Lintel.Raft;

/// <summary>
/// What a leader may conclude from being answered: read indexes, tick-based leases, support-based leases.
/// Every round of heartbeats has a number; a quorum that answered round r heard this leader after r was sent.
/// </summary>
public sealed partial class RaftPeer
{
    private readonly Queue<(ulong Round, long Tick)> _roundTicks = new();
    private ulong _round;
    private long _leaseTick;          // when the latest round that a quorum answered was sent; -1 before there is one

    /// <summary>
    /// Asks for an index such that a state machine that has applied it shows everything committed before this call.
    /// Costs a round of heartbeats, shared by all reads asked before the next <see cref="TryTakeReady"/>.
    /// </summary>
    /// <param name="context">Comes back with the answer; the host keeps it unique.</param>
    public ReadIndexOutcome RequestReadIndex(ulong context)
    {
        if (Role != Role.Leader) return new ReadIndexOutcome.NotLeader(LeaderHint);
        if (_reads.Full) return new ReadIndexOutcome.Busy();
        Wake();
        _reads.Ask(context);
        return new ReadIndexOutcome.Pending();
    }

    /// <summary>
    /// The read index at once, on the strength of a tick-based lease. False if this peer does not lead, has no lease
    /// now, or does not know the commit index yet; ask with <see cref="RequestReadIndex"/> then. Sound only while the
    /// tick rates of the peers differ by less than <see cref="RaftConfig.LeaseMarginTicks"/> per election timeout.
    /// </summary>
    public bool TryReadByTickLease(out LogIndex index)
    {
        index = _log.Committed;
        return HasTickLease && HasCommittedInTerm;
    }

    /// <summary>Whether a tick-based lease holds now.</summary>
    public bool HasTickLease =>
        Role == Role.Leader && _config.CheckQuorum && !_config.ExternalSupport && _transferTo.IsNone && !IsQuiesced
        && _leaseTick >= 0 && _now - _leaseTick < _config.LeaseTicks;

    /// <summary>
    /// The host's word: this node supports <paramref name="node"/> under <paramref name="epoch"/>, or not at all (0).
    /// Withdrawing support ends a promise made under it, wakes the peer, and lets it elect others.
    /// </summary>
    public void SetSupportFor(NodeId node, ulong epoch)
    {
        if (!_support.SetGiven(node, epoch)) return;
        if (node == Leader && epoch == 0) Wake();
        if (Role == Role.Leader && node == Self && _config.ExternalSupport) _support.Follow(Self);
    }

    /// <summary>
    /// The host's word: <paramref name="node"/> supports this node under <paramref name="epoch"/>, or not at all (0).
    /// A leader asks a peer that fortified it under another epoch to do so again.
    /// </summary>
    public void SetSupportFrom(NodeId node, ulong epoch)
    {
        if (!_support.SetReceived(node, epoch) || Role != Role.Leader || node == Self) return;
        if (!_config.ExternalSupport || !_progress.TryGetValue(node, out Progress? progress)) return;
        if (epoch == progress.FortifiedEpoch) return;
        Wake();
        if (epoch != 0) SendHeartbeat(progress);
    }

    /// <summary>Whether <paramref name="peer"/> acknowledged this leader, in its term, under <paramref name="epoch"/>.</summary>
    public bool IsFortifiedBy(NodeId peer, ulong epoch) =>
        epoch != 0 && _progress.TryGetValue(peer, out Progress? progress) && progress.FortifiedEpoch == epoch;

    /// <summary>
    /// The end of this leader's support-based lease: the largest T such that in each half of the configuration a
    /// majority supports it until at least T. <see cref="Timestamp.Zero"/> without leadership, during a transfer, and
    /// as long as some majority has not fortified it.
    /// </summary>
    /// <param name="supportUntil">
    /// Until when a voter's node certainly supports this node under an epoch; <see cref="Timestamp.Zero"/> if that
    /// epoch is over. Also asked for this node itself.
    /// </param>
    public Timestamp LeaseExpiration(Func<NodeId, ulong, Timestamp> supportUntil)
    {
        if (Role != Role.Leader || !_config.ExternalSupport || !_transferTo.IsNone) return Timestamp.Zero;
        return new Timestamp(QuorumMath.Reached(Configuration, SupportedUntil, (_progress, supportUntil)));
    }

    private static long SupportedUntil(
        (SortedDictionary<NodeId, Progress> Progress, Func<NodeId, ulong, Timestamp> Until) state, NodeId voter)
    {
        ulong epoch = state.Progress[voter].FortifiedEpoch;
        return epoch == 0 ? 0 : state.Until(voter, epoch).Nanoseconds;
    }

    private void ResetReadRounds()
    {
        _roundTicks.Clear();
        _leaseTick = -1;
    }

    private void SendReadRound()
    {
        if (!_reads.HasUnsent || !HasCommittedInTerm) return;
        _reads.Sent(_round + 1, _log.Committed);
        BroadcastHeartbeat();
    }

    private void BroadcastHeartbeat()
    {
        _heartbeatElapsed = 0;
        _round++;
        while (_roundTicks.TryPeek(out (ulong Round, long Tick) oldest) && _now - oldest.Tick >= _config.ElectionTicks)
            _roundTicks.Dequeue();
        _roundTicks.Enqueue((_round, _now));
        foreach (Progress progress in _progress.Values)
        {
            if (progress.Peer == Self) progress.Answered(_round);
            else SendHeartbeat(progress);
        }

        NoteAnsweredRounds();
    }

    private void SendHeartbeat(Progress progress) =>
        _outgoing.Add(To(progress.Peer, RaftMessageKind.Heartbeat) with
        {
            Commit = LogIndex.Min(progress.Match, _log.Committed),
            Round = _round,
        });

    private void OnHeartbeatResponse(in RaftMessage message)
    {
        if (Role != Role.Leader || !_progress.TryGetValue(message.From, out Progress? progress)) return;
        progress.RecentlyActive = true;
        progress.Answered(Math.Min(message.Round, _round));
        if (_config.ExternalSupport) progress.Fortified(message.SupportEpoch);
        progress.ProbeSent = false;
        if (progress.State == ProgressState.Probe || progress.Match < _log.LastIndex)
            SendAppend(progress, evenIfEmpty: true);
        NoteAnsweredRounds();
    }

    private void NoteAnsweredRounds()
    {
        var answered = (ulong)QuorumMath.Reached(
            Configuration, static (progress, node) => (long)progress[node].AnsweredRound, _progress);
        while (_roundTicks.TryPeek(out (ulong Round, long Tick) oldest) && oldest.Round <= answered)
        {
            _leaseTick = oldest.Tick;
            _roundTicks.Dequeue();
        }

        _reads.Answered(answered);
    }
}
