using Lintel.Primitives.Identifiers;

namespace Lintel.Raft.Outcomes;

/// <summary>What became of a request for a read index when it was made.</summary>
public abstract record ReadIndexOutcome
{
    private ReadIndexOutcome()
    {
    }

    /// <summary>
    /// The answer comes in a later <see cref="Ready.Reads"/>, unless leadership is lost, which
    /// <see cref="Ready.ReadsLost"/> reports.
    /// </summary>
    public sealed record Pending : ReadIndexOutcome;

    /// <summary>This peer does not lead; <paramref name="Hint"/> may.</summary>
    public sealed record NotLeader(NodeId? Hint) : ReadIndexOutcome;

    /// <summary>Too many reads wait already.</summary>
    public sealed record Busy : ReadIndexOutcome;
}

/// <summary>A read may proceed once the state machine has applied <paramref name="Index"/>.</summary>
/// <param name="Context">What the request was made with.</param>
/// <param name="Index">What the state must include.</param>
public readonly record struct ReadState(ulong Context, LogIndex Index);
