using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Time;

namespace Lintel.Splits.Locks;

/// <summary>
/// Decides who may touch a key or a key span of one split. A pure state machine: every call changes the table at once
/// and reports, in <see cref="LockEffects"/>, whom else it touched. Used by one logical thread.
/// </summary>
/// <remarks>
/// <para>
/// A transaction's way: <see cref="Acquire"/> (granted, or waits behind older ones, after wounding the younger that
/// stand in its way), <see cref="MarkPrepared"/> before its prepare or commit record is proposed, and
/// <see cref="Release"/> at its end, whatever the end was.
/// </para>
/// <para>
/// Wound-wait (Rosenkrantz, Stearns and Lewis, 1978) keeps the waits-for graph acyclic: an edge points from a younger
/// to an older transaction, or to a prepared one, and a prepared transaction waits for nothing. The wounded loses its
/// locks here at once; that is safe because nothing of it takes effect before <see cref="MarkPrepared"/>, which
/// refuses it. Its host learns from the effects, it learns from its next request.
/// </para>
/// <para>
/// Queues are ordered by age, not arrival: a request waits also behind an older waiter that it conflicts with, so the
/// oldest transaction is never overtaken. There is no queue per key: a waiter looks at every overlapping cell, which
/// makes spans and points one mechanism and leaves no phantoms.
/// </para>
/// <para>
/// K01: owners of overlapping cells, one of them exclusive, are one transaction. K02: a prepared transaction is never
/// wounded. K03: whoever stands before a waiter (an owner or an earlier waiter) is older than it, or prepared.
/// K04: a prepared or wounded transaction waits for nothing. K05: an active transaction owns no more than its bound.
/// </para>
/// </remarks>
public sealed partial class LockTable(LockLimits limits)
{
    private readonly CellTree _points = new();
    private readonly CellTree _spans = new();
    private readonly Dictionary<TransactionId, LockHolder> _holders = [];
    private readonly Dictionary<WaitToken, LockWaiter> _waiters = [];
    private readonly LockEffectsBuilder _effects = new();

    // Scratch of one call; never live across calls.
    private readonly List<LockCell> _near = [];
    private readonly List<LockCell> _nearWaiter = [];
    private readonly List<LockHolder> _victims = [];
    private readonly List<LockSpan> _freed = [];
    private readonly List<LockWaiter> _candidates = [];
    private ulong _tokens;

    /// <summary>Spans and points that somebody owns or waits for.</summary>
    public int CellCount => _points.Count + _spans.Count;

    /// <summary>Requests that wait.</summary>
    public int WaiterCount => _waiters.Count;

    /// <summary>Transactions known: active, prepared, or wounded and not released yet.</summary>
    public int TransactionCount => _holders.Count;

    /// <summary>
    /// Asks for a lock. Asking again for what is held is granted at once; asking for exclusive where shared is held
    /// is an upgrade. A transaction may have several requests waiting.
    /// </summary>
    public LockOutcome Acquire(TransactionId transaction, in LockSpan span, LockMode mode, out LockEffects effects)
    {
        effects = LockEffects.None;
        if (span.IsEmpty) return LockOutcome.Granted.Instance;
        if (!_holders.TryGetValue(transaction, out LockHolder? holder))
        {
            if (_holders.Count >= limits.TransactionsMax) return new LockOutcome.Busy(LockBound.Transactions);
            holder = new LockHolder(transaction);
        }

        if (holder.Standing == LockStanding.Wounded) return new LockOutcome.Wounded(holder.WoundedBy);
        LockCell? exact = Look(span, _near);
        if (IsHeld(holder, span, mode, _near)) return LockOutcome.Granted.Instance;
        if (holder.Standing == LockStanding.Prepared) return LockOutcome.Prepared.Instance;

        bool blocked = FindRivals(holder, mode, _near, _victims);
        if (blocked && _waiters.Count >= limits.WaitersMax) return new LockOutcome.Busy(LockBound.Waiters);
        LockSpan wanted = span;
        int promised = holder.Cells.Count + (holder.Waiting?.Count ?? 0);
        if (promised >= limits.LocksPerTransactionMax && exact?.ModeOf(holder) is null)
        {
            if (blocked || _victims.Count > 0 || !TryEscalate(holder, ref wanted, mode))
                return new LockOutcome.Busy(LockBound.LocksOfTransaction);
            exact = null;
        }

        _holders.TryAdd(transaction, holder);
        LockOutcome outcome = blocked ? Wait(holder, wanted, mode, exact) : Grant(holder, wanted, mode, exact);
        foreach (LockHolder victim in _victims) Wound(victim, transaction);
        GrantFreed();
        CheckAll();
        effects = _effects.Take();
        return outcome;
    }

    /// <summary>
    /// Makes a transaction unwoundable, because its prepare or commit record is about to be proposed. Called again
    /// with a later timestamp once its commit timestamp is known, which clears snapshot reads below that.
    /// </summary>
    /// <param name="transaction">An active transaction without waiting requests, or a prepared one.</param>
    /// <param name="preparedAt">No commit of the transaction will be below this. Never lowered.</param>
    /// <param name="effects">Snapshot reads that no longer wait.</param>
    /// <returns>
    /// False when the transaction was wounded or is unknown here (for example because its locks belonged to an earlier
    /// leadership): it must not be prepared.
    /// </returns>
    public bool MarkPrepared(TransactionId transaction, Timestamp preparedAt, out LockEffects effects)
    {
        effects = LockEffects.None;
        if (!_holders.TryGetValue(transaction, out LockHolder? holder)) return false;
        if (holder.Standing == LockStanding.Wounded) return false;
        Invariant.Require("K04", holder.Waiting is null, "a prepared transaction waits for no lock");
        holder.Standing = LockStanding.Prepared;
        holder.PreparedAt = Timestamp.Later(holder.PreparedAt, preparedAt);
        ClearReadersBelow(holder, holder.PreparedAt);
        effects = _effects.Take();
        return true;
    }

    /// <summary>
    /// Takes over a transaction that was prepared under an earlier leadership: owns <paramref name="writes"/>
    /// exclusively and <paramref name="reads"/> shared, at once. To be called for every prepared transaction before the
    /// first <see cref="Acquire"/>.
    /// </summary>
    public void Restore(
        TransactionId transaction, Timestamp preparedAt, IReadOnlyList<LockSpan> writes, IReadOnlyList<LockSpan> reads)
    {
        Invariant.Require("K02", _waiters.Count == 0, "prepared transactions are restored before anybody waits");
        if (!_holders.TryGetValue(transaction, out LockHolder? holder))
            _holders.Add(transaction, holder = new LockHolder(transaction));
        foreach (LockSpan span in writes)
            if (!span.IsEmpty) Grant(holder, span, LockMode.Exclusive, exact: null);
        foreach (LockSpan span in reads)
            if (!span.IsEmpty) Grant(holder, span, LockMode.Shared, exact: null);
        holder.Standing = LockStanding.Prepared;
        holder.PreparedAt = Timestamp.Later(holder.PreparedAt, preparedAt);
        CheckAll();
    }

    /// <summary>
    /// Forgets a transaction: its locks go, its waiting requests are dropped, whoever waited for it moves up. Releasing
    /// an unknown transaction does nothing.
    /// </summary>
    public LockEffects Release(TransactionId transaction)
    {
        if (!_holders.Remove(transaction, out LockHolder? holder)) return LockEffects.None;
        Strip(holder);
        ClearReadersBelow(holder, Timestamp.Max);
        GrantFreed();
        CheckAll();
        return _effects.Take();
    }

    /// <summary>
    /// Takes back one waiting request, for example because its client has gone. Locks already held stay. False when
    /// the token does not wait (any more).
    /// </summary>
    public bool CancelWait(WaitToken token, out LockEffects effects)
    {
        effects = LockEffects.None;
        if (!_waiters.TryGetValue(token, out LockWaiter? waiter)) return false;
        Unwait(waiter);
        _freed.Add(waiter.Cell.Span);
        GrantFreed();
        effects = _effects.Take();
        return true;
    }

    /// <summary>Takes back every waiting request of a transaction, and says which they were. Locks already held stay.</summary>
    public IReadOnlyList<WaitToken> CancelWaits(TransactionId transaction, out LockEffects effects)
    {
        effects = LockEffects.None;
        if (!_holders.TryGetValue(transaction, out LockHolder? holder) || holder.Waiting is not { } waiting) return [];
        var cancelled = new List<WaitToken>(waiting.Count);
        foreach (LockWaiter waiter in waiting.ToArray())
        {
            cancelled.Add(waiter.Token);
            Unwait(waiter);
            _freed.Add(waiter.Cell.Span);
        }

        GrantFreed();
        effects = _effects.Take();
        return cancelled;
    }

    /// <summary>What the table knows of a transaction.</summary>
    public LockStanding StandingOf(TransactionId transaction) =>
        _holders.TryGetValue(transaction, out LockHolder? holder) ? holder.Standing : LockStanding.Unknown;

    /// <summary>How many points and spans a transaction owns.</summary>
    public int LocksHeldBy(TransactionId transaction) =>
        _holders.TryGetValue(transaction, out LockHolder? holder) ? holder.Cells.Count : 0;

    /// <summary>Adds what a transaction owns in exactly this mode to <paramref name="into"/>, in the order it was granted.</summary>
    public void CollectOwned(TransactionId transaction, LockMode mode, List<LockSpan> into)
    {
        if (!_holders.TryGetValue(transaction, out LockHolder? holder)) return;
        foreach (LockCell cell in holder.Cells)
            if (cell.ModeOf(holder) == mode) into.Add(cell.Span);
    }

    /// <summary>Whether one lock of the transaction covers <paramref name="span"/> in at least this mode.</summary>
    public bool Holds(TransactionId transaction, in LockSpan span, LockMode mode)
    {
        if (!_holders.TryGetValue(transaction, out LockHolder? holder)) return false;
        Look(span, _near);
        return IsHeld(holder, span, mode, _near);
    }

    private static bool Conflicts(LockMode a, LockMode b) => a == LockMode.Exclusive || b == LockMode.Exclusive;

    // Fills `into` with the cells that overlap a span, in order of trees; returns the cell of exactly that span.
    private LockCell? Look(in LockSpan span, List<LockCell> into)
    {
        into.Clear();
        LockCell? exact = null;
        if (!span.IsPoint) _points.CollectOverlapping(span, into);
        else if ((exact = _points.Find(span)) is not null) into.Add(exact);
        if (_spans.Count == 0) return exact;
        _spans.CollectOverlapping(span, into);
        return span.IsPoint ? exact : _spans.Find(span);
    }

    private static bool IsHeld(LockHolder holder, in LockSpan span, LockMode mode, List<LockCell> near)
    {
        foreach (LockCell cell in near)
            if (cell.ModeOf(holder) is { } held && held >= mode && cell.Span.Contains(span)) return true;
        return false;
    }

    // Sorts those in the way: younger active owners are victims; older or prepared owners and older waiters block.
    private static bool FindRivals(LockHolder holder, LockMode mode, List<LockCell> near, List<LockHolder> victims)
    {
        victims.Clear();
        bool blocked = false;
        foreach (LockCell cell in near)
        {
            for (int i = 0; i < cell.OwnerCount; i++)
            {
                LockOwner owner = cell.Owner(i);
                if (ReferenceEquals(owner.Holder, holder) || !Conflicts(mode, owner.Mode)) continue;
                if (owner.Holder!.Standing == LockStanding.Prepared || owner.Holder.Transaction.IsOlderThan(holder.Transaction))
                    blocked = true;
                else if (!victims.Contains(owner.Holder)) victims.Add(owner.Holder);
            }

            blocked |= IsBehindOlder(holder, mode, cell);
        }

        return blocked;
    }

    private static bool IsBehindOlder(LockHolder holder, LockMode mode, LockCell cell)
    {
        if (cell.Waiters is null) return false;
        foreach (LockWaiter waiter in cell.Waiters)
        {
            if (!waiter.Holder.Transaction.IsOlderThan(holder.Transaction)) return false;
            if (Conflicts(mode, waiter.Mode)) return true;
        }

        return false;
    }

    private LockOutcome.Granted Grant(LockHolder holder, in LockSpan span, LockMode mode, LockCell? exact)
    {
        LockCell cell = exact ?? TreeOf(span).FindOrAdd(span);
        if (cell.Own(holder, mode)) holder.Cells.Add(cell);
        return LockOutcome.Granted.Instance;
    }

    private LockOutcome.Waiting Wait(LockHolder holder, in LockSpan span, LockMode mode, LockCell? exact)
    {
        LockCell cell = exact ?? TreeOf(span).FindOrAdd(span);
        var waiter = new LockWaiter(new WaitToken(++_tokens), holder, cell, mode);
        cell.Enqueue(waiter);
        (holder.Waiting ??= []).Add(waiter);
        _waiters.Add(waiter.Token, waiter);
        return new LockOutcome.Waiting(waiter.Token);
    }

    private void Wound(LockHolder victim, TransactionId by)
    {
        Invariant.Require("K02", victim.Standing == LockStanding.Active);
        Invariant.Require("K03", by.IsOlderThan(victim.Transaction), "only an older transaction wounds");
        _effects.Wounded(victim, by);
        Strip(victim);
        victim.Standing = LockStanding.Wounded;
        victim.WoundedBy = by;
    }

    // Takes everything from a holder and notes what became free.
    private void Strip(LockHolder holder)
    {
        while (holder.Waiting is { } waiting)
        {
            _freed.Add(waiting[^1].Cell.Span);
            Unwait(waiting[^1]);
        }

        foreach (LockCell cell in holder.Cells)
        {
            cell.Disown(holder);
            _freed.Add(cell.Span);
            DropIdle(cell);
        }

        holder.Cells.Clear();
    }

    private void Unwait(LockWaiter waiter)
    {
        _waiters.Remove(waiter.Token);
        waiter.Cell.Dequeue(waiter);
        waiter.Holder.Waiting!.Remove(waiter);
        if (waiter.Holder.Waiting.Count == 0) waiter.Holder.Waiting = null;
        DropIdle(waiter.Cell);
    }

    private void DropIdle(LockCell cell)
    {
        if (cell.IsIdle) TreeOf(cell.Span).Remove(cell);
    }

    // Every waiter that overlaps something freed is looked at once, oldest first. A grant never unblocks another
    // waiter (it only turns a waiter in front into an owner in front), so one pass suffices.
    private void GrantFreed()
    {
        if (_waiters.Count > 0)
        {
            CollectCandidates();
            foreach (LockWaiter waiter in _candidates)
            {
                Look(waiter.Cell.Span, _nearWaiter);
                if (IsBlocked(waiter)) continue;
                LockCell cell = waiter.Cell;
                if (cell.Own(waiter.Holder, waiter.Mode)) waiter.Holder.Cells.Add(cell);
                Unwait(waiter);
                _effects.Granted(waiter.Token);
            }
        }

        _freed.Clear();
    }

    private void CollectCandidates()
    {
        _candidates.Clear();
        foreach (LockSpan span in _freed)
        {
            Look(span, _nearWaiter);
            foreach (LockCell cell in _nearWaiter)
                if (cell.Waiters is { } waiters) _candidates.AddRange(waiters);
        }

        _candidates.Sort(LockWaiter.ByAge);
        int kept = 0;
        for (int i = 0; i < _candidates.Count; i++)
            if (i == 0 || !ReferenceEquals(_candidates[i], _candidates[i - 1])) _candidates[kept++] = _candidates[i];
        _candidates.RemoveRange(kept, _candidates.Count - kept);
    }

    private bool IsBlocked(LockWaiter waiter)
    {
        foreach (LockCell cell in _nearWaiter)
        {
            for (int i = 0; i < cell.OwnerCount; i++)
            {
                LockOwner owner = cell.Owner(i);
                if (!ReferenceEquals(owner.Holder, waiter.Holder) && Conflicts(waiter.Mode, owner.Mode)) return true;
            }

            if (IsBehindOlder(waiter.Holder, waiter.Mode, cell)) return true;
        }

        return false;
    }

    private CellTree TreeOf(in LockSpan span) => span.IsPoint ? _points : _spans;
}
