using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft.Configuration;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;
using Lintel.Raft.Outcomes;
using Lintel.Raft.Replication;

namespace Lintel.Raft;

/// <summary>Who belongs, who leads next, and when the group sleeps.</summary>
public sealed partial class RaftPeer
{
    private NodeId _transferTo;
    private bool _timeoutNowSent;
    private int _transferElapsed;

    /// <summary>
    /// Whether this leader's group may sleep: every member has every entry, all is committed and applied, nothing is
    /// pending. A member that is down keeps its group awake.
    /// </summary>
    public bool CanQuiesce
    {
        get
        {
            if (Role != Role.Leader || IsQuiesced || Configuration.IsJoint || !_transferTo.IsNone || !_reads.IsIdle
                || !HasCommittedInTerm || _log.Applied != _log.LastIndex || _works.Count > 0)
                return false;
            foreach (Progress progress in _progress.Values)
                if (progress.Match != _log.LastIndex) return false;
            return true;
        }
    }

    /// <summary>Puts the group to sleep, if it may. Returns whether it does.</summary>
    public bool Quiesce()
    {
        if (!CanQuiesce) return false;
        foreach (Progress progress in _progress.Values)
        {
            if (progress.Peer == Self) continue;
            _outgoing.Add(To(progress.Peer, RaftMessageKind.Quiesce) with { Index = _log.LastIndex, LogTerm = _log.LastTerm });
        }

        IsQuiesced = true;
        return true;
    }

    /// <summary>
    /// Appends a change of the configuration, if this peer leads and the change is possible now. It takes effect when
    /// it is applied. One change at a time.
    /// </summary>
    public ProposeOutcome ProposeConfigurationChange(ConfigurationChange change)
    {
        if (Role != Role.Leader) return new ProposeOutcome.NotLeader(LeaderHint);
        if (!_transferTo.IsNone) return new ProposeOutcome.Transferring(_transferTo);
        if (_pendingChange > _log.Applied) return new ProposeOutcome.ChangeRefused(ConfigurationRefusal.ChangeInProgress);
        if (ConfigurationChanger.Check(Configuration, change) is { } refusal)
            return new ProposeOutcome.ChangeRefused(refusal);
        if (_config.ExternalSupport && !change.IsLeave && TakesVoteOfSelf(change))
            return new ProposeOutcome.ChangeRefused(ConfigurationRefusal.LeaderWouldLeave);
        Wake();
        _pendingChange = AppendOwn(EntryKind.ConfigurationChange, change.Encode());
        BroadcastAppend();
        return new ProposeOutcome.Accepted(_pendingChange, Term);
    }

    /// <summary>
    /// Takes a change into force. The host calls it for each configuration change among the entries it applies, in
    /// order, and stores the result with the state machine.
    /// </summary>
    /// <returns>The new configuration; the old one if the change does not follow from it and so does nothing.</returns>
    public GroupConfiguration ApplyConfigurationChange(LogEntry entry)
    {
        if (entry.Kind != EntryKind.ConfigurationChange)
            throw new ArgumentException($"entry {entry.Index} is of kind {entry.Kind}", nameof(entry));
        Invariant.Require(
            "R07", Configuration.Voters.Count > 0, "a peer learns the configuration from a snapshot before it applies changes to it");
        ConfigurationChange change = ConfigurationChange.Decode(entry.Data);
        if (ConfigurationChanger.Check(Configuration, change) is not null) return Configuration;
        Configuration = ConfigurationChanger.Apply(Configuration, change);
        if (Role == Role.Leader) LeadNewConfiguration();
        return Configuration;
    }

    /// <summary>
    /// Hands leadership to <paramref name="to"/>: no proposals and no leases from here on; the target is brought level
    /// and told to campaign at once. If it does not lead within an election timeout the transfer is given up; a leader
    /// that has already told the target steps down then, because its leases could be broken at any moment.
    /// </summary>
    public TransferOutcome TransferLeadership(NodeId to)
    {
        if (Role != Role.Leader) return new TransferOutcome.NotLeader(LeaderHint);
        if (to == Self) return new TransferOutcome.AlreadyThere();
        if (!Configuration.IsVoter(to)) return new TransferOutcome.NotAVoter();
        if (_transferTo == to) return new TransferOutcome.Started();
        if (_timeoutNowSent) return new TransferOutcome.Started();
        Wake();
        _transferTo = to;
        _transferElapsed = 0;
        SendTimeoutNowWhenLevel();
        if (!_timeoutNowSent) SendAppend(_progress[to], evenIfEmpty: true);
        return new TransferOutcome.Started();
    }

    private bool TakesVoteOfSelf(ConfigurationChange change)
    {
        foreach (ConfigurationStep step in change.Steps)
            if (step.Node == Self && step.Kind != ConfigurationStepKind.AddVoter) return true;
        return false;
    }

    private void LeadNewConfiguration()
    {
        if (!Configuration.IsVoter(Self))
        {
            foreach (Progress progress in _progress.Values)
                if (progress.Peer != Self) SendAppend(progress, evenIfEmpty: true);
            BecomeFollower(Term, NodeId.None);
            return;
        }

        AddMissingProgress();
        foreach (Progress gone in _progress.Values.Where(progress => !Configuration.Contains(progress.Peer)).ToArray())
        {
            // The last it hears from this leader: that the change which removes it is committed.
            SendAppend(gone, evenIfEmpty: true);
            _progress.Remove(gone.Peer);
        }

        CommitWhatAQuorumHas();
        BroadcastAppend();

        NoteAnsweredRounds();
        if (!_transferTo.IsNone && !Configuration.IsVoter(_transferTo)) GiveUpTransfer();
    }

    private void LeaveJointWhenDue()
    {
        if (Role != Role.Leader || !Configuration.IsJoint || !Configuration.AutoLeave) return;
        if (_pendingChange > _log.Applied || !_transferTo.IsNone) return;
        _pendingChange = AppendOwn(EntryKind.ConfigurationChange, ConfigurationChange.LeaveJoint.Encode());
        BroadcastAppend();
    }

    private void SendTimeoutNowWhenLevel()
    {
        if (_transferTo.IsNone || _timeoutNowSent) return;
        if (!_progress.TryGetValue(_transferTo, out Progress? target) || target.Match != _log.LastIndex) return;
        _timeoutNowSent = true;
        _outgoing.Add(To(_transferTo, RaftMessageKind.TimeoutNow));
    }

    /// <summary>Returns whether leadership ended.</summary>
    private bool TickTransfer()
    {
        if (_transferTo.IsNone || ++_transferElapsed < _config.ElectionTicks) return false;
        GiveUpTransfer();
        return Role != Role.Leader;
    }

    private void GiveUpTransfer()
    {
        if (_timeoutNowSent)
        {
            BecomeFollower(Term, NodeId.None);
            return;
        }

        ClearTransfer();
        LeaveJointWhenDue();
    }

    private void ClearTransfer()
    {
        _transferTo = NodeId.None;
        _timeoutNowSent = false;
    }
}
