using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Raft.Messages;
using Lintel.Raft.Quorum;
using Lintel.Raft.Replication;

namespace Lintel.Raft;

/// <summary>Terms, timeouts and votes.</summary>
public sealed partial class RaftPeer
{
    private long _now;
    private int _electionElapsed;
    private int _electionTimeout;     // between ElectionTicks and twice that, drawn anew for each wait
    private int _ticksSinceLeader;    // since a leader of any term was heard; a restart counts as having heard one

    /// <summary>
    /// Starts an election now instead of at the timeout. Does nothing, and returns false, for a leader, a peer without
    /// a vote, one that has configuration changes to apply first, and one whose vote a lease withholds.
    /// </summary>
    public bool Campaign()
    {
        Wake();
        if (Role == Role.Leader || !MayCampaign() || IsVoteWithheldFrom(Self)) return false;
        StartElection();
        return true;
    }

    /// <summary>
    /// Whether a lease forbids this peer to elect <paramref name="candidate"/>: with ticks, while a leader has been
    /// heard within an election timeout; with support, while the promise to another is in force.
    /// </summary>
    private bool IsVoteWithheldFrom(NodeId candidate)
    {
        if (_config.ExternalSupport) return Role == Role.Leader || _support.Forbids(candidate);
        return _config.CheckQuorum && (Role == Role.Leader || _ticksSinceLeader < _config.ElectionTicks);
    }

    private bool MayCampaign() =>
        Configuration.IsVoter(Self) && !_log.IsRestoring && !HasUnappliedConfigurationChange();

    private bool HasUnappliedConfigurationChange()
    {
        LogIndex at = _log.Applied.Next();
        while (at <= _log.Committed)
        {
            bool found = _log.TryEntries(at, _log.Committed.Next(), _config.MaxAppendBytes, out var entries);
            Invariant.Require("R21", found && !entries.IsEmpty, "entries are not compacted before they are applied");
            foreach (Log.LogEntry entry in entries.Span)
                if (entry.Kind == Log.EntryKind.ConfigurationChange) return true;
            at = entries.Span[^1].Index.Next();
        }

        return false;
    }

    private void TickElection()
    {
        _electionElapsed++;
        if (_electionElapsed < _electionTimeout) return;
        ResetElectionTimer();
        if (_config.ExternalSupport && _support.Forbids(Self))
            _outgoing.Add(To(_support.Promise.To, RaftMessageKind.LeaderQuery));
        else if (MayCampaign()) StartElection();
    }

    private void ResetElectionTimer()
    {
        _electionElapsed = 0;
        _electionTimeout = _config.Random.Next(_config.ElectionTicks, 2 * _config.ElectionTicks);
    }

    private void StartElection()
    {
        if (_config.PreVote) BecomePreCandidate();
        else BecomeCandidate(forTransfer: false);
    }

    private void BecomeFollower(Term term, NodeId leader)
    {
        EnterTerm(term);
        if (Role == Role.Leader) LeaveLeadership();
        Role = Role.Follower;
        Leader = leader;
        ResetElectionTimer();
    }

    private void BecomePreCandidate()
    {
        Role = Role.PreCandidate;
        Leader = NodeId.None;
        _tally.Clear();
        _tally.Record(Self, granted: true);
        if (DecideElection()) return;
        SendVoteRequests(RaftMessageKind.PreVote, Term.Next(), forTransfer: false, _outgoing);
    }

    private void BecomeCandidate(bool forTransfer)
    {
        Invariant.Require("R01", Role != Role.Leader, "a leader does not campaign");
        EnterTerm(Term.Next());
        Role = Role.Candidate;
        Leader = NodeId.None;
        _vote = Self;
        ResetElectionTimer();
        _tally.Clear();
        SendVoteRequests(RaftMessageKind.Vote, Term, forTransfer, _afterSync);
    }

    private void EnterTerm(Term term)
    {
        Invariant.Require("R03", term >= Term, "the term never falls");
        if (term == Term) return;
        Term = term;
        _vote = NodeId.None;
    }

    private void SendVoteRequests(RaftMessageKind kind, Term term, bool forTransfer, List<RaftMessage> outbox)
    {
        foreach (NodeId voter in Configuration.Voters.Union(Configuration.Outgoing))
        {
            if (voter == Self) continue;
            outbox.Add(To(voter, kind) with
            {
                Term = term,
                Index = _log.LastIndex,
                LogTerm = _log.LastTerm,
                Transfer = forTransfer,
            });
        }
    }

    /// <summary>This peer's own vote counts once it is durable; so does its promise to itself as a leader.</summary>
    private void CountSelf(in HardState durable)
    {
        if (Role == Role.Candidate && durable.Vote == Self)
        {
            _tally.Record(Self, granted: true);
            DecideElection();
        }
        else if (Role == Role.Leader && durable.Promise.To == Self && _progress.TryGetValue(Self, out Progress? self))
        {
            self.Fortified(durable.Promise.Epoch);
        }
    }

    private void MeetHigherTerm(in RaftMessage message)
    {
        bool onlyConsidered = message.Kind == RaftMessageKind.PreVote
            || (message.Kind == RaftMessageKind.PreVoteResponse && !message.Reject);
        if (onlyConsidered) return;
        bool fromLeader = message.Kind is RaftMessageKind.Append or RaftMessageKind.Heartbeat
            or RaftMessageKind.Snapshot or RaftMessageKind.Quiesce;
        BecomeFollower(message.Term, fromLeader ? message.From : NodeId.None);
    }

    /// <summary>Who lags behind in term is told so where silence would leave it or the group stuck.</summary>
    private void AnswerLowerTerm(in RaftMessage message)
    {
        switch (message.Kind)
        {
            case RaftMessageKind.Append or RaftMessageKind.Heartbeat or RaftMessageKind.Snapshot or RaftMessageKind.Quiesce
                when _config.CheckQuorum || _config.PreVote || _config.ExternalSupport:
                _afterSync.Add(To(message.From, RaftMessageKind.AppendResponse) with { Reject = true });
                break;
            case RaftMessageKind.PreVote:
                _outgoing.Add(To(message.From, RaftMessageKind.PreVoteResponse) with { Reject = true });
                break;
            case RaftMessageKind.Vote:
                _afterSync.Add(To(message.From, RaftMessageKind.VoteResponse) with { Reject = true });
                break;
            case RaftMessageKind.LeaderQuery:
                OnLeaderQuery(message);
                break;
            default:
                break;
        }
    }

    private void OnVoteRequest(in RaftMessage message)
    {
        bool preVote = message.Kind == RaftMessageKind.PreVote;
        bool free = _vote == message.From || (_vote.IsNone && Leader.IsNone) || (preVote && message.Term > Term);
        bool granted = free && _log.IsUpToDate(message.Index, message.LogTerm);
        RaftMessageKind kind = preVote ? RaftMessageKind.PreVoteResponse : RaftMessageKind.VoteResponse;
        RaftMessage response = To(message.From, kind) with
        {
            Term = granted ? message.Term : Term,
            Reject = !granted,
        };
        if (!granted && _log.TryTerm(_log.Committed, out Term committedTerm))
            response = response with { Index = _log.Committed, LogTerm = committedTerm };
        if (preVote)
        {
            _outgoing.Add(response);
            return;
        }

        if (granted)
        {
            _vote = message.From;
            _electionElapsed = 0;
        }

        _afterSync.Add(response);
    }

    /// <summary>
    /// A refusal says what is committed. A candidate that has that entry learns so, which matters when the entry is the
    /// change that ends a joint configuration: who has applied it may be no voter any more, and would refuse for ever
    /// the votes that only the candidate's old configuration still asks for.
    /// </summary>
    private void OnVoteResponse(in RaftMessage message)
    {
        if (message.Reject && message.Index > _log.Committed && _log.Matches(message.Index, message.LogTerm))
            _log.CommitTo(message.Index);
        Role asked = message.Kind == RaftMessageKind.PreVoteResponse ? Role.PreCandidate : Role.Candidate;
        if (Role != asked) return;
        if (asked == Role.PreCandidate && !message.Reject && message.Term != Term.Next()) return;
        _tally.Record(message.From, !message.Reject);
        DecideElection();
    }

    private bool DecideElection()
    {
        switch (_tally.Result(Configuration))
        {
            case VoteResult.Won when Role == Role.PreCandidate:
                BecomeCandidate(forTransfer: false);
                return true;
            case VoteResult.Won:
                BecomeLeader();
                return true;
            case VoteResult.Lost:
                BecomeFollower(Term, NodeId.None);
                return true;
            default:
                return false;
        }
    }
}
