using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Reference;

/// <summary>
/// The transaction contract in one process and a few hundred lines: every version in memory, strict two-phase locking
/// with wound-wait, one atomic step per commit. It is slow and obviously right. SQL is tested over it, and the
/// replicated gateway is compared with it.
///
/// All state is under one gate that is never held across an await; waiting for a lock happens outside it. Timestamps
/// come from the given clock, pushed forward so that each commit is later than every commit and snapshot before it.
/// </summary>
public sealed class MemoryTransactionSource : ITransactionSource
{
    private static readonly NodeId Node = new(1);
    private readonly TimeProvider _time;
    private readonly MemoryLimits _limits;
    private readonly Dictionary<TransactionId, CommitFate> _fates = [];
    private readonly Queue<TransactionId> _fateOrder = new();
    private Timestamp _latest;
    private ulong _sequence;

    /// <summary>An empty store. <paramref name="time"/> gives timestamps their relation to wall time.</summary>
    public MemoryTransactionSource(TimeProvider time, MemoryLimits? limits = null)
    {
        _time = time;
        _limits = limits ?? new MemoryLimits();
    }

    internal Lock Gate { get; } = new();

    internal VersionedRows Rows { get; } = new();

    internal MemoryLockTable Locks { get; } = new();

    /// <inheritdoc/>
    public ITransaction Begin(TransactionOptions options, TransactionId? retryOf = null)
    {
        lock (Gate)
        {
            if (Locks.Count >= _limits.TransactionsMax)
            {
                throw new LintelException(
                    ErrorCode.Busy, "too many transactions are open", $"the limit is {_limits.TransactionsMax}",
                    "finish or roll back some, then try again");
            }

            Timestamp start = retryOf?.Start ?? Tick();
            var transaction = new MemoryTransaction(this, new TransactionId(start, Node, ++_sequence));
            Locks.Add(transaction.Session);
            return transaction;
        }
    }

    /// <inheritdoc/>
    public ValueTask<ISnapshotReader> SnapshotAsync(SnapshotBound bound, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (Gate)
        {
            Timestamp now = Tick();
            Timestamp at = bound.Kind switch
            {
                SnapshotBoundKind.Exact => bound.At,
                SnapshotBoundKind.Stale => now - bound.Age,
                _ => now,
            };
            if (at > now)
                throw new LintelException(ErrorCode.InvalidArgument, "a snapshot cannot be read in the future");
            if (at < now - _limits.VersionRetention)
            {
                throw new LintelException(
                    ErrorCode.SnapshotTooOld, "the snapshot is older than the versions that are kept",
                    $"versions are kept for {_limits.VersionRetention}");
            }

            return ValueTask.FromResult<ISnapshotReader>(new MemorySnapshotReader(this, at));
        }
    }

    /// <inheritdoc/>
    public ValueTask<CommitFate> FateAsync(
        TransactionId transaction, Key? anchor = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (Gate)
        {
            // Asking decides: a transaction that is still open can no longer commit after this answer.
            if (Locks.Find(transaction) is { } open)
            {
                open.Wound();
                Locks.Remove(open);
            }

            return ValueTask.FromResult(
                _fates.TryGetValue(transaction, out CommitFate fate) ? fate : new CommitFate(CommitFateKind.Forgotten, default));
        }
    }

    /// <summary>A timestamp later than every one given before. Under the gate.</summary>
    internal Timestamp Tick() => _latest = Timestamp.Later(_latest.Next(), Timestamp.From(_time.GetUtcNow()));

    internal void Remember(TransactionId transaction, CommitFate fate)
    {
        if (!_fates.TryAdd(transaction, fate)) return;
        _fateOrder.Enqueue(transaction);
        if (_fateOrder.Count > _limits.FatesMax) _fates.Remove(_fateOrder.Dequeue());
    }

    /// <summary>One page of the rows visible at <paramref name="at"/>, under the writes of one transaction.</summary>
    internal ScanPage Page(KeySpan span, ScanOptions options, Timestamp at, PendingWrites? own)
    {
        int limit = options.RowLimit <= 0 ? _limits.PageRowsMax : Math.Min(options.RowLimit, _limits.PageRowsMax);
        var rows = new List<KeyRow>();
        foreach (Key key in Merge(span, options.Descending, own))
        {
            ReadOnlyMemory<byte>? value = own?.Find(key) is { } write ? write.Value : Rows.Get(key, at);
            if (value is not { } bytes) continue;
            rows.Add(new KeyRow(key, bytes));
            if (rows.Count < limit) continue;
            return new ScanPage(rows, options.Descending ? new KeySpan(span.Start, key) : new KeySpan(key.Next(), span.End));
        }

        return new ScanPage(rows, default);
    }

    private IEnumerable<Key> Merge(KeySpan span, bool descending, PendingWrites? own)
    {
        if (own is null) return Rows.Keys(span, descending);
        var keys = new SortedSet<Key>(own.KeysIn(span, descending));
        if (keys.Count == 0) return Rows.Keys(span, descending);
        return MergeSorted(Rows.Keys(span, descending), descending ? keys.Reverse() : keys, descending);
    }

    private static IEnumerable<Key> MergeSorted(IEnumerable<Key> left, IEnumerable<Key> right, bool descending)
    {
        using IEnumerator<Key> a = left.GetEnumerator();
        using IEnumerator<Key> b = right.GetEnumerator();
        bool hasA = a.MoveNext();
        bool hasB = b.MoveNext();
        while (hasA || hasB)
        {
            int order = !hasA ? 1 : !hasB ? -1 : a.Current.CompareTo(b.Current) * (descending ? -1 : 1);
            yield return order <= 0 ? a.Current : b.Current;
            if (order <= 0) hasA = a.MoveNext();
            if (order >= 0) hasB = b.MoveNext();
        }
    }
}
