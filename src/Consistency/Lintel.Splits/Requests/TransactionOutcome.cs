using Lintel.Primitives.Time;

namespace Lintel.Splits.Requests;

/// <summary>What was decided about a transaction. <paramref name="At"/> is its commit timestamp, or zero.</summary>
public readonly record struct TransactionOutcome(OutcomeKind Kind, Timestamp At)
{
    /// <summary>It did not happen and never will.</summary>
    public static TransactionOutcome Aborted => new(OutcomeKind.Aborted, Timestamp.Zero);

    /// <summary>Nothing is recorded: undecided, never asked for, or collected after the version retention.</summary>
    public static TransactionOutcome Unknown => default;

    /// <summary>It happened at <paramref name="at"/>.</summary>
    public static TransactionOutcome Committed(Timestamp at) => new(OutcomeKind.Committed, at);
}

/// <summary>The cases of <see cref="TransactionOutcome"/>. The numbers are on the wire and on disk.</summary>
public enum OutcomeKind
{
    /// <summary>No record.</summary>
    Unknown = 0,

    /// <summary>Committed at a timestamp.</summary>
    Committed = 1,

    /// <summary>Aborted.</summary>
    Aborted = 2,
}
