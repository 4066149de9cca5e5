using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Coordinator;

/// <summary>What a commit asks of one split.</summary>
/// <param name="Split">The split, as it was known when the writes were grouped.</param>
/// <param name="Mutations">The writes that fall to it, at most one of a key; none when it was only read.</param>
/// <param name="Lease">The leadership under which the transaction holds locks there, or none.</param>
/// <param name="StagedThrough">Sequence of the last stage sent there, or zero.</param>
/// <param name="Role">Whether it decides. Exactly one part of a commit does.</param>
public sealed record CommitPart(
    SplitDescriptor Split,
    IReadOnlyList<Mutation> Mutations,
    LeaseSequence Lease,
    long StagedThrough,
    CommitRole Role)
{
    /// <summary>Whether the transaction left something there that only this very split can answer for.</summary>
    public bool IsBound => !Lease.IsNone || StagedThrough > 0;

    /// <summary>The request of a commit that consists of this part alone.</summary>
    public CommitLocal Alone(TransactionId transaction, Key anchor, Timestamp? notAfter) =>
        new(Split.Address, transaction, anchor, Mutations, Lease, StagedThrough, notAfter);
}

/// <summary>What a split is to a commit.</summary>
public enum CommitRole
{
    /// <summary>It prepares.</summary>
    Participant,

    /// <summary>It owns the anchor key: it decides, and keeps the outcome.</summary>
    Coordinator,
}
