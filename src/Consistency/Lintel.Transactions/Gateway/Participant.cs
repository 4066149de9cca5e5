using Lintel.Primitives.Invariants;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Gateway;

/// <summary>One split that a transaction has touched.</summary>
internal sealed class Participant(SplitDescriptor descriptor)
{
    /// <summary>The split as it was known at the latest contact.</summary>
    public SplitDescriptor Descriptor { get; set; } = descriptor;

    /// <summary>The leadership under which locks are held here; none until a read or a stage was answered.</summary>
    public LeaseSequence Lease { get; private set; }

    /// <summary>Sequence of the last stage that was answered, or zero.</summary>
    public long StagedThrough { get; private set; }

    /// <summary>When it was last heard from, as a reading of the monotonic clock.</summary>
    public long HeardAt { get; set; }

    /// <summary>A timestamp at which everything read here under locks is valid, as of the latest answer.</summary>
    public Timestamp ValidAt { get; set; }

    /// <summary>Whether a keep-alive is under way.</summary>
    public bool IsAsked { get; set; }

    /// <summary>Whether the commit was laid before it: a commit that happens frees what it was shown.</summary>
    public bool IsPartOfCommit { get; set; }

    /// <summary>Whether the transaction has something here that a commit must show.</summary>
    public bool IsBound => !Lease.IsNone || StagedThrough > 0;

    /// <summary>Takes the leadership of an answer; false when it is not the one that holds the earlier locks.</summary>
    public bool TryConfirm(LeaseSequence lease)
    {
        if (Lease.IsNone) Lease = lease;
        return Lease == lease;
    }

    /// <summary>Whether the answer to a keep-alive vouches for the locks held here.</summary>
    public bool IsHeldBy(SplitReply.KeptAlive alive) =>
        alive.Standing == TransactionStanding.Alive && alive.Lease == Lease;

    /// <summary>A stage was answered.</summary>
    public void OnStaged(long sequence)
    {
        Invariant.Require("X07", sequence == StagedThrough + 1, "stages are answered in order, without gaps");
        StagedThrough = sequence;
    }
}
