using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Reference;

/// <summary>A read-write transaction of a <see cref="MemoryTransactionSource"/>.</summary>
internal sealed class MemoryTransaction : ITransaction
{
    private readonly MemoryTransactionSource _source;
    private readonly PendingWrites _writes = new();
    private Phase _phase = Phase.Open;

    /// <summary>Creates an open transaction; the caller admits its session.</summary>
    public MemoryTransaction(MemoryTransactionSource source, TransactionId id)
    {
        _source = source;
        Id = id;
        Session = new LockSession(id, () => Finish(Phase.Aborted));
    }

    private enum Phase
    {
        Open,
        Aborted,
        Committed,
        RolledBack,
    }

    /// <inheritdoc/>
    public TransactionId Id { get; }

    /// <inheritdoc/>
    public Key? Anchor { get; private set; }

    /// <inheritdoc/>
    public Timestamp? NotAfter { get; set; }

    internal LockSession Session { get; }

    /// <summary>What a transaction that lost a conflict throws.</summary>
    public static LintelException Wounded(TransactionId id) => new(
        ErrorCode.TransactionAborted, $"transaction {id} was aborted", "an older transaction needed its locks",
        "run the transaction again, as a retry of this one");

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(
        Key key, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        await LockAsync(KeySpan.Of(key), strength, cancellation);
        lock (_source.Gate)
        {
            RequireOpen();
            return Read(key);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
        IReadOnlyList<Key> keys, LockStrength strength = LockStrength.Shared, CancellationToken cancellation = default)
    {
        var values = new ReadOnlyMemory<byte>?[keys.Count];
        for (int i = 0; i < values.Length; i++) values[i] = await GetAsync(keys[i], strength, cancellation);
        return values;
    }

    /// <inheritdoc/>
    public async ValueTask<ScanPage> ScanAsync(KeySpan span, ScanOptions options, CancellationToken cancellation = default)
    {
        while (true)
        {
            Task wait;
            lock (_source.Gate)
            {
                RequireOpen();
                ScanPage page = _source.Page(span, options, Timestamp.Max, _writes);
                KeySpan read = Covered(span, page, options.Descending);
                if (_source.Locks.TryAcquire(Session, read, options.Strength, out wait)) return page;
            }

            // The rows may be others by the time the lock is granted: look again, and lock what is new in the page.
            await EndOfAsync(wait, cancellation);
        }
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(Key key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        Write(key, value, mustNotExist: false, cancellation);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask InsertAsync(Key key, ReadOnlyMemory<byte> value, CancellationToken cancellation = default)
    {
        lock (_source.Gate)
        {
            RequireOpen();
            if (_writes.Find(key) is { Value: not null })
            {
                End(Phase.RolledBack);
                throw Duplicate(key);
            }
        }

        Write(key, value, mustNotExist: true, cancellation);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(Key key, CancellationToken cancellation = default)
    {
        Write(key, value: null, mustNotExist: false, cancellation);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public WriteMark Mark() => new(_writes.Next);

    /// <inheritdoc/>
    public ValueTask RollbackToAsync(WriteMark mark, CancellationToken cancellation = default)
    {
        lock (_source.Gate)
        {
            RequireOpen();
            if (mark.Sequence <= 0 || mark.Sequence > _writes.Next)
                throw new LintelException(ErrorCode.InvalidArgument, "the mark is not one of this transaction");
            _writes.RollbackTo(mark.Sequence);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<Timestamp> CommitAsync(CancellationToken cancellation = default)
    {
        try
        {
            Key[] keys;
            lock (_source.Gate)
            {
                RequireOpen();
                keys = [.. _writes.Keys];
                if (keys.Length > 0) Anchor = keys[0];
            }

            foreach (Key key in keys) await LockAsync(KeySpan.Of(key), LockStrength.Exclusive, cancellation);
            return Decide();
        }
        catch (OperationCanceledException)
        {
            await RollbackAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask RollbackAsync()
    {
        lock (_source.Gate) End(Phase.RolledBack);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => RollbackAsync();

    private Timestamp Decide()
    {
        lock (_source.Gate)
        {
            RequireOpen();
            foreach (Key key in _writes.Keys)
            {
                if (_writes.Find(key) is not { MustNotExist: true } || _source.Rows.Get(key, Timestamp.Max) is null) continue;
                End(Phase.RolledBack);
                throw Duplicate(key);
            }

            Timestamp at = _source.Tick();
            if (at > NotAfter)
            {
                End(Phase.RolledBack);
                throw new LintelException(
                    ErrorCode.TransactionAborted, $"transaction {Id} was aborted",
                    "it would have committed after the time it had to commit by",
                    "run the transaction again, as a retry of this one");
            }

            foreach (Key key in _writes.Keys) _source.Rows.Add(key, at, _writes.Find(key)!.Value.Value);
            _source.Remember(Id, new CommitFate(CommitFateKind.Committed, at));
            End(Phase.Committed);
            return at;
        }
    }

    private void Write(Key key, ReadOnlyMemory<byte>? value, bool mustNotExist, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_source.Gate)
        {
            RequireOpen();
            _writes.Set(key, value, mustNotExist);
        }
    }

    private ReadOnlyMemory<byte>? Read(Key key) =>
        _writes.Find(key) is { } write ? write.Value : _source.Rows.Get(key, Timestamp.Max);

    private async ValueTask LockAsync(KeySpan span, LockStrength strength, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Task wait;
        lock (_source.Gate)
        {
            RequireOpen();
            if (_source.Locks.TryAcquire(Session, span, strength, out wait)) return;
        }

        await EndOfAsync(wait, cancellation);
    }

    private async ValueTask EndOfAsync(Task wait, CancellationToken cancellation)
    {
        await using CancellationTokenRegistration registration = cancellation.UnsafeRegister(
            _ =>
            {
                lock (_source.Gate) _source.Locks.Withdraw(Session, wait, cancellation);
            },
            null);
        await wait;
    }

    private static KeySpan Covered(KeySpan span, ScanPage page, bool descending) =>
        page.IsLast ? span
        : descending ? new KeySpan(page.Rest.End, span.End)
        : new KeySpan(span.Start, page.Rest.Start);

    private void RequireOpen()
    {
        if (_phase == Phase.Aborted) throw Wounded(Id);
        if (_phase != Phase.Open)
            throw new LintelException(ErrorCode.FailedPrecondition, $"transaction {Id} is finished");
    }

    private void End(Phase phase)
    {
        if (_phase != Phase.Open) return;
        Finish(phase);
        _source.Locks.Remove(Session);
    }

    private void Finish(Phase phase)
    {
        _phase = phase;
        _writes.RollbackTo(0);
        if (phase != Phase.Committed) _source.Remember(Id, new CommitFate(CommitFateKind.Aborted, default));
    }

    private static LintelException Duplicate(Key key) =>
        new(ErrorCode.AlreadyExists, $"key {key} exists already", "an insert needs a key that does not exist");
}
