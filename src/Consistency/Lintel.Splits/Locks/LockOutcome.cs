using Lintel.Primitives.Identifiers;

namespace Lintel.Splits.Locks;

/// <summary>Names one waiting request or one waiting snapshot read of a lock table. Never reused.</summary>
public readonly record struct WaitToken(ulong Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"w{Value}";
}

/// <summary>What became of a request for a lock.</summary>
public abstract record LockOutcome
{
    private LockOutcome()
    {
    }

    /// <summary>The lock is held.</summary>
    public sealed record Granted : LockOutcome
    {
        /// <summary>The only value.</summary>
        public static Granted Instance { get; } = new();
    }

    /// <summary>The request waits; a later <see cref="LockEffects"/> grants it or tells that it was wounded.</summary>
    public sealed record Waiting(WaitToken Token) : LockOutcome;

    /// <summary>The transaction was wounded by an older one and has lost all its locks here: it must restart.</summary>
    public sealed record Wounded(TransactionId By) : LockOutcome;

    /// <summary>The transaction is prepared or committing, and does not hold the lock: it gets no more (K04).</summary>
    public sealed record Prepared : LockOutcome
    {
        /// <summary>The only value.</summary>
        public static Prepared Instance { get; } = new();
    }

    /// <summary>A bound of <see cref="LockLimits"/> is reached; nothing changed. Try again after a pause.</summary>
    public sealed record Busy(LockBound Bound) : LockOutcome;
}

/// <summary>Which bound of <see cref="LockLimits"/> refused a request.</summary>
public enum LockBound
{
    /// <summary><see cref="LockLimits.LocksPerTransactionMax"/>, and the locks could not be joined into a span.</summary>
    LocksOfTransaction,

    /// <summary><see cref="LockLimits.WaitersMax"/>.</summary>
    Waiters,

    /// <summary><see cref="LockLimits.TransactionsMax"/>.</summary>
    Transactions,

    /// <summary><see cref="LockLimits.PendingReadsMax"/>.</summary>
    PendingReads,
}

/// <summary>Whether a snapshot read may go on.</summary>
public abstract record PendingReadOutcome
{
    private PendingReadOutcome()
    {
    }

    /// <summary>No undecided transaction can still commit at or below the read timestamp in the span.</summary>
    public sealed record Clear : PendingReadOutcome
    {
        /// <summary>The only value.</summary>
        public static Clear Instance { get; } = new();
    }

    /// <summary>The read waits for undecided transactions; a later <see cref="LockEffects.Cleared"/> names the token.</summary>
    public sealed record Waiting(WaitToken Token) : PendingReadOutcome;

    /// <summary>Too many reads wait already.</summary>
    public sealed record Busy : PendingReadOutcome
    {
        /// <summary>The only value.</summary>
        public static Busy Instance { get; } = new();
    }
}

/// <summary>What the lock table knows of a transaction.</summary>
public enum LockStanding
{
    /// <summary>Nothing: it never asked here, was released, or its locks belonged to an earlier leadership.</summary>
    Unknown,

    /// <summary>It may hold and wait for locks, and may be wounded.</summary>
    Active,

    /// <summary>It was wounded and holds nothing.</summary>
    Wounded,

    /// <summary>It is prepared or committing and cannot be wounded.</summary>
    Prepared,
}
