using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Requests;

/// <summary>
/// Why a request was not done. <see cref="IsAmbiguous"/> tells whether a write may nevertheless have happened.
/// </summary>
public abstract record SplitRefusal : SplitReply
{
    private SplitRefusal()
    {
    }

    /// <summary>Whether a write of this request may have happened, or may still happen.</summary>
    public virtual bool IsAmbiguous => false;

    /// <summary>The refusal as an error for a caller that has no better answer.</summary>
    public abstract LintelError ToError();

    /// <summary>Another replica holds the lease; <paramref name="Hint"/> is who, as far as this one knows.</summary>
    public sealed record NotLeaseholder(SplitId Split, NodeId Hint) : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() =>
            new(ErrorCode.NotLeaseholder, $"the node does not hold the lease of {Split}", $"the holder is {Hint}", "retry");
    }

    /// <summary>
    /// The keys are not (all) of this split. The descriptors are what the replica knows: its own and, after a
    /// division, its right neighbour's; empty when the split is not on that node at all.
    /// </summary>
    public sealed record SplitMoved(IReadOnlyList<SplitDescriptor> Now) : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() =>
            new(ErrorCode.SplitMoved, "the keys belong to another split now", Correction: "retry");
    }

    /// <summary>The transaction cannot go on; nothing of it will become visible.</summary>
    public sealed record Aborted(AbortReason Reason) : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() =>
            new(ErrorCode.TransactionAborted, "the transaction was aborted", Describe(Reason), "run it again");
    }

    /// <summary>A bounded queue is full.</summary>
    public sealed record Busy(TimeSpan RetryAfter) : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() =>
            new(ErrorCode.Busy, "too many requests are waiting at the split", Correction: "retry after a pause");
    }

    /// <summary>
    /// No answer, no leaseholder or no quorum in time. Where <paramref name="Ambiguous"/>, a write may have happened
    /// or may still happen: ask for the outcome.
    /// </summary>
    public sealed record Unavailable(string Why, bool Ambiguous) : SplitRefusal
    {
        /// <inheritdoc/>
        public override bool IsAmbiguous => Ambiguous;

        /// <inheritdoc/>
        public override LintelError ToError() =>
            new(Ambiguous ? ErrorCode.CommitOutcomeUnknown : ErrorCode.Unavailable, "the split is not available", Why, "retry");
    }

    /// <summary>
    /// A lock was not free for as long as one request waits. The transaction keeps what it has; whoever asks again goes
    /// on waiting at the place that its age gives it. A commit or prepare that is refused so has released its locks.
    /// </summary>
    public sealed record LockNotFree : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() => new(
            ErrorCode.TransactionAborted, "the transaction was aborted", "a lock that it needs was not free in time", "run it again");
    }

    /// <summary>The leaseholder's clock has no bound at the moment.</summary>
    public sealed record ClockUncertain : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() =>
            new(ErrorCode.ClockUncertain, "the clock of the leaseholder cannot be bounded", Correction: "retry");
    }

    /// <summary>The versions of that time have been collected.</summary>
    public sealed record SnapshotTooOld : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() =>
            new(ErrorCode.SnapshotTooOld, "the read timestamp is older than the version retention", Correction: "read at a later time");
    }

    /// <summary>A key that was to be inserted has a value. The transaction is aborted.</summary>
    public sealed record AlreadyExists(Key Key) : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() => new(ErrorCode.AlreadyExists, $"the key {Key} exists already");
    }

    /// <summary>The store's disk is full.</summary>
    public sealed record DiskFull : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() =>
            new(ErrorCode.DiskFull, "the disk of the leaseholder is full", Correction: "free or add space; writes resume by themselves");
    }

    /// <summary>The request contradicts itself or the state it finds.</summary>
    public sealed record Invalid(string Why) : SplitRefusal
    {
        /// <inheritdoc/>
        public override LintelError ToError() => new(ErrorCode.FailedPrecondition, "the split refuses the request", Why);
    }

    private static string Describe(AbortReason reason) => reason switch
    {
        AbortReason.Wounded => "an older transaction needed its locks",
        AbortReason.LeaseChanged => "its locks were lost with a change of leaseholder or of the split's bounds",
        AbortReason.OutcomeExists => "it was decided as aborted before",
        AbortReason.Expired => "it was not kept alive",
        AbortReason.TooLate => "it would have committed after the time it had to commit by",
        _ => reason.ToString(),
    };
}

/// <summary>Why a transaction was aborted by a split. The numbers are on the wire.</summary>
public enum AbortReason
{
    /// <summary>An older transaction took its locks.</summary>
    Wounded = 0,

    /// <summary>The leadership that held its locks is over.</summary>
    LeaseChanged = 1,

    /// <summary>An abort record exists: somebody in doubt asked and was told so.</summary>
    OutcomeExists = 2,

    /// <summary>Its keep-alive ran out, or its staged writes were dropped.</summary>
    Expired = 3,

    /// <summary>Its commit timestamp would be above its bound.</summary>
    TooLate = 4,
}
