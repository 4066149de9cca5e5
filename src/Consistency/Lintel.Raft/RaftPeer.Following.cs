using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft.Log;
using Lintel.Raft.Messages;

namespace Lintel.Raft;

/// <summary>What a follower does with its leader's messages.</summary>
public sealed partial class RaftPeer
{
    /// <summary>A leader of this term spoke: follow it, and let its word renew the promise.</summary>
    private void Follow(NodeId leader)
    {
        Invariant.Require("R01", Role != Role.Leader, "two leaders in one term");
        Invariant.Require("R01", Leader.IsNone || Leader == leader, "two leaders in one term");
        if (Role != Role.Follower || Leader.IsNone) BecomeFollower(Term, leader);
        _electionElapsed = 0;
        _ticksSinceLeader = 0;
        if (_config.ExternalSupport) _support.Follow(leader);
    }

    private void OnAppend(in RaftMessage message)
    {
        Follow(message.From);
        RaftMessage response = To(message.From, RaftMessageKind.AppendResponse) with
        {
            SupportEpoch = _support.Given(message.From),
        };
        if (message.Index < _log.Committed)
        {
            _afterSync.Add(response with { Index = _log.Committed });
            return;
        }

        if (!_log.Matches(message.Index, message.LogTerm))
        {
            (LogIndex hint, Term hintTerm) = _log.FindConflict(LogIndex.Min(message.Index, _log.LastIndex), message.LogTerm);
            _afterSync.Add(response with { Reject = true, Index = message.Index, Hint = hint, LogTerm = hintTerm });
            return;
        }

        _log.AppendAfterMatch(message.Entries.Span);
        LogIndex matched = message.Index + (ulong)message.Entries.Length;
        _log.CommitTo(LogIndex.Min(message.Commit, matched));
        _afterSync.Add(response with { Index = matched });
    }

    private void OnHeartbeat(in RaftMessage message)
    {
        Follow(message.From);
        _log.CommitTo(message.Commit);
        _afterSync.Add(To(message.From, RaftMessageKind.HeartbeatResponse) with
        {
            Round = message.Round,
            SupportEpoch = _support.Given(message.From),
        });
    }

    private void OnSnapshot(in RaftMessage message)
    {
        Follow(message.From);
        RaftSnapshotMetadata snapshot = message.Snapshot
            ?? throw new ArgumentException("a snapshot message names no snapshot", nameof(message));
        if (snapshot.Index > _log.Committed)
        {
            if (_log.Matches(snapshot.Index, snapshot.Term))
            {
                _log.CommitTo(snapshot.Index);
            }
            else
            {
                _log.Restore(snapshot);
                Configuration = snapshot.Configuration;
            }
        }

        _afterSync.Add(To(message.From, RaftMessageKind.AppendResponse) with
        {
            Index = _log.Committed,
            SupportEpoch = _support.Given(message.From),
        });
    }

    /// <summary>The leader found everyone level and goes to sleep. Who is not level says so, which wakes it.</summary>
    private void OnQuiesce(in RaftMessage message)
    {
        bool level = message.Index == _log.LastIndex && _log.Matches(message.Index, message.LogTerm);
        Follow(message.From);
        if (level)
        {
            _log.CommitTo(message.Index);
            IsQuiesced = true;
            return;
        }

        Wake();
        _afterSync.Add(To(message.From, RaftMessageKind.HeartbeatResponse));
    }

    /// <summary>
    /// A leader that was voted out of the configuration stops leading while its node lives on and is supported: without
    /// this its followers would be bound to it for ever. It never again leads a term up to the present one, but its last
    /// lease may still run, and what it served under it must stay true: it answers once the host has said, in this life,
    /// that its own node's epoch is withdrawn (duty b of <see cref="Leases.SupportLedger"/>).
    /// </summary>
    private void OnLeaderQuery(in RaftMessage message)
    {
        if (Role != Role.Leader)
        {
            if (_support.IsWithdrawn(Self)) _afterSync.Add(To(message.From, RaftMessageKind.Released));
        }
        else if (_progress.TryGetValue(message.From, out Replication.Progress? progress)) SendHeartbeat(progress);
    }

    /// <summary>The promise was to a leadership that is over. A late answer is of a lower term and never gets here.</summary>
    private void OnReleased(in RaftMessage message)
    {
        if (Role != Role.Leader && Leader == message.From) Leader = NodeId.None;
        _support.Release(message.From);
    }

    private void OnTimeoutNow(in RaftMessage message)
    {
        if (Role == Role.Leader || message.From != Leader || !MayCampaign()) return;
        BecomeCandidate(forTransfer: true);
    }
}
