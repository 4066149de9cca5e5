using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Raft.Outcomes;
using Lintel.Raft.Quorum;
using Lintel.Raft.Replication;

namespace Lintel.Raft;

/// <summary>Replication as the leader does it: appends, acknowledgements, commitment.</summary>
public sealed partial class RaftPeer
{
    private readonly SortedDictionary<NodeId, Progress> _progress = [];      // empty unless leading
    private readonly Queue<(LogIndex Index, long Bytes)> _uncommitted = new();
    private long _uncommittedBytes;
    private LogIndex _pendingChange;    // no change is proposed before this is applied
    private LogIndex _termStart;        // the first entry of this leader's term
    private int _heartbeatElapsed;
    private int _checkElapsed;

    /// <summary>Proposed bytes not yet committed.</summary>
    public long UncommittedBytes => _uncommittedBytes;

    /// <summary>Whether this leader has committed an entry of its own term, and so knows the commit index.</summary>
    public bool HasCommittedInTerm => Role == Role.Leader && _log.Committed >= _termStart;

    /// <summary>What this leader knows of <paramref name="peer"/>; null if it does not lead or does not know it.</summary>
    public Progress? ProgressOf(NodeId peer) => _progress.GetValueOrDefault(peer);

    /// <summary>Appends a command, if this peer leads.</summary>
    public ProposeOutcome Propose(ReadOnlyMemory<byte> data)
    {
        if (Role != Role.Leader) return new ProposeOutcome.NotLeader(LeaderHint);
        if (!_transferTo.IsNone) return new ProposeOutcome.Transferring(_transferTo);
        Wake();
        long size = LogEntry.Overhead + data.Length;
        if (_uncommittedBytes > 0 && _uncommittedBytes + size > _config.MaxUncommittedBytes)
            return new ProposeOutcome.Busy(_uncommittedBytes);
        LogIndex at = AppendOwn(EntryKind.Normal, data);
        BroadcastAppend();
        return new ProposeOutcome.Accepted(at, Term);
    }

    /// <summary>The carrier could not reach <paramref name="peer"/>: what was in flight is likely lost.</summary>
    public void ReportUnreachable(NodeId peer)
    {
        if (_progress.TryGetValue(peer, out Progress? progress) && progress.State == ProgressState.Replicate)
            progress.BecomeProbe();
    }

    /// <summary>A snapshot was installed by <paramref name="peer"/>, as far as the sending host knows.</summary>
    public void ReportSnapshotSent(NodeId peer) => SnapshotEnded(peer, failed: false);

    /// <summary>A snapshot did not reach <paramref name="peer"/>. It is offered again after the next heartbeat's answer.</summary>
    public void ReportSnapshotFailed(NodeId peer) => SnapshotEnded(peer, failed: true);

    private void SnapshotEnded(NodeId peer, bool failed)
    {
        if (!_progress.TryGetValue(peer, out Progress? progress) || progress.State != ProgressState.Snapshot) return;
        if (failed) progress.SnapshotFailed();
        else progress.BecomeProbe();
        progress.ProbeSent = true;
    }

    private void BecomeLeader()
    {
        Invariant.Require("R01", Role == Role.Candidate && _vote == Self, "only a candidate that voted for itself wins");
        Role = Role.Leader;
        Leader = Self;
        _progress.Clear();
        AddMissingProgress();
        _pendingChange = _log.LastIndex;
        _checkElapsed = 0;
        _heartbeatElapsed = 0;
        ResetReadRounds();
        _termStart = AppendOwn(EntryKind.TermStart, default);
        if (_config.ExternalSupport) _support.Follow(Self);
        AcknowledgeSelf();
        BroadcastAppend();
    }

    private void LeaveLeadership()
    {
        _progress.Clear();
        _uncommitted.Clear();
        _uncommittedBytes = 0;
        ClearTransfer();
        _reads.LoseAll();
    }

    private void AddMissingProgress()
    {
        foreach (NodeId member in Configuration.Members)
        {
            if (_progress.ContainsKey(member)) continue;
            _progress[member] = new Progress(member, _log.LastIndex.Next(), _config) { RecentlyActive = true };
        }
    }

    private LogIndex AppendOwn(EntryKind kind, ReadOnlyMemory<byte> data)
    {
        Invariant.Require("R04", Role == Role.Leader, "only a leader appends its own entries");
        var entry = new LogEntry(Term, _log.LastIndex.Next(), kind, data);
        _log.Append([entry]);
        _uncommitted.Enqueue((entry.Index, entry.Size));
        _uncommittedBytes += entry.Size;
        return entry.Index;
    }

    private void TickAsLeader()
    {
        _heartbeatElapsed++;
        _checkElapsed++;
        if (_checkElapsed >= _config.ElectionTicks)
        {
            _checkElapsed = 0;
            if ((_config.CheckQuorum || _config.ExternalSupport) && !QuorumIsActive())
            {
                BecomeFollower(Term, NodeId.None);
                return;
            }
        }

        if (TickTransfer() || _heartbeatElapsed < _config.HeartbeatTicks) return;
        BroadcastHeartbeat();
    }

    /// <summary>Whether a quorum answered, or supports this node, since this was last asked.</summary>
    private bool QuorumIsActive()
    {
        long active = QuorumMath.Reached(
            Configuration,
            static (peer, node) => node == peer.Self || (peer._config.ExternalSupport
                ? peer._support.Received(node) != 0
                : peer._progress[node].RecentlyActive) ? 1 : 0,
            this);
        foreach (Progress progress in _progress.Values) progress.RecentlyActive = false;
        return active == 1;
    }

    private void BroadcastAppend()
    {
        foreach (Progress progress in _progress.Values)
            if (progress.Peer != Self) SendAppend(progress, evenIfEmpty: false);
    }

    /// <summary>Sends one append, or what is needed instead. Returns whether entries went out.</summary>
    private bool SendAppend(Progress progress, bool evenIfEmpty)
    {
        if (progress.State != ProgressState.Replicate && progress.IsPaused) return false;
        LogIndex previous = progress.Next.Previous();
        ReadOnlyMemory<LogEntry> entries = default;
        if (!_log.TryTerm(previous, out Term previousTerm)
            || (!progress.WindowFull
                && !_log.TryEntries(progress.Next, _log.LastIndex.Next(), _config.MaxAppendBytes, out entries)))
        {
            SendSnapshot(progress);
            return false;
        }

        if (entries.IsEmpty && !evenIfEmpty) return false;
        long bytes = 0;
        foreach (LogEntry entry in entries.Span) bytes += entry.Size;
        _outgoing.Add(To(progress.Peer, RaftMessageKind.Append) with
        {
            Index = previous,
            LogTerm = previousTerm,
            Commit = _log.Committed,
            Entries = entries,
        });
        progress.Sent(entries.Length, bytes);
        return !entries.IsEmpty && progress.State == ProgressState.Replicate;
    }

    private void SendSnapshot(Progress progress)
    {
        if (!progress.RecentlyActive || _log.Snapshot is not { } snapshot || snapshot.Index <= progress.Match) return;
        progress.BecomeSnapshot(snapshot.Index);
        _outgoing.Add(To(progress.Peer, RaftMessageKind.Snapshot) with { Snapshot = snapshot });
    }

    private void OnAppendResponse(in RaftMessage message)
    {
        if (Role != Role.Leader || !_progress.TryGetValue(message.From, out Progress? progress)) return;
        progress.RecentlyActive = true;
        if (_config.ExternalSupport) progress.Fortified(message.SupportEpoch);
        if (message.Reject) OnRefusal(progress, message);
        else OnAcknowledgement(progress, message.Index);
    }

    private void OnRefusal(Progress progress, in RaftMessage message)
    {
        LogIndex hint = _log.FindConflict(LogIndex.Min(message.Hint, _log.LastIndex), message.LogTerm).Index;
        if (!progress.Refuse(message.Index, hint)) return;
        if (progress.State == ProgressState.Replicate) progress.BecomeProbe();
        SendAppend(progress, evenIfEmpty: true);
    }

    private void OnAcknowledgement(Progress progress, LogIndex match)
    {
        Invariant.Require("R22", match <= _log.LastIndex, "a follower acknowledges only what the leader has");
        bool probeAnswered = progress.State == ProgressState.Probe && match == progress.Match;
        if (!progress.Acknowledge(match) && !probeAnswered) return;
        switch (progress.State)
        {
            case ProgressState.Probe:
                progress.BecomeReplicate();
                break;
            case ProgressState.Snapshot when progress.Match.Next() >= _log.FirstIndex:
                progress.BecomeProbe();
                progress.BecomeReplicate();
                break;
            case ProgressState.Replicate:
                progress.FreeThrough(match);
                break;
            default:
                break;
        }

        CommitWhatAQuorumHas();
        while (SendAppend(progress, evenIfEmpty: false))
        {
        }

        SendTimeoutNowWhenLevel();
    }

    private void AcknowledgeSelf()
    {
        if (!_progress.TryGetValue(Self, out Progress? self)) return;
        if (self.Acknowledge(_log.StableIndex)) CommitWhatAQuorumHas();
    }

    /// <summary>
    /// Commits what a quorum has on its disks, if its last entry is of this term: an entry of an earlier term that is on a
    /// quorum can still be overwritten (Raft, figure 8), one of this term cannot, and commits all before it. Followers
    /// learn of it with the next append or heartbeat: a message of its own would double the traffic of a busy group.
    /// </summary>
    private void CommitWhatAQuorumHas()
    {
        long reached = QuorumMath.Reached(
            Configuration, static (progress, node) => (long)progress[node].Match.Value, _progress);
        var index = new LogIndex((ulong)reached);
        if (index <= _log.Committed || !_log.Matches(index, Term)) return;
        Invariant.Require("R05", index >= _termStart, "a leader commits by counting only entries of its term");
        _log.CommitTo(index);
        while (_uncommitted.TryPeek(out (LogIndex Index, long Bytes) oldest) && oldest.Index <= index)
        {
            _uncommittedBytes -= oldest.Bytes;
            _uncommitted.Dequeue();
        }
    }
}
