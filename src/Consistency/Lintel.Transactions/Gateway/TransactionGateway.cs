using Lintel.Environment;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// The transactions of one node over the replicated splits. It keeps nothing that must survive it: locks time out when
/// it stops showing its transactions, and outcomes live at the coordinator splits.
///
/// Ids never repeat: the sequence carries the node's incarnation in its high half, and the incarnation differs in every
/// life of the node. The start of an id is TrueTime's latest, so a transaction that begins after another has ended
/// anywhere is the younger of the two.
///
/// May be called from any thread; what talks to splits is moved to the store's context.
/// </summary>
public sealed class TransactionGateway : ITransactionSource, IDisposable
{
    private readonly GatewayServices _services;
    private readonly NodeId _self;
    private readonly ulong _incarnation;
    private readonly ITimer _keepAlive;
    private long _sequence;

    /// <summary>Opens the gateway. <paramref name="incarnation"/> differs from that of every earlier life of the node.</summary>
    public TransactionGateway(
        NodeEnvironment environment, ISplitRouter router, uint incarnation, GatewayLimits? limits = null)
    {
        limits ??= new GatewayLimits();
        _self = environment.Network.Self;
        _incarnation = (ulong)incarnation << 32;
        _services = new GatewayServices(
            environment,
            limits,
            new PatientSender(router, environment.Time, limits.BusyAttemptsMax),
            new Courtesies(router, environment.Context, limits.CourtesiesMax),
            new RoutedReads(router, environment.Time, limits),
            new FateMemory(limits.FatesMax),
            new ActiveTransactions(limits.TransactionsMax),
            new CommitLatencies(_self));
        _keepAlive = environment.Time.CreateTimer(
            _ => environment.Context.Post(_ => KeepAlive(), null), null, limits.KeepAliveEvery, limits.KeepAliveEvery);
    }

    /// <summary>How long commits took.</summary>
    public CommitLatencies Commits => _services.Commits;

    /// <summary>Transactions open now.</summary>
    public int Open => _services.Active.Count;

    /// <inheritdoc/>
    public ITransaction Begin(TransactionOptions options, TransactionId? retryOf = null)
    {
        long sequence = Interlocked.Increment(ref _sequence);
        if (sequence > uint.MaxValue)
            throw new LintelException(ErrorCode.Unavailable, "the node has used up its transaction ids", correction: "restart it");
        Timestamp start = retryOf?.Start ?? _services.Environment.TrueTime.Now().Latest;
        var transaction = new GatewayTransaction(
            _services, new TransactionId(start, _self, _incarnation | (ulong)sequence));
        _services.Active.Admit(transaction);
        return transaction;
    }

    /// <inheritdoc/>
    public ValueTask<ISnapshotReader> SnapshotAsync(SnapshotBound bound, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        Timestamp now = _services.Environment.TrueTime.Now().Latest;
        if (bound.Kind == SnapshotBoundKind.Strong && !_services.Environment.TrueTime.IsBounded)
            throw new SplitRefusal.ClockUncertain().ToError().ToException();
        Timestamp at = bound.Kind switch
        {
            SnapshotBoundKind.Exact => bound.At,
            SnapshotBoundKind.Stale => now - bound.Age,
            _ => now,
        };
        if (at > now)
            throw new LintelException(ErrorCode.InvalidArgument, "a snapshot cannot be read in the future");
        return ValueTask.FromResult<ISnapshotReader>(
            new GatewaySnapshot(_services, at, followerAllowed: bound.Kind != SnapshotBoundKind.Strong));
    }

    /// <inheritdoc/>
    public async ValueTask<CommitFate> FateAsync(
        TransactionId transaction, Key? anchor = null, CancellationToken cancellation = default)
    {
        await _services.EnterAsync();
        GatewayTransaction? open = _services.Active.Find(transaction);
        if (open is { IsCommitting: false }) open.Abandon();
        RememberedFate? known = _services.Fates.Find(transaction);
        if (known?.Fate is { } fate) return fate;
        Key? recorded = known?.Anchor ?? open?.Anchor ?? anchor;
        return recorded is { } key
            ? await AskAsync(transaction, key, cancellation)
            : new CommitFate(CommitFateKind.Forgotten, default);
    }

    /// <summary>Stops showing transactions: their locks time out at the splits.</summary>
    public void Dispose()
    {
        _keepAlive.Dispose();
        _services.Commits.Dispose();
    }

    private async ValueTask<CommitFate> AskAsync(TransactionId transaction, Key anchor, CancellationToken cancellation)
    {
        TimeProvider time = _services.Environment.Time;
        long began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < _services.Limits.OutcomeWithin)
        {
            TransactionOutcome? outcome =
                await OutcomeQuestion.AskOnceAsync(_services.Sender, transaction, anchor, cancellation);
            switch (outcome?.Kind)
            {
                case OutcomeKind.Committed:
                    await _services.WaitOutAsync(outcome.Value.At);
                    return Remembered(new CommitFate(CommitFateKind.Committed, outcome.Value.At));
                case OutcomeKind.Aborted:
                    return Remembered(new CommitFate(CommitFateKind.Aborted, default));
                case OutcomeKind.Unknown:
                    return new CommitFate(CommitFateKind.Forgotten, default);
                default:
                    await Task.Delay(_services.Limits.AskEvery, time, cancellation);
                    break;
            }
        }

        throw new LintelException(
            ErrorCode.Unavailable, $"the fate of transaction {transaction} could not be learned",
            "the split that has recorded it does not answer", "try again");

        CommitFate Remembered(CommitFate fate)
        {
            _services.Fates.Remember(transaction, new RememberedFate(fate, anchor));
            return fate;
        }
    }

    private void KeepAlive()
    {
        foreach (GatewayTransaction transaction in _services.Active.ToArray()) transaction.KeepAlive();
    }
}
