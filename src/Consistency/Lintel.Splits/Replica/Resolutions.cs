using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Locks;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Replica;

/// <summary>
/// How transactions end at a leaseholder when their gateway does not see to it: participants ask the coordinator when
/// in doubt, the coordinator tells its participants, vanished clients lose their locks, abandoned staged writes go.
/// </summary>
public sealed class Resolutions(SplitReplica replica, StoreServices services, Commits commits)
{
    private readonly SortedSet<TransactionId> _asking = [];
    private readonly SortedSet<TransactionId> _dropping = [];

    /// <summary>What a new leadership finds: staged writes to drop or to finish, outcomes to spread.</summary>
    public async Task TakeOverAsync(Leadership leading)
    {
        while (!leading.IsOver && !leading.HoldsLease)
            await Task.Delay(TimeSpan.FromMilliseconds(20), services.Environment.Time);
        if (leading.IsOver) return;
        foreach (PendingTransaction pending in new List<PendingTransaction>(replica.Machine.Pending.Values))
        {
            if (pending.Phase == PendingPhase.Moving) services.Start(() => commits.MoveAsync(leading, pending.Id));
            else if (pending.Phase == PendingPhase.Staging) Drop(leading, pending.Id);
        }

        KeepHouse(leading);
        services.Attend(replica);
    }

    /// <summary>One round of housekeeping.</summary>
    public void KeepHouse(Leadership leading)
    {
        foreach (TransactionId silent in leading.Silent())
        {
            if (leading.Locks.StandingOf(silent) == LockStanding.Prepared)
            {
                if (Pending(silent) is { Phase: PendingPhase.Prepared } doubt) AskCoordinator(leading, doubt);
                continue;
            }

            leading.Release(silent);
        }

        if (replica.Machine.Pending.Count > 0) KeepPending(leading);
        if (replica.Machine.Unresolved.Count == 0) return;
        foreach ((TransactionId transaction, Key anchor) in new List<KeyValuePair<TransactionId, Key>>(replica.Machine.Unresolved))
            Spread(leading, transaction, anchor);
    }

    private void KeepPending(Leadership leading)
    {
        foreach (PendingTransaction pending in new List<PendingTransaction>(replica.Machine.Pending.Values))
        {
            bool abandoned = pending.Phase == PendingPhase.Staging
                && leading.Locks.StandingOf(pending.Id) is LockStanding.Unknown or LockStanding.Wounded;
            if (abandoned && !leading.Deciding.ContainsKey(pending.Id)) Drop(leading, pending.Id);
        }
    }

    /// <summary>A participant learns the outcome.</summary>
    public async ValueTask<SplitReply> ResolveAsync(Leadership leading, Resolve request)
    {
        if (request.Outcome.Kind == OutcomeKind.Unknown) return new SplitRefusal.Invalid("an unknown outcome resolves nothing");
        TransactionId transaction = request.Transaction;
        if (leading.Deciding.TryGetValue(transaction, out Task<SplitReply>? underWay)) await underWay;
        if (Pending(transaction) is not { Phase: PendingPhase.Prepared })
        {
            // Not prepared: an abort also takes back what a prepare that is still waiting for locks may have.
            if (request.Outcome.Kind == OutcomeKind.Aborted) return await ReleaseAsync(leading, transaction);
            return SplitReply.Done.Instance;
        }

        // Gateway and coordinator may both tell: one entry is enough.
        if (leading.Resolving.TryGetValue(transaction, out Task<SplitReply>? resolving)) return await resolving;
        Task<SplitReply> work = ResolveOnceAsync(leading, request);
        leading.Resolving[transaction] = work;
        try
        {
            return await work;
        }
        finally
        {
            leading.Resolving.Remove(transaction);
        }
    }

    private async Task<SplitReply> ResolveOnceAsync(Leadership leading, Resolve request)
    {
        TransactionId transaction = request.Transaction;
        ProposalFate fate = await replica.ProposeAsync(
            leading, (divisions, closed) => new ResolveCommand(divisions, closed, transaction, request.Outcome));
        if (fate is not ProposalFate.Applied { Result: AppliedResult.Done }) return commits.Explain(fate);
        Finish(leading, transaction);
        return SplitReply.Done.Instance;
    }

    /// <summary>Tells what was decided; with permission, decides "aborted" where nothing was.</summary>
    public async ValueTask<SplitReply> AskOutcomeAsync(Leadership leading, AskOutcome request)
    {
        if (leading.Deciding.TryGetValue(request.Transaction, out Task<SplitReply>? underWay)) await underWay;
        if (replica.Machine.FindOutcome(request.Anchor, request.Transaction) is { } record) return await TellAsync(record.Outcome);
        bool mayBeCollected = !request.InDoubt && request.Transaction.Start < replica.Machine.State.Horizon;
        if (!request.MayAbort || mayBeCollected) return new SplitReply.Outcome(TransactionOutcome.Unknown);
        if (services.IsDiskFull) return new SplitRefusal.DiskFull();
        Timestamp written = services.Environment.TrueTime.Now().Latest;
        ProposalFate fate = await replica.ProposeAsync(
            leading,
            (divisions, closed) => new DecideCommand(
                divisions, closed, request.Transaction, request.Anchor, TransactionOutcome.Aborted, written, [], [], false, []));
        switch (fate)
        {
            case ProposalFate.Applied { Result: AppliedResult.Done }:
                if (!leading.IsOver && leading.Locks.StandingOf(request.Transaction) != LockStanding.Prepared)
                    leading.Release(request.Transaction);
                return new SplitReply.Outcome(TransactionOutcome.Aborted);
            case ProposalFate.Applied { Result: AppliedResult.Decided decided }:
                return await TellAsync(decided.Earlier);
            default:
                return commits.Explain(fate);
        }
    }

    /// <summary>The transaction gives up.</summary>
    public ValueTask<SplitReply> ReleaseAsync(Leadership leading, Release request) => ReleaseAsync(leading, request.Transaction);

    /// <summary>The transaction lives on.</summary>
    public SplitReply KeepAlive(Leadership leading, KeepAlive request)
    {
        if (!leading.TryServeNow(out Timestamp at)) return replica.NotHere();
        LockStanding standing = leading.Locks.StandingOf(request.Transaction);
        if (standing == LockStanding.Unknown) return new SplitReply.KeptAlive(TransactionStanding.Unknown, leading.Sequence, at);
        leading.Touch(request.Transaction);
        return new SplitReply.KeptAlive(
            standing == LockStanding.Wounded ? TransactionStanding.Wounded : TransactionStanding.Alive,
            leading.Sequence,
            at);
    }

    private ValueTask<SplitReply> ReleaseAsync(Leadership leading, TransactionId transaction)
    {
        bool bound = leading.Locks.StandingOf(transaction) == LockStanding.Prepared
            || leading.Deciding.ContainsKey(transaction);
        if (bound) return ValueTask.FromResult<SplitReply>(new SplitRefusal.Invalid("the transaction is prepared or committing"));
        leading.Release(transaction);
        if (Pending(transaction) is { Phase: PendingPhase.Staging }) Drop(leading, transaction);
        return ValueTask.FromResult<SplitReply>(SplitReply.Done.Instance);
    }

    private async ValueTask<SplitReply> TellAsync(TransactionOutcome outcome)
    {
        if (outcome.Kind == OutcomeKind.Committed) await replica.CommitWaitAsync(outcome.At);
        return new SplitReply.Outcome(outcome);
    }

    // A resolved transaction may leave staged writes: to be shown after a commit, to be dropped after an abort.
    private void Finish(Leadership leading, TransactionId transaction)
    {
        if (leading.IsOver) return;
        switch (Pending(transaction)?.Phase)
        {
            case PendingPhase.Moving:
                services.Start(() => commits.MoveAsync(leading, transaction));
                break;
            case PendingPhase.Staging:
                leading.Release(transaction);
                Drop(leading, transaction);
                break;
            default:
                leading.Release(transaction);
                break;
        }
    }

    private void Drop(Leadership leading, TransactionId transaction)
    {
        if (!_dropping.Add(transaction)) return;
        services.Start(async () =>
        {
            try
            {
                await commits.DropAsync(leading, transaction);
            }
            finally
            {
                _dropping.Remove(transaction);
            }
        });
    }

    private void AskCoordinator(Leadership leading, PendingTransaction doubt)
    {
        if (services.Router is null || !_asking.Add(doubt.Id)) return;
        services.Start(async () =>
        {
            try
            {
                await AskCoordinatorAsync(leading, services.Router, doubt);
            }
            finally
            {
                _asking.Remove(doubt.Id);
            }
        });
    }

    private async Task AskCoordinatorAsync(Leadership leading, ISplitRouter router, PendingTransaction doubt)
    {
        SplitReply? answer = await SplitWalk.AskAsync(
            router, doubt.Coordinator, to => new AskOutcome(to, doubt.Id, doubt.Coordinator, MayAbort: true, InDoubt: true));
        if (answer is not SplitReply.Outcome { Of.Kind: not OutcomeKind.Unknown } known || leading.IsOver) return;
        if (Pending(doubt.Id) is not { Phase: PendingPhase.Prepared }) return;
        await ResolveAsync(leading, new Resolve(replica.Descriptor.Address, doubt.Id, replica.Descriptor.Span, known.Of));
    }

    /// <summary>Tells the participants of a decided transaction, unless that is under way.</summary>
    public void Spread(Leadership leading, TransactionId transaction, Key anchor)
    {
        if (services.Router is null || !leading.Spreading.Add(transaction)) return;
        services.Start(async () =>
        {
            try
            {
                await SpreadAsync(leading, services.Router, transaction, anchor);
            }
            finally
            {
                leading.Spreading.Remove(transaction);
            }
        });
    }

    private async Task SpreadAsync(Leadership leading, ISplitRouter router, TransactionId transaction, Key anchor)
    {
        if (replica.Machine.FindOutcome(anchor, transaction) is not { } record) return;
        if (record.Outcome.Kind == OutcomeKind.Committed) await replica.CommitWaitAsync(record.Outcome.At);
        foreach (KeySpan participant in record.Unresolved)
        {
            bool told = await SplitWalk.TellAsync(
                router, participant, (to, part) => new Resolve(to, transaction, part, record.Outcome));
            if (!told || leading.IsOver) return;
        }

        await replica.ProposeAsync(
            leading, (divisions, closed) => new ResolvedCommand(divisions, closed, transaction, anchor));
    }

    private PendingTransaction? Pending(TransactionId transaction) =>
        replica.Machine.Pending.TryGetValue(transaction, out PendingTransaction? pending) ? pending : null;
}
