using Lintel.Primitives.Identifiers;

namespace Lintel.Raft.Outcomes;

/// <summary>What became of a proposal when it was made. Nothing is ever forwarded to another node.</summary>
public abstract record ProposeOutcome
{
    private ProposeOutcome()
    {
    }

    /// <summary>
    /// Appended. It is committed if an entry of this very term is later applied at this index, and lost if one of
    /// another term is.
    /// </summary>
    public sealed record Accepted(LogIndex At, Term InTerm) : ProposeOutcome;

    /// <summary>This peer does not lead; <paramref name="Hint"/> may.</summary>
    public sealed record NotLeader(NodeId? Hint) : ProposeOutcome;

    /// <summary>Leadership is being handed to <paramref name="To"/>; ask there in a moment.</summary>
    public sealed record Transferring(NodeId To) : ProposeOutcome;

    /// <summary>Too much is waiting to be committed; try again after a pause.</summary>
    public sealed record Busy(long UncommittedBytes) : ProposeOutcome;

    /// <summary>A configuration change that is not possible now; the reason is for people.</summary>
    public sealed record ChangeRefused(ConfigurationRefusal Reason) : ProposeOutcome;
}

/// <summary>Why a configuration change is refused.</summary>
public enum ConfigurationRefusal
{
    /// <summary>An earlier change is not yet applied.</summary>
    ChangeInProgress = 1,

    /// <summary>The group is in a joint configuration: leave that first.</summary>
    AlreadyJoint = 2,

    /// <summary>There is no joint configuration to leave.</summary>
    NotJoint = 3,

    /// <summary>The change would leave no voter.</summary>
    NoVoterLeft = 4,

    /// <summary>A node is named twice.</summary>
    NodeNamedTwice = 5,

    /// <summary>The change takes the vote of a leader whose lease rests on support: transfer leadership first.</summary>
    LeaderWouldLeave = 6,
}
