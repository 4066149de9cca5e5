namespace Lintel.Raft;

/// <summary>What a peer is in its current term.</summary>
public enum Role
{
    /// <summary>Takes entries from the leader of its term, if it knows one.</summary>
    Follower,

    /// <summary>Asks whether it could win an election, without disturbing anyone's term.</summary>
    PreCandidate,

    /// <summary>Asks for votes in a new term.</summary>
    Candidate,

    /// <summary>Decides the order of entries in its term.</summary>
    Leader,
}
