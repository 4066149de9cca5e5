using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Raft;
using Lintel.Splits.Locks;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Replica;

/// <summary>
/// What a replica holds in memory for as long as it leads: the lock table, the timestamps it has given out, the
/// transactions that are at work here. It begins when the leader has applied an entry of its own term, which is when it
/// knows everything its predecessors committed, and ends with the term.
/// </summary>
/// <remarks>
/// <para>
/// L10: timestamps are assigned and served only at or below the lease's end. L11: an assigned timestamp is above every
/// timestamp assigned, served or closed before, by this leader or an earlier one. Why the second half holds across
/// leaders: see <see cref="Lease.LeaseSupport"/> for elections; a transfer writes the old leader's floor to the log, and
/// a division freezes the leader between proposing and applying and writes the floor into the division itself.
/// </para>
/// </remarks>
public sealed class Leadership
{
    private readonly SplitReplica _replica;
    private readonly StoreServices _services;
    private readonly Dictionary<WaitToken, TaskCompletionSource<bool?>> _waits = [];
    private readonly SortedDictionary<TransactionId, Activity> _activity = [];
    private readonly Timestamp _begins;
    private TaskCompletionSource? _frozen;
    private bool _hasBegun;

    /// <summary>
    /// Takes office. Rebuilds the locks of transactions that were prepared or committed before.
    /// <paramref name="inherited"/> is what an earlier leadership of this very replica gave out.
    /// </summary>
    public Leadership(SplitReplica replica, StoreServices services, Term term, Timestamp inherited)
    {
        _replica = replica;
        _services = services;
        Term = term;
        Locks = new LockTable(new LockLimits());
        SplitState state = replica.Machine.State;
        _begins = Timestamp.Later(Timestamp.Later(state.Floor, state.Closed), inherited);
        Floor = Timestamp.Later(_begins, services.Environment.TrueTime.Now().Latest);
        foreach (PendingTransaction pending in replica.Machine.Pending.Values)
        {
            if (pending.Phase == PendingPhase.Staging) continue;
            if (services.Limits.Planted == PlantedBug.ForgottenPrepare) continue;
            Locks.Restore(pending.Id, pending.At, Spans(pending.Exclusive), Spans(pending.Shared));
            Touch(pending.Id);
        }
    }

    /// <summary>The term this leadership belongs to.</summary>
    public Term Term { get; }

    /// <summary>What readers show when they commit.</summary>
    public LeaseSequence Sequence => new(_replica.Machine.State.Descriptor.Split, Term.Value);

    /// <summary>Who may touch what.</summary>
    public LockTable Locks { get; }

    /// <summary>The latest timestamp assigned, served or closed. Invariant L11: only grows.</summary>
    public Timestamp Floor { get; private set; }

    /// <summary>Whether this leadership is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Until when the lease lasts; zero without one.</summary>
    public Timestamp LeaseUntil =>
        IsOver || _services.Support.IsSilent || !_services.IsClockBounded
            ? Timestamp.Zero
            : Believed(_replica.Peer.LeaseExpiration(_services.Support.UntilOf));

    /// <summary>
    /// Whether the lease holds now. Not before everything that an earlier leadership gave out has passed: what is
    /// applied here may have a commit timestamp that its own leader was still waiting out.
    /// </summary>
    public bool HoldsLease
    {
        get
        {
            TrueTimeInterval now = _services.Environment.TrueTime.Now();
            _hasBegun |= now.IsAfter(_begins);
            return _hasBegun && now.Latest <= LeaseUntil;
        }
    }

    /// <summary>Requests in progress that already have their answer under way, by transaction: a resend joins them.</summary>
    public Dictionary<TransactionId, Task<SplitReply>> Deciding { get; } = [];

    /// <summary>Outcomes that are being written here, by transaction: another sender of the same joins them.</summary>
    public Dictionary<TransactionId, Task<SplitReply>> Resolving { get; } = [];

    /// <summary>Transactions whose outcomes are being spread to their participants.</summary>
    public SortedSet<TransactionId> Spreading { get; } = [];

    /// <summary>Completes when timestamps may be given out; at once, unless a handover or division is under way.</summary>
    public Task OpenAsync() => _frozen?.Task ?? Task.CompletedTask;

    /// <summary>Whether timestamps may be given out.</summary>
    public bool IsFrozen => _frozen is not null;

    /// <summary>Stops giving out timestamps. False when stopped already.</summary>
    public bool TryFreeze()
    {
        if (_frozen is not null) return false;
        _frozen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return true;
    }

    /// <summary>Gives out timestamps again.</summary>
    public void Thaw()
    {
        TaskCompletionSource? frozen = _frozen;
        _frozen = null;
        frozen?.SetResult();
    }

    /// <summary>
    /// Assigns a timestamp above everything given out, above <paramref name="above"/>, and not below
    /// TT.now().latest. False when the lease does not reach that far.
    /// </summary>
    public bool TryAssign(Timestamp above, out Timestamp assigned)
    {
        Timestamp before = Floor;
        Timestamp latest = _services.Environment.TrueTime.Now().Latest;
        assigned = Timestamp.Later(latest, Timestamp.Later(Floor, above).Next());
        if (IsFrozen || assigned > LeaseUntil) return false;
        Floor = assigned;
        Invariant.Require("L11", Floor > before);
        return true;
    }

    /// <summary>
    /// Promises that nothing will commit at or below the present any more, so that what is locked and read in this turn
    /// is valid at the timestamp returned. False without the lease.
    /// </summary>
    public bool TryServeNow(out Timestamp at)
    {
        at = _services.Environment.TrueTime.Now().Latest;
        return TryServe(at);
    }

    /// <summary>Promises that nothing will commit at or below <paramref name="at"/> any more. False past the lease.</summary>
    public bool TryServe(Timestamp at)
    {
        if (IsFrozen || at > LeaseUntil) return false;
        Floor = Timestamp.Later(Floor, at);
        return true;
    }

    /// <summary>
    /// The timestamp to close with the next entry: one that has definitely passed. Nothing below it can still be
    /// assigned, because assigned timestamps are not below TT.now().latest.
    /// </summary>
    public Timestamp CloseNow()
    {
        SplitState state = _replica.Machine.State;
        if (LeaseUntil == Timestamp.Zero || IsFrozen) return state.Closed;
        Timestamp passed = _services.Environment.TrueTime.Now().Earliest.Previous();
        if (passed > LeaseUntil) return state.Closed;
        Floor = Timestamp.Later(Floor, passed);
        return Timestamp.Later(passed, state.Closed);
    }

    /// <summary>A transaction gave a sign of life.</summary>
    public Activity Touch(TransactionId transaction)
    {
        if (!_activity.TryGetValue(transaction, out Activity? activity))
            _activity.Add(transaction, activity = new Activity());
        activity.LastSeen = _services.Environment.Time.GetTimestamp();
        return activity;
    }

    /// <summary>
    /// Whether a transaction has held on to its locks since <paramref name="since"/> was touched: a release forgets the
    /// activity, and what the transaction locks afterwards does not bring the earlier locks back.
    /// </summary>
    public bool HoldsSince(TransactionId transaction, Activity since) =>
        ReferenceEquals(_activity.GetValueOrDefault(transaction), since);

    /// <summary>Takes one lock, waiting for it if need be. Null when it is held, else why not.</summary>
    public async ValueTask<SplitRefusal?> LockAsync(TransactionId transaction, LockSpan span, LockMode mode)
    {
        LockOutcome outcome = Locks.Acquire(transaction, span, mode, out LockEffects effects);
        Perform(effects);
        switch (outcome)
        {
            case LockOutcome.Granted:
                return null;
            case LockOutcome.Wounded:
                return new SplitRefusal.Aborted(AbortReason.Wounded);
            case LockOutcome.Prepared:
                return new SplitRefusal.Invalid("the transaction is prepared or committing");
            case LockOutcome.Busy:
                return new SplitRefusal.Busy(TimeSpan.FromMilliseconds(20));
            case LockOutcome.Waiting waiting:
                bool? granted = await WaitAsync(waiting.Token);
                if (IsOver) return new SplitRefusal.Aborted(AbortReason.LeaseChanged);
                if (granted == true) return null;
                if (granted == false) return new SplitRefusal.Aborted(AbortReason.Wounded);
                if (Locks.CancelWait(waiting.Token, out LockEffects cancelled)) Perform(cancelled);
                return new SplitRefusal.LockNotFree();
            default:
                throw new System.Diagnostics.UnreachableException(outcome.GetType().Name);
        }
    }

    /// <summary>Waits until nothing undecided can still commit at or below a timestamp in a span. Null when so.</summary>
    public async ValueTask<SplitRefusal?> AwaitPendingAsync(LockSpan span, Timestamp at)
    {
        switch (Locks.AwaitPending(span, at))
        {
            case PendingReadOutcome.Clear:
                return null;
            case PendingReadOutcome.Waiting waiting:
                bool? cleared = await WaitAsync(waiting.Token);
                if (IsOver) return _replica.NotHere();
                if (cleared == true) return null;
                Locks.CancelPending(waiting.Token);
                return new SplitRefusal.Unavailable("an undecided transaction holds the rows", Ambiguous: false);
            default:
                return new SplitRefusal.Busy(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Releases every lock of a transaction and forgets it.</summary>
    public void Release(TransactionId transaction)
    {
        _activity.Remove(transaction);
        Perform(Locks.Release(transaction));
    }

    /// <summary>
    /// Makes a transaction unwoundable; it must hold what it needs. Reads of it that still wait for a lock were given
    /// up by their sender, or it would not commit: they end.
    /// </summary>
    public void MarkPrepared(TransactionId transaction, Timestamp at)
    {
        IReadOnlyList<WaitToken> given = Locks.CancelWaits(transaction, out LockEffects freed);
        foreach (WaitToken token in given) Tell(token, false);
        Perform(freed);
        bool marked = Locks.MarkPrepared(transaction, at, out LockEffects effects);
        Invariant.Require("S06", marked, "a transaction that commits holds its locks");
        Perform(effects);
    }

    /// <summary>Transactions not heard of for a keep-alive period, without a request in progress, oldest first.</summary>
    public List<TransactionId> Silent()
    {
        var silent = new List<TransactionId>();
        TimeProvider time = _services.Environment.Time;
        foreach ((TransactionId transaction, Activity activity) in _activity)
        {
            if (activity.InProgress == 0 && time.GetElapsedTime(activity.LastSeen) > _services.Limits.KeepAlive)
                silent.Add(transaction);
        }

        return silent;
    }

    /// <summary>
    /// Transactions that are not prepared and hold a lock at or beyond a key, oldest first. The split no longer has these
    /// keys: the locks mean nothing there, so the transactions must not commit here either.
    /// </summary>
    public List<TransactionId> UnpreparedBeyond(Key end)
    {
        var found = new List<TransactionId>();
        var owned = new List<LockSpan>();
        foreach (TransactionId transaction in _activity.Keys)
        {
            if (Locks.StandingOf(transaction) is not (LockStanding.Active or LockStanding.Wounded)) continue;
            owned.Clear();
            Locks.CollectOwned(transaction, LockMode.Exclusive, owned);
            Locks.CollectOwned(transaction, LockMode.Shared, owned);
            foreach (LockSpan span in owned)
            {
                if (span.ToKeySpan().End <= end) continue;
                found.Add(transaction);
                break;
            }
        }

        return found;
    }

    /// <summary>Ends: everybody who waits is told.</summary>
    public void End()
    {
        IsOver = true;
        foreach (TaskCompletionSource<bool?> wait in _waits.Values) wait.TrySetResult(false);
        _waits.Clear();
        Thaw();
    }

    private Timestamp Believed(Timestamp lease) =>
        _services.Limits.Planted == PlantedBug.OverlappingLeases && lease > Timestamp.Zero
            ? lease + _services.Limits.SupportDuration
            : lease;

    private async ValueTask<bool?> WaitAsync(WaitToken token)
    {
        TaskCompletionSource<bool?> wait = BoundedWait.Source<bool?>();
        _waits.Add(token, wait);
        bool? answer = await BoundedWait.ForAsync(
            wait, null, _services.Limits.RequestTimeout, _services.Environment.Time);
        if (answer is null) _waits.Remove(token);
        return answer;
    }

    private void Perform(LockEffects effects)
    {
        if (effects.IsEmpty) return;
        foreach (WaitToken granted in effects.Granted) Tell(granted, true);
        foreach (WaitToken cleared in effects.Cleared) Tell(cleared, true);
        foreach (WoundedTransaction wounded in effects.Wounded)
        {
            foreach (WaitToken cancelled in wounded.Cancelled) Tell(cancelled, false);
        }
    }

    private void Tell(WaitToken token, bool granted)
    {
        if (_waits.Remove(token, out TaskCompletionSource<bool?>? wait)) wait.TrySetResult(granted);
    }

    private static List<LockSpan> Spans(IReadOnlyList<KeySpan> spans)
    {
        var locks = new List<LockSpan>(spans.Count);
        foreach (KeySpan span in spans) locks.Add(LockSpan.Of(span));
        return locks;
    }

    /// <summary>Signs of life of one transaction.</summary>
    public sealed class Activity
    {
        /// <summary>Monotonic time of the last request.</summary>
        public long LastSeen { get; set; }

        /// <summary>Requests that are being served.</summary>
        public int InProgress { get; set; }
    }
}
