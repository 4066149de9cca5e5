using Lintel.Primitives.Identifiers;

namespace Lintel.Raft.Outcomes;

/// <summary>What became of a request to hand over leadership when it was made.</summary>
public abstract record TransferOutcome
{
    private TransferOutcome()
    {
    }

    /// <summary>Under way. It succeeds within an election timeout or is given up.</summary>
    public sealed record Started : TransferOutcome;

    /// <summary>This peer does not lead; <paramref name="Hint"/> may.</summary>
    public sealed record NotLeader(NodeId? Hint) : TransferOutcome;

    /// <summary>The target leads already.</summary>
    public sealed record AlreadyThere : TransferOutcome;

    /// <summary>The target has no vote.</summary>
    public sealed record NotAVoter : TransferOutcome;
}
