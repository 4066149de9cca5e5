using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Reference;

/// <summary>
/// Strict two-phase locks on points and spans, with wound-wait: a requester wounds every younger holder in its way and
/// waits behind every older one, holder or waiter. Waits point from younger to older only, so there is no deadlock; an
/// older waiter is asked first, so there is no starvation. Everything here runs under the source's gate.
/// </summary>
internal sealed class MemoryLockTable
{
    private readonly SortedDictionary<TransactionId, LockSession> _sessions = [];

    /// <summary>Number of transactions that are neither finished nor wounded.</summary>
    public int Count => _sessions.Count;

    /// <summary>Admits a transaction.</summary>
    public void Add(LockSession session) => _sessions.Add(session.Id, session);

    /// <summary>Locks a span; when not granted at once, <paramref name="wait"/> ends with the grant or the wound.</summary>
    public bool TryAcquire(LockSession session, KeySpan span, LockStrength strength, out Task wait)
    {
        wait = Task.CompletedTask;
        bool granted = TryGrant(session, span, strength, out bool wounded);
        if (!granted)
        {
            session.Waiting = new LockWait(span, strength);
            wait = session.Waiting.Ended.Task;
        }

        if (wounded) GrantWaiters();
        return granted;
    }

    /// <summary>Takes a request back, if it still waits: the wait ends as cancelled.</summary>
    public void Withdraw(LockSession session, Task wait, CancellationToken cancellation)
    {
        if (session.Waiting is not { } waiting || waiting.Ended.Task != wait) return;
        session.Waiting = null;
        waiting.Ended.SetCanceled(cancellation);
        GrantWaiters();
    }

    /// <summary>Ends a transaction: its locks are free, its waiting request is refused.</summary>
    public void Remove(LockSession session)
    {
        if (!_sessions.Remove(session.Id)) return;
        Refuse(session);
        GrantWaiters();
    }

    /// <summary>The admitted transaction of that id, or null.</summary>
    public LockSession? Find(TransactionId id) => _sessions.GetValueOrDefault(id);

    private bool TryGrant(LockSession session, KeySpan span, LockStrength strength, out bool wounded)
    {
        wounded = false;
        if (session.Holds(span, strength)) return true;
        bool blocked = false;
        List<LockSession>? victims = null;
        foreach (LockSession other in _sessions.Values)
        {
            if (other == session) continue;
            bool older = other.Id.IsOlderThan(session.Id);
            if (other.HoldsAgainst(span, strength))
            {
                if (older) blocked = true;
                else (victims ??= []).Add(other);
            }
            else if (older && other.Waiting is { } wait && wait.ConflictsWith(span, strength))
            {
                blocked = true;
            }
        }

        foreach (LockSession victim in victims ?? [])
        {
            wounded = true;
            _sessions.Remove(victim.Id);
            victim.Wound();
            Refuse(victim);
        }

        if (!blocked) session.Grant(span, strength);
        return !blocked;
    }

    // Oldest first. A grant may wound younger ones, which frees locks: start over until nothing changes.
    private void GrantWaiters()
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (LockSession session in _sessions.Values)
            {
                if (session.Waiting is not { } wait) continue;
                bool granted = TryGrant(session, wait.Span, wait.Strength, out bool wounded);
                if (!granted && !wounded) continue;
                changed = true;
                if (!granted) break;
                session.Waiting = null;
                wait.Ended.SetResult();
                break;
            }
        }
    }

    private static void Refuse(LockSession session)
    {
        LockWait? wait = session.Waiting;
        session.Waiting = null;
        wait?.Ended.SetException(MemoryTransaction.Wounded(session.Id));
    }
}

/// <summary>A request that waits.</summary>
internal sealed record LockWait(KeySpan Span, LockStrength Strength)
{
    /// <summary>Completes with the grant, fails with the wound. Continuations run outside the gate.</summary>
    public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether both cannot be granted to different transactions.</summary>
    public bool ConflictsWith(KeySpan span, LockStrength strength) =>
        (Strength == LockStrength.Exclusive || strength == LockStrength.Exclusive) && Span.Overlaps(span);
}

/// <summary>The locks of one transaction.</summary>
internal sealed class LockSession(TransactionId id, Action onWounded)
{
    private readonly KeySpanSet _shared = new();
    private readonly KeySpanSet _exclusive = new();

    /// <summary>Identity and age.</summary>
    public TransactionId Id => id;

    /// <summary>The one request that waits, if any.</summary>
    public LockWait? Waiting { get; set; }

    /// <summary>Whether a lock at least this strong is held on all of the span.</summary>
    public bool Holds(KeySpan span, LockStrength strength) =>
        _exclusive.Covers(span) || (strength == LockStrength.Shared && _shared.Covers(span));

    /// <summary>Whether a lock held here excludes the request of another transaction.</summary>
    public bool HoldsAgainst(KeySpan span, LockStrength strength) =>
        _exclusive.Overlaps(span) || (strength == LockStrength.Exclusive && _shared.Overlaps(span));

    /// <summary>Adds a lock.</summary>
    public void Grant(KeySpan span, LockStrength strength) =>
        (strength == LockStrength.Exclusive ? _exclusive : _shared).Add(span);

    /// <summary>Tells the transaction that it lost.</summary>
    public void Wound() => onWounded();
}
