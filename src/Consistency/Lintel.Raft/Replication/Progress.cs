using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;

namespace Lintel.Raft.Replication;

/// <summary>How the leader sends to one follower.</summary>
public enum ProgressState
{
    /// <summary>The match is not known: one message at a time, until an answer.</summary>
    Probe,

    /// <summary>The match is known: messages are pipelined, Next runs ahead of the answers.</summary>
    Replicate,

    /// <summary>The follower needs entries that are compacted: nothing is sent until its snapshot is in place.</summary>
    Snapshot,
}

/// <summary>
/// What a leader knows of one peer, itself included. Invariant R12: 0 &lt;= Match &lt; Next.
/// <list type="bullet">
/// <item>Probe: Next is a guess. It falls with refusals, never to or below Match.</item>
/// <item>Replicate: Next is one past the last entry sent. Between Match and Next lies what is in flight.</item>
/// <item>Snapshot: Next is one past the snapshot that was asked for.</item>
/// </list>
/// A refusal in Replicate means loss or reordering, and falls back to Probe from Match.
/// </summary>
public sealed class Progress
{
    private readonly InFlightWindow _inFlight;

    /// <summary>A peer of which nothing is known yet.</summary>
    public Progress(NodeId peer, LogIndex next, RaftConfig config)
    {
        Peer = peer;
        Next = next;
        _inFlight = new InFlightWindow(config.MaxInFlightMessages, config.MaxInFlightBytes);
    }

    /// <summary>Of whom this is.</summary>
    public NodeId Peer { get; }

    /// <summary>The last entry known to be durable there and equal to the leader's.</summary>
    public LogIndex Match { get; private set; }

    /// <summary>The next entry to send.</summary>
    public LogIndex Next { get; private set; }

    /// <summary>How entries are sent.</summary>
    public ProgressState State { get; private set; }

    /// <summary>In Snapshot: the index of the snapshot asked for.</summary>
    public LogIndex PendingSnapshot { get; private set; }

    /// <summary>Whether it answered since the leader last checked its quorum.</summary>
    public bool RecentlyActive { get; set; }

    /// <summary>The latest round of heartbeats it answered.</summary>
    public ulong AnsweredRound { get; private set; }

    /// <summary>The support epoch under which it last acknowledged this leader in this term; 0 for none.</summary>
    public ulong FortifiedEpoch { get; private set; }

    /// <summary>In Probe: a message is out and no other goes before an answer or a heartbeat's.</summary>
    public bool ProbeSent { get; set; }

    /// <summary>Messages on their way.</summary>
    public int InFlightCount => _inFlight.Count;

    /// <summary>Bytes on their way.</summary>
    public long InFlightBytes => _inFlight.Bytes;

    /// <summary>Whether the window is full: only empty probes may go.</summary>
    public bool WindowFull => _inFlight.Full;

    /// <summary>Whether no entries may be sent now.</summary>
    public bool IsPaused => State switch
    {
        ProgressState.Probe => ProbeSent,
        ProgressState.Replicate => WindowFull,
        _ => true,
    };

    /// <summary>Starts probing from what is known; from the snapshot, if one was under way.</summary>
    public void BecomeProbe()
    {
        LogIndex next = Match.Next();
        if (State == ProgressState.Snapshot) next = LogIndex.Max(next, PendingSnapshot.Next());
        Enter(ProgressState.Probe, next);
    }

    /// <summary>Starts pipelining after the match.</summary>
    public void BecomeReplicate() => Enter(ProgressState.Replicate, Match.Next());

    /// <summary>Waits for a snapshot.</summary>
    public void BecomeSnapshot(LogIndex snapshot)
    {
        Enter(ProgressState.Snapshot, snapshot.Next());
        PendingSnapshot = snapshot;
    }

    /// <summary>A snapshot failed: forget that it was under way.</summary>
    public void SnapshotFailed()
    {
        PendingSnapshot = LogIndex.Zero;
        BecomeProbe();
    }

    /// <summary>Takes note of an acknowledgement. Returns whether it says anything new.</summary>
    public bool Acknowledge(LogIndex match)
    {
        if (match <= Match) return false;
        Match = match;
        Next = LogIndex.Max(Next, match.Next());
        ProbeSent = false;
        RequireOrder();
        return true;
    }

    /// <summary>Frees the part of the window an acknowledgement covers.</summary>
    public void FreeThrough(LogIndex match) => _inFlight.FreeThrough(match);

    /// <summary>
    /// Takes note of a refusal of the append after <paramref name="refused"/>. Returns whether it concerns what was
    /// last sent; a late one does not.
    /// </summary>
    public bool Refuse(LogIndex refused, LogIndex hint)
    {
        if (State == ProgressState.Replicate)
        {
            if (refused <= Match) return false;
            Next = Match.Next();
            return true;
        }

        if (Next.Previous() != refused) return false;
        Next = LogIndex.Max(LogIndex.Min(refused, hint.Next()), Match.Next());
        ProbeSent = false;
        RequireOrder();
        return true;
    }

    /// <summary>Takes note of a sent append of <paramref name="count"/> entries.</summary>
    public void Sent(int count, long bytes)
    {
        if (State == ProgressState.Probe)
        {
            ProbeSent = true;
            return;
        }

        Invariant.Require("R13", State == ProgressState.Replicate, "no appends are sent while a snapshot is under way");
        if (count == 0) return;
        Next += (ulong)count;
        _inFlight.Add(Next.Previous(), bytes);
    }

    /// <summary>Takes note of an answered heartbeat round.</summary>
    public void Answered(ulong round) => AnsweredRound = Math.Max(AnsweredRound, round);

    /// <summary>Takes note of the epoch an acknowledgement was given under.</summary>
    public void Fortified(ulong epoch) => FortifiedEpoch = Math.Max(FortifiedEpoch, epoch);

    private void Enter(ProgressState state, LogIndex next)
    {
        State = state;
        Next = next;
        ProbeSent = false;
        if (state != ProgressState.Snapshot) PendingSnapshot = LogIndex.Zero;
        _inFlight.Reset();
        RequireOrder();
    }

    private void RequireOrder() => Invariant.Require("R12", Match < Next, "Match stays below Next");
}
