using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Tests.Session;

/// <summary>Transactions that are watched, and that lose conflicts when they are told to.</summary>
internal sealed class WatchedSource(ITransactionSource inner) : ITransactionSource
{
    private int _commitsToFail;
    private ErrorCode _failWith;

    /// <summary>The keys that were read, by all transactions and snapshots.</summary>
    public List<Key> Read { get; } = [];

    /// <summary>Begun transactions: which attempt each is a retry of.</summary>
    public List<TransactionId?> Begun { get; } = [];

    public int Snapshots { get; private set; }

    /// <summary>The next commits of transactions labelled by a client end with this instead.</summary>
    public void FailCommits(int count, ErrorCode with = ErrorCode.TransactionAborted) => (_commitsToFail, _failWith) = (count, with);

    public ITransaction Begin(TransactionOptions options, TransactionId? retryOf = null)
    {
        if (options.Label == "client") Begun.Add(retryOf);
        return new Watched(this, inner.Begin(options, retryOf), options.Label == "client");
    }

    public async ValueTask<ISnapshotReader> SnapshotAsync(SnapshotBound bound, CancellationToken cancellation = default)
    {
        Snapshots++;
        return new WatchedSnapshot(this, await inner.SnapshotAsync(bound, cancellation));
    }

    public ValueTask<CommitFate> FateAsync(TransactionId transaction, Key? anchor = null, CancellationToken cancellation = default) =>
        inner.FateAsync(transaction, anchor, cancellation);

    private void Note(Key key)
    {
        lock (Read) Read.Add(key);
    }

    private class WatchedReader(WatchedSource source, IKeyReader inner) : IKeyReader
    {
        protected WatchedSource Source => source;

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(Key key, LockStrength strength, CancellationToken cancellation)
        {
            source.Note(key);
            return inner.GetAsync(key, strength, cancellation);
        }

        public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>?>> GetManyAsync(
            IReadOnlyList<Key> keys, LockStrength strength, CancellationToken cancellation)
        {
            foreach (Key key in keys) source.Note(key);
            return inner.GetManyAsync(keys, strength, cancellation);
        }

        public ValueTask<ScanPage> ScanAsync(KeySpan span, ScanOptions options, CancellationToken cancellation)
        {
            source.Note(span.Start);
            return inner.ScanAsync(span, options, cancellation);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class WatchedSnapshot(WatchedSource source, ISnapshotReader inner) : WatchedReader(source, inner), ISnapshotReader
    {
        public Timestamp ReadTimestamp { get; } = inner.ReadTimestamp;
    }

    private sealed class Watched(WatchedSource watcher, ITransaction inner, bool isClient)
        : WatchedReader(watcher, inner), ITransaction
    {
        public TransactionId Id => inner.Id;

        public Key? Anchor => inner.Anchor;

        public Timestamp? NotAfter
        {
            get => inner.NotAfter;
            set => inner.NotAfter = value;
        }

        public ValueTask PutAsync(Key key, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
            inner.PutAsync(key, value, cancellation);

        public ValueTask InsertAsync(Key key, ReadOnlyMemory<byte> value, CancellationToken cancellation) =>
            inner.InsertAsync(key, value, cancellation);

        public ValueTask DeleteAsync(Key key, CancellationToken cancellation) => inner.DeleteAsync(key, cancellation);

        public WriteMark Mark() => inner.Mark();

        public ValueTask RollbackToAsync(WriteMark mark, CancellationToken cancellation) =>
            inner.RollbackToAsync(mark, cancellation);

        public async ValueTask<Timestamp> CommitAsync(CancellationToken cancellation)
        {
            if (!isClient || Source._commitsToFail == 0) return await inner.CommitAsync(cancellation);
            Source._commitsToFail--;
            if (Source._failWith == ErrorCode.CommitOutcomeUnknown) await inner.CommitAsync(cancellation);
            else await inner.RollbackAsync();
            throw new LintelException(Source._failWith, "told to fail");
        }

        public ValueTask RollbackAsync() => inner.RollbackAsync();
    }
}
