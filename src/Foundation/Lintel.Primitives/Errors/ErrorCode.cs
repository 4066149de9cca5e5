namespace Lintel.Primitives.Errors;

/// <summary>
/// Stable identities of the errors that the planes below the doors can report. The numbers are part of the contract:
/// add, never renumber. SQL-level errors keep their own SQLSTATE (see Lintel.Sql) and use <see cref="Sql"/> here.
/// </summary>
public enum ErrorCode
{
    /// <summary>A bug in Lintel: an invariant that should hold did not.</summary>
    Internal = 1,

    /// <summary>The caller's input is malformed or contradicts itself.</summary>
    InvalidArgument = 2,

    /// <summary>The named object does not exist.</summary>
    NotFound = 3,

    /// <summary>An object of that name exists already.</summary>
    AlreadyExists = 4,

    /// <summary>The feature is known and not built yet.</summary>
    NotSupported = 5,

    /// <summary>The operation was cancelled by its caller.</summary>
    Cancelled = 6,

    /// <summary>The deadline passed; nothing is known to have failed.</summary>
    Timeout = 7,

    /// <summary>Not now: no quorum, no leaseholder, or the node is starting. Try again.</summary>
    Unavailable = 8,

    /// <summary>A bounded queue is full. Try again after a pause.</summary>
    Busy = 9,

    /// <summary>The principal may not do this.</summary>
    PermissionDenied = 10,

    /// <summary>A precondition does not hold: the object is in use, or not in the required state.</summary>
    FailedPrecondition = 11,

    /// <summary>The transaction lost a conflict and must be run again from its start.</summary>
    TransactionAborted = 20,

    /// <summary>The commit was sent and its outcome could not be learned; ask by transaction id.</summary>
    CommitOutcomeUnknown = 21,

    /// <summary>The read timestamp is older than the versions that are kept.</summary>
    SnapshotTooOld = 22,

    /// <summary>A write was attempted in a read-only transaction.</summary>
    ReadOnlyTransaction = 23,

    /// <summary>The request reached a node that is not the leaseholder; the router follows the hint.</summary>
    NotLeaseholder = 30,

    /// <summary>The key span is not (any longer) owned by the split asked; the router refreshes.</summary>
    SplitMoved = 31,

    /// <summary>The disk is full; writes fail until space returns.</summary>
    DiskFull = 40,

    /// <summary>A read or a write of the disk failed; the store is out of service.</summary>
    DiskFailed = 41,

    /// <summary>Stored bytes do not match their checksum or format.</summary>
    Corruption = 42,

    /// <summary>A store or a peer belongs to another cluster, or to an incompatible version.</summary>
    WrongCluster = 43,

    /// <summary>The node's clock cannot be bounded; it has given up its leases.</summary>
    ClockUncertain = 44,

    /// <summary>No placement satisfies the constraints.</summary>
    PlacementImpossible = 50,

    /// <summary>A spec does not match its schema, or names unknown fields.</summary>
    InvalidSpec = 51,

    /// <summary>An error that already carries its SQLSTATE.</summary>
    Sql = 60,
}
