namespace Lintel.Raft.Messages;

/// <summary>What a message between two peers of a group says. The numbers are on the wire: add, never renumber.</summary>
public enum RaftMessageKind : byte
{
    /// <summary>Leader to follower: entries after (Index, LogTerm); none to probe.</summary>
    Append = 1,

    /// <summary>Answer: the log matches up to Index, or it does not and (Hint, LogTerm) is where to try next.</summary>
    AppendResponse = 2,

    /// <summary>Leader to all: I lead, and this much is committed.</summary>
    Heartbeat = 3,

    /// <summary>Answer to a heartbeat; carries its round back.</summary>
    HeartbeatResponse = 4,

    /// <summary>Would you vote for me in this term?</summary>
    PreVote = 5,

    /// <summary>Answer to a pre-vote.</summary>
    PreVoteResponse = 6,

    /// <summary>Vote for me in this term.</summary>
    Vote = 7,

    /// <summary>Answer to a vote request.</summary>
    VoteResponse = 8,

    /// <summary>Leader to follower: you need a snapshot. Stepped in by the receiving host once the contents are there.</summary>
    Snapshot = 9,

    /// <summary>Leader to the target of a transfer: campaign now.</summary>
    TimeoutNow = 10,

    /// <summary>Leader to all: nothing goes on; sleep until something does.</summary>
    Quiesce = 11,

    /// <summary>Follower to the leader it promised itself to, after an election timeout of silence: do you still lead?</summary>
    LeaderQuery = 12,

    /// <summary>Answer of one that leads no term up to this one: promises made to it are void.</summary>
    Released = 13,
}
