using Lintel.Primitives.Errors;
using Lintel.Splits.Requests;

namespace Lintel.Transactions.Gateway;

/// <summary>What callers of the gateway see of refusals that end an operation.</summary>
internal static class Refusals
{
    /// <summary>A read has no effect to be in doubt about: a lost answer is plain unavailability.</summary>
    public static LintelError OfRead(SplitRefusal refusal) => refusal is SplitRefusal.Unavailable unavailable
        ? new LintelError(ErrorCode.Unavailable, "the split did not answer", unavailable.Why, "try again")
        : refusal.ToError();

    /// <summary>A reply of the wrong kind: a bug, or a node of another version.</summary>
    public static LintelError Unexpected(SplitReply reply) =>
        new(ErrorCode.Internal, "a split answered what was not asked", reply.GetType().Name);
}
