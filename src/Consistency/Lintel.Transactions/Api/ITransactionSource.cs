using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;

namespace Lintel.Transactions.Api;

/// <summary>
/// Where transactions come from: the gateway of a node over the replicated store, or an in-memory reference
/// implementation in tests of what is built above (SQL, catalogs). Both keep the same promises.
/// </summary>
public interface ITransactionSource
{
    /// <summary>
    /// Begins a read-write transaction. Nothing is sent until its first read or commit. A retry after
    /// <see cref="Primitives.Errors.ErrorCode.TransactionAborted"/> passes the id of the aborted attempt, and so keeps
    /// its age.
    /// </summary>
    ITransaction Begin(TransactionOptions options, TransactionId? retryOf = null);

    /// <summary>Begins a read-only transaction: no locks, one snapshot. See <see cref="SnapshotBound"/>.</summary>
    ValueTask<ISnapshotReader> SnapshotAsync(SnapshotBound bound, CancellationToken cancellation = default);

    /// <summary>
    /// Asks what became of a commit whose answer was lost. Asking decides: a transaction that is still open or undecided
    /// is aborted, so that the answer is final. The gateway that ran the transaction remembers its
    /// <see cref="ITransaction.Anchor"/> for a while; asked elsewhere or much later, the caller must give it, or the
    /// answer is Forgotten.
    /// </summary>
    ValueTask<CommitFate> FateAsync(
        TransactionId transaction, Key? anchor = null, CancellationToken cancellation = default);
}

/// <summary>What reads need, from a read-write transaction and from a snapshot alike.</summary>
public interface IKeyReader : IAsyncDisposable
{
    /// <summary>The value of a key, or null.</summary>
    ValueTask<ReadOnlyMemory<byte>?> GetAsync(
        Key key, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default);

    /// <summary>The values of several keys, in the order asked, null where absent. One round trip per split.</summary>
    ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
        IReadOnlyList<Key> keys, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default);

    /// <summary>
    /// One page of the rows in <paramref name="span"/>, in key order or (when <see cref="ScanOptions.Descending"/>)
    /// against it. Continue with <see cref="ScanPage.Rest"/> until it is empty.
    /// </summary>
    ValueTask<ScanPage> ScanAsync(KeySpan span, ScanOptions options, CancellationToken cancellation = default);
}

/// <summary>Reads without locks at one timestamp.</summary>
public interface ISnapshotReader : IKeyReader
{
    /// <summary>The timestamp every read of this reader sees.</summary>
    Timestamp ReadTimestamp { get; }
}

/// <summary>
/// A read-write transaction: strict two-phase locking, writes buffered and overlaid on its own reads. Used by one
/// caller at a time. Any call may throw TransactionAborted; after that only <see cref="RollbackAsync"/> makes sense.
/// Disposing an unfinished transaction rolls it back.
/// </summary>
public interface ITransaction : IKeyReader
{
    /// <summary>Identity and age.</summary>
    TransactionId Id { get; }

    /// <summary>
    /// The key under which the fate of the commit is recorded, once a commit with writes has begun; for
    /// <see cref="ITransactionSource.FateAsync"/> at another gateway.
    /// </summary>
    Key? Anchor { get; }

    /// <summary>
    /// The latest timestamp it may commit at; null is no bound. A commit that would be later ends with
    /// TransactionAborted instead. May be changed until <see cref="CommitAsync"/> is called.
    /// </summary>
    Timestamp? NotAfter { get; set; }

    /// <summary>
    /// Buffers a write. Past a threshold, buffered writes are staged at their splits, which is why this may wait. Keys
    /// and values are handed over: the caller does not change their memory afterwards.
    /// </summary>
    ValueTask PutAsync(Key key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default);

    /// <summary>
    /// Buffers a write of a key that must not exist: checked at the split, at commit or when staged. A violation
    /// throws AlreadyExists from <see cref="CommitAsync"/> (or from the call that staged it) and aborts the
    /// transaction. Saves the read that an INSERT would need when nobody waits for the answer.
    /// </summary>
    ValueTask InsertAsync(Key key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default);

    /// <summary>Buffers a removal.</summary>
    ValueTask DeleteAsync(Key key, CancellationToken cancellation = default);

    /// <summary>Marks a point to which writes can be taken back. Locks stay.</summary>
    WriteMark Mark();

    /// <summary>
    /// Takes back every write made since <paramref name="mark"/>. Marks made later become invalid. Writes that were
    /// staged since the mark cannot be taken back: then the transaction is aborted, with NotSupported.
    /// </summary>
    ValueTask RollbackToAsync(WriteMark mark, CancellationToken cancellation = default);

    /// <summary>
    /// Commits and returns the commit timestamp, which has passed on every node when this returns. Throws
    /// TransactionAborted (nothing happened; run it again) or CommitOutcomeUnknown (ask <see cref="ITransactionSource.FateAsync"/>).
    /// A transaction without writes returns the timestamp its reads are valid at.
    /// </summary>
    ValueTask<Timestamp> CommitAsync(CancellationToken cancellation = default);

    /// <summary>Gives up: no write becomes visible, locks are released. Never throws for a lost peer.</summary>
    ValueTask RollbackAsync();
}
