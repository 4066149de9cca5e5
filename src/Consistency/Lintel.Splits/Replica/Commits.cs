using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Locks;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Requests;
using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>
/// The writing half of two-phase locking and two-phase commit at a leaseholder: stage, prepare, commit, decide.
/// </summary>
/// <remarks>
/// <para>
/// All four begin alike: the transaction's earlier locks must be of this leadership, then its writes are locked
/// exclusively, then inserts are checked. From choosing the timestamp to appending the entry nothing else runs, so the
/// order of timestamps is the order of the log. Commit wait overlaps replication; locks go after both.
/// </para>
/// <para>S06: a transaction commits or prepares only while it holds all its locks.</para>
/// </remarks>
public sealed class Commits(SplitReplica replica, StoreServices services)
{
    /// <summary>Commits a transaction that lives in this split alone.</summary>
    public ValueTask<SplitReply> CommitAsync(Leadership leading, CommitLocal request) => OnceAsync(
        leading,
        request.Transaction,
        request.Anchor,
        () => DecideAsync(
            leading, request, request.Transaction, request.Anchor, request.Mutations, request.Lease, request.StagedThrough, [], Timestamp.Zero,
            request.NotAfter));

    /// <summary>Commits a transaction whose other participants are prepared.</summary>
    public ValueTask<SplitReply> DecideAsync(Leadership leading, Decide request) => OnceAsync(
        leading,
        request.Transaction,
        request.Anchor,
        () => DecideAsync(
            leading, request, request.Transaction, request.Anchor, request.Mutations, request.Lease, request.StagedThrough,
            request.Participants, request.MaxPrepared, request.NotAfter));

    /// <summary>Prepares a participant.</summary>
    public async ValueTask<SplitReply> PrepareAsync(Leadership leading, Prepare request)
    {
        if (Pending(request.Transaction) is { Phase: PendingPhase.Prepared } known)
            return new SplitReply.Prepared(known.At);
        if (IsForgotten(request.Transaction)) return new SplitRefusal.Aborted(AbortReason.Expired);
        if (leading.Deciding.TryGetValue(request.Transaction, out Task<SplitReply>? underWay)) return await underWay;
        Task<SplitReply> work = PrepareOnceAsync(leading, request);
        leading.Deciding[request.Transaction] = work;
        try
        {
            return await work;
        }
        finally
        {
            leading.Deciding.Remove(request.Transaction);
        }
    }

    /// <summary>Stages writes of a large transaction.</summary>
    public async ValueTask<SplitReply> StageAsync(Leadership leading, Stage request)
    {
        if (await EnterAsync(leading, request, request.Transaction, request.Mutations, request.Lease, request.Sequence - 1) is { } refusal)
        {
            bool repeated = refusal is SplitRefusal.Invalid && request.Sequence <= StagedThrough(request.Transaction);
            return repeated ? new SplitReply.Staged(leading.Sequence) : refusal;
        }

        ProposalFate fate = await replica.ProposeAsync(
            leading,
            (divisions, closed) => new StageCommand(divisions, closed, request.Transaction, request.Sequence, request.Mutations));
        return fate is ProposalFate.Applied { Result: AppliedResult.Done }
            ? new SplitReply.Staged(leading.Sequence)
            : Explain(fate);
    }

    /// <summary>What the fate of a proposal that did not take effect is to its sender.</summary>
    public SplitReply Explain(ProposalFate fate) => fate switch
    {
        ProposalFate.Applied { Result: AppliedResult.Moved } => replica.Moved(),
        ProposalFate.Applied { Result: AppliedResult.Decided { Earlier.Kind: OutcomeKind.Aborted } } =>
            new SplitRefusal.Aborted(AbortReason.OutcomeExists),
        ProposalFate.Busy => new SplitRefusal.Busy(TimeSpan.FromMilliseconds(20)),
        ProposalFate.Lost lost => new SplitRefusal.Unavailable(lost.Why, Ambiguous: false),
        _ => new SplitRefusal.Unavailable("replication did not finish in time", Ambiguous: true),
    };

    /// <summary>Makes the staged writes of a committed transaction visible, then lets its locks go.</summary>
    public async Task MoveAsync(Leadership leading, TransactionId transaction)
    {
        bool done = await StepThroughAsync(leading, transaction, drop: false);
        if (done && !leading.IsOver) leading.Release(transaction);
    }

    /// <summary>Removes what a transaction staged and will never commit.</summary>
    public Task<bool> DropAsync(Leadership leading, TransactionId transaction) =>
        StepThroughAsync(leading, transaction, drop: true);

    private async Task<bool> StepThroughAsync(Leadership leading, TransactionId transaction, bool drop)
    {
        while (!leading.IsOver)
        {
            ProposalFate fate = await replica.ProposeAsync(
                leading,
                (divisions, closed) =>
                    new MoveStagedCommand(divisions, closed, transaction, services.Limits.StagedRowsPerStep, drop));
            switch (fate)
            {
                case ProposalFate.Applied { Result: AppliedResult.NothingLeft }:
                    return true;
                case ProposalFate.Busy:
                    await Task.Delay(TimeSpan.FromMilliseconds(20), services.Environment.Time);
                    break;
                case ProposalFate.Applied:
                    break;
                default:
                    return false;
            }
        }

        return false;
    }

    // A resend of a decision joins the one under way, or is told what was decided.
    private async ValueTask<SplitReply> OnceAsync(
        Leadership leading, TransactionId transaction, Key anchor, Func<Task<SplitReply>> decide)
    {
        if (replica.Machine.FindOutcome(anchor, transaction) is { } record) return await RepeatAsync(record);
        if (IsForgotten(transaction)) return new SplitRefusal.Aborted(AbortReason.Expired);
        if (leading.Deciding.TryGetValue(transaction, out Task<SplitReply>? underWay)) return await underWay;
        Task<SplitReply> work = decide();
        leading.Deciding[transaction] = work;
        try
        {
            return await work;
        }
        finally
        {
            leading.Deciding.Remove(transaction);
        }
    }

    private async ValueTask<SplitReply> RepeatAsync(OutcomeRecord record)
    {
        if (record.Outcome.Kind == OutcomeKind.Aborted) return new SplitRefusal.Aborted(AbortReason.OutcomeExists);
        await replica.CommitWaitAsync(record.Outcome.At);
        return new SplitReply.Committed(record.Outcome.At);
    }

    private async Task<SplitReply> DecideAsync(
        Leadership leading,
        SplitRequest request,
        TransactionId transaction,
        Key anchor,
        IReadOnlyList<Mutation> mutations,
        LeaseSequence lease,
        long stagedThrough,
        IReadOnlyList<KeySpan> participants,
        Timestamp above,
        Timestamp? notAfter)
    {
        if (await EnterAsync(leading, request, transaction, mutations, lease, stagedThrough) is { } refusal)
            return GiveUp(leading, transaction, refusal);
        if (!leading.TryAssign(above, out Timestamp at))
            return GiveUp(leading, transaction, new SplitRefusal.Unavailable("the lease does not reach far enough", Ambiguous: false));
        if (at > notAfter) return GiveUp(leading, transaction, new SplitRefusal.Aborted(AbortReason.TooLate));
        bool readOnly = mutations.Count == 0 && stagedThrough == 0 && participants.Count == 0;
        if (readOnly)
        {
            // The locks were held until here, so the reads are as of this timestamp; nobody needs to be told.
            leading.Release(transaction);
            await replica.CommitWaitAsync(at);
            return new SplitReply.Committed(at);
        }

        List<KeySpan> exclusive = stagedThrough > 0 ? Owned(leading, transaction, LockMode.Exclusive) : [];
        Task<ProposalFate> proposal = replica.ProposeAsync(
            leading,
            (divisions, closed) => new DecideCommand(
                divisions, closed, transaction, anchor, TransactionOutcome.Committed(at), at, mutations, participants,
                stagedThrough > 0, exclusive));
        if (IsBusy(proposal)) return new SplitRefusal.Busy(TimeSpan.FromMilliseconds(20));
        // A coordinator that was neither read nor written holds nothing to be made fast.
        if (leading.Locks.StandingOf(transaction) != LockStanding.Unknown) leading.MarkPrepared(transaction, at);
        ValueTask wait = replica.CommitWaitAsync(at);
        ProposalFate fate = await proposal;
        await wait;
        if (fate is ProposalFate.Unknown unknown) FinishLater(leading, transaction, unknown, isPrepare: false);
        if (fate is not ProposalFate.Applied { Result: AppliedResult.Done }) return Refuse(leading, transaction, fate);
        if (stagedThrough > 0) await MoveAsync(leading, transaction);
        else if (!leading.IsOver) leading.Release(transaction);
        return new SplitReply.Committed(at);
    }

    private async Task<SplitReply> PrepareOnceAsync(Leadership leading, Prepare request)
    {
        TransactionId transaction = request.Transaction;
        if (await EnterAsync(leading, request, transaction, request.Mutations, request.Lease, request.StagedThrough) is { } refusal)
            return GiveUp(leading, transaction, refusal);
        if (!leading.TryAssign(Timestamp.Zero, out Timestamp at))
            return GiveUp(leading, transaction, new SplitRefusal.Unavailable("the lease does not reach far enough", Ambiguous: false));
        List<KeySpan> exclusive = Owned(leading, transaction, LockMode.Exclusive);
        List<KeySpan> shared = Owned(leading, transaction, LockMode.Shared);
        Task<ProposalFate> proposal = replica.ProposeAsync(
            leading,
            (divisions, closed) => new PrepareCommand(
                divisions, closed, transaction, request.Coordinator, at, request.Mutations, exclusive, shared));
        if (IsBusy(proposal)) return new SplitRefusal.Busy(TimeSpan.FromMilliseconds(20));
        if (exclusive.Count + shared.Count > 0) leading.MarkPrepared(transaction, at);
        ProposalFate fate = await proposal;
        if (fate is ProposalFate.Applied { Result: AppliedResult.Done }) return new SplitReply.Prepared(at);
        if (fate is ProposalFate.Unknown unknown) FinishLater(leading, transaction, unknown, isPrepare: true);
        return Refuse(leading, transaction, fate);
    }

    // Nothing was appended: the transaction keeps its locks and may send again.
    private static bool IsBusy(Task<ProposalFate> proposal) =>
        proposal is { IsCompletedSuccessfully: true, Result: ProposalFate.Busy };

    // The entry certainly has no effect, or nobody knows yet. Only in the first case do the locks go.
    private SplitReply Refuse(Leadership leading, TransactionId transaction, ProposalFate fate)
    {
        SplitReply reply = Explain(fate);
        if (reply is SplitRefusal { IsAmbiguous: false } && !leading.IsOver) leading.Release(transaction);
        return reply is SplitRefusal.Unavailable { Ambiguous: false }
            ? new SplitRefusal.Aborted(AbortReason.LeaseChanged)
            : reply;
    }

    // The sender was told that the fate is unknown; the locks stay until it is known.
    private void FinishLater(Leadership leading, TransactionId transaction, ProposalFate.Unknown unknown, bool isPrepare)
    {
        if (unknown.Final is not { } final) return;
        services.Start(async () =>
        {
            ProposalFate fate = await final;
            bool applied = fate is ProposalFate.Applied { Result: AppliedResult.Done };
            if (leading.IsOver || (isPrepare && applied)) return;
            if (applied && Pending(transaction) is { Phase: PendingPhase.Moving }) await MoveAsync(leading, transaction);
            else leading.Release(transaction);
        });
    }

    // Everything before a timestamp is chosen. Null when the transaction may go on, in this very turn.
    private async ValueTask<SplitRefusal?> EnterAsync(
        Leadership leading,
        SplitRequest request,
        TransactionId transaction,
        IReadOnlyList<Mutation> mutations,
        LeaseSequence lease,
        long stagedThrough)
    {
        if (services.IsDiskFull && (mutations.Count > 0 || stagedThrough > 0)) return new SplitRefusal.DiskFull();
        if (LockingReads.LostSince(leading, transaction, lease, services.Limits.Planted) is { } lost) return lost;
        Leadership.Activity activity = leading.Touch(transaction);
        foreach (Mutation mutation in mutations)
        {
            if (await leading.LockAsync(transaction, LockSpan.Of(mutation.Key), LockMode.Exclusive) is { } refusal) return refusal;
        }

        // The locks may have taken long: look again at everything that can have changed meanwhile.
        while (leading.IsFrozen) await leading.OpenAsync();
        if (leading.IsOver || !leading.HoldsLease)
            return new SplitRefusal.Aborted(AbortReason.LeaseChanged);
        if (!leading.HoldsSince(transaction, activity))
        {
            // Released while it waited for locks: what it was granted since must not stay behind.
            leading.Release(transaction);
            return new SplitRefusal.Aborted(AbortReason.Expired);
        }

        if (!request.LiesIn(replica.Descriptor.Span))
            return lease.IsNone ? (SplitRefusal)replica.Moved() : new SplitRefusal.Aborted(AbortReason.LeaseChanged);
        LockStanding standing = leading.Locks.StandingOf(transaction);
        if (standing == LockStanding.Wounded) return new SplitRefusal.Aborted(AbortReason.Wounded);
        if (standing == LockStanding.Unknown && (!lease.IsNone || mutations.Count > 0))
            return new SplitRefusal.Aborted(AbortReason.Expired);
        if (StagedThrough(transaction) != stagedThrough)
        {
            return StagedThrough(transaction) > stagedThrough && request is Stage
                ? new SplitRefusal.Invalid("this stage was taken before")
                : new SplitRefusal.Aborted(AbortReason.Expired);
        }

        return FirstExisting(transaction, mutations) is { } key ? new SplitRefusal.AlreadyExists(key) : null;
    }

    private Key? FirstExisting(TransactionId transaction, IReadOnlyList<Mutation> mutations)
    {
        IOrderedView? view = null;
        MvccReader? reader = null;
        try
        {
            bool staged = StagedThrough(transaction) > 0;
            foreach (Mutation mutation in mutations)
            {
                if (mutation.Kind != MutationKind.Insert) continue;
                view ??= services.Store.View();
                reader ??= new MvccReader(view);
                bool exists = staged && StagedWrite.Find(view, mutation.Key, transaction) is { } own
                    ? own.Kind != MutationKind.Delete
                    : reader.Get(mutation.Key, Timestamp.Max).Value is not null;
                if (exists) return mutation.Key;
            }

            return null;
        }
        finally
        {
            reader?.Dispose();
            view?.Dispose();
        }
    }

    // A refused commit or prepare is the end of the transaction here, except where the request only has to be resent.
    private static SplitReply GiveUp(Leadership leading, TransactionId transaction, SplitRefusal refusal)
    {
        bool resend = refusal is SplitRefusal.Busy or SplitRefusal.DiskFull or SplitRefusal.SplitMoved;
        if (!resend && !leading.IsOver) leading.Release(transaction);
        return refusal;
    }

    // Its outcome record, if there was one, may have been collected: nothing can tell a late repetition from a first time.
    private bool IsForgotten(TransactionId transaction) => transaction.Start < replica.Machine.State.Horizon;

    private PendingTransaction? Pending(TransactionId transaction) =>
        replica.Machine.Pending.TryGetValue(transaction, out PendingTransaction? pending) ? pending : null;

    private long StagedThrough(TransactionId transaction) => Pending(transaction)?.StagedThrough ?? 0;

    private static List<KeySpan> Owned(Leadership leading, TransactionId transaction, LockMode mode)
    {
        var locks = new List<LockSpan>();
        leading.Locks.CollectOwned(transaction, mode, locks);
        return locks.ConvertAll(static span => span.ToKeySpan());
    }
}
