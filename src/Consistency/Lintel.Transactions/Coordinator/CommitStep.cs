using Lintel.Primitives.Errors;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;

namespace Lintel.Transactions.Coordinator;

/// <summary>What a <see cref="CommitCoordinator"/> wants done next.</summary>
public abstract record CommitStep
{
    private CommitStep()
    {
    }

    /// <summary>Send, and report the reply as that of <paramref name="Part"/>.</summary>
    public sealed record Send(int Part, SplitRequest Request) : CommitStep;

    /// <summary>
    /// Ask the split that owns the anchor now what became of the transaction, aborting it if it is undecided; report
    /// with <see cref="CommitCoordinator.OnOutcome"/>.
    /// </summary>
    public sealed record Ask : CommitStep
    {
        /// <summary>The one instance.</summary>
        public static Ask Instance { get; } = new();
    }

    /// <summary>
    /// Group the writes of a part again by the splits that own them now; report with
    /// <see cref="CommitCoordinator.OnRegrouped"/>.
    /// </summary>
    public sealed record Regroup(int Part, CommitPart From, SplitRefusal.SplitMoved Moved) : CommitStep;

    /// <summary>Send as a courtesy: nobody waits for the answer, and recovery does it otherwise.</summary>
    public sealed record Undo(SplitRequest Request) : CommitStep;

    /// <summary>The commit has ended. No step follows.</summary>
    public sealed record Ended(CommitResult Result) : CommitStep;
}

/// <summary>How a commit ended, as far as its gateway knows.</summary>
public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>
    /// It happened. <paramref name="IsWaitedOut"/> tells whether the coordinator split has already waited until the
    /// timestamp passed everywhere; otherwise the gateway has to, before it acknowledges.
    /// </summary>
    public sealed record Committed(Timestamp At, bool IsWaitedOut) : CommitResult;

    /// <summary>Nothing happened and nothing will.</summary>
    public sealed record Failed(LintelError Error) : CommitResult;

    /// <summary>The decision was sent, and nobody answered in time.</summary>
    public sealed record Unknown : CommitResult;
}

/// <summary>Where a commit is.</summary>
public enum CommitPhase
{
    /// <summary>Participants are asked to prepare. Giving up is free.</summary>
    Preparing,

    /// <summary>The decision is with the coordinator split: only an answer can end this.</summary>
    Deciding,

    /// <summary>The answer was lost: the outcome is asked for.</summary>
    Asking,

    /// <summary>Over.</summary>
    Ended,
}
