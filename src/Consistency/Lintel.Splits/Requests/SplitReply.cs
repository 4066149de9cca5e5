using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Requests;

/// <summary>The answers to <see cref="SplitRequest"/>s. Refusals are values too: <see cref="SplitRefusal"/>.</summary>
public abstract record SplitReply
{
    private protected SplitReply()
    {
    }

    /// <summary>
    /// Rows read under locks, the leadership that holds those locks, and a timestamp at which everything that the
    /// transaction has locked here is as it was read: nothing commits here at or below it any more.
    /// </summary>
    public sealed record LockedRows(ReadResult Read, LeaseSequence Lease, Timestamp At) : SplitReply;

    /// <summary>Rows as they were at a timestamp.</summary>
    public sealed record SnapshotRows(ReadResult Read, Timestamp At) : SplitReply;

    /// <summary>Committed, replicated, and the timestamp has passed on every node.</summary>
    public sealed record Committed(Timestamp At) : SplitReply;

    /// <summary>Prepared: the commit timestamp must be at least <paramref name="At"/>.</summary>
    public sealed record Prepared(Timestamp At) : SplitReply;

    /// <summary>Staged under this leadership.</summary>
    public sealed record Staged(LeaseSequence Lease) : SplitReply;

    /// <summary>What was decided about a transaction.</summary>
    public sealed record Outcome(TransactionOutcome Of) : SplitReply;

    /// <summary>
    /// What is known of a transaction that was kept alive, and the leadership that says so: locks taken under another
    /// one are gone, whatever the standing. Where they are held, <paramref name="At"/> is as in <see cref="LockedRows"/>.
    /// </summary>
    public sealed record KeptAlive(TransactionStanding Standing, LeaseSequence Lease, Timestamp At) : SplitReply;

    /// <summary>Done, with nothing to tell.</summary>
    public sealed record Done : SplitReply
    {
        /// <summary>The one instance.</summary>
        public static Done Instance { get; } = new();
    }

    /// <summary>The two splits that came out of a division.</summary>
    public sealed record Divided(SplitDescriptor Left, SplitDescriptor Right) : SplitReply;

    /// <summary>The descriptor with the new replicas.</summary>
    public sealed record ReplicasChanged(SplitDescriptor Now) : SplitReply;

    /// <summary>How a replica is.</summary>
    public sealed record Status(SplitStatus Of) : SplitReply;
}

/// <summary>What a leaseholder knows of a transaction.</summary>
public enum TransactionStanding
{
    /// <summary>It holds its locks here.</summary>
    Alive = 0,

    /// <summary>An older transaction took its locks: it can only roll back.</summary>
    Wounded = 1,

    /// <summary>It holds nothing here: never came, expired, finished, or the leader changed.</summary>
    Unknown = 2,
}

/// <summary>How one replica of a split is, as it sees itself.</summary>
/// <param name="Descriptor">The split as this replica knows it.</param>
/// <param name="Node">Where the replica is.</param>
/// <param name="Leaseholder">Who holds the lease as far as this replica knows, or none.</param>
/// <param name="Term">The replica's Raft term.</param>
/// <param name="Applied">Index of the last entry applied.</param>
/// <param name="SafeTime">Reads at or below can be served here.</param>
/// <param name="Bytes">Approximate bytes of data in the span.</param>
/// <param name="Checksum">Rolling checksum over everything applied through <paramref name="Applied"/>.</param>
/// <param name="Lagging">At the leaseholder: replicas that are behind by more than they should.</param>
public sealed record SplitStatus(
    SplitDescriptor Descriptor,
    NodeId Node,
    NodeId Leaseholder,
    ulong Term,
    ulong Applied,
    Timestamp SafeTime,
    long Bytes,
    ulong Checksum,
    IReadOnlyList<NodeId> Lagging);
