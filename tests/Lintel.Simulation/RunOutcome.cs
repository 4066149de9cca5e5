namespace Lintel.Simulation;

/// <summary>How a run of the world ended.</summary>
public abstract record RunOutcome
{
    /// <summary>What was waited for came true.</summary>
    public sealed record Done : RunOutcome;

    /// <summary>The time allowed passed first.</summary>
    public sealed record TimeUp : RunOutcome;

    /// <summary>Nothing is left to happen, and what was waited for is not true: everybody waits for somebody.</summary>
    public sealed record Idle : RunOutcome;

    /// <summary>A checker objected, or code threw.</summary>
    public sealed record Violated(Violation Violation) : RunOutcome;
}
