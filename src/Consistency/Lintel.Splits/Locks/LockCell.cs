namespace Lintel.Splits.Locks;

/// <summary>
/// The owners and waiters of one exact span: a node of a <see cref="CellTree"/>. The first owner is kept inline, since
/// most cells have one.
/// </summary>
internal sealed class LockCell(LockSpan span, uint priority)
{
    private LockOwner _first;
    private List<LockOwner>? _rest;

    public LockSpan Span { get; } = span;

    // Tree links. Priority makes a heap of the tree (treap); Furthest is the cell of the subtree that ends last.
    public uint Priority { get; } = priority;

    public LockCell? Left { get; set; }

    public LockCell? Right { get; set; }

    public LockCell? Furthest { get; set; }

    /// <summary>Waiting requests, oldest transaction first; null while there are none.</summary>
    public List<LockWaiter>? Waiters { get; private set; }

    public int OwnerCount => _first.Holder is null ? 0 : 1 + (_rest?.Count ?? 0);

    public bool IsIdle => _first.Holder is null && Waiters is null;

    public LockOwner Owner(int i) => i == 0 ? _first : _rest![i - 1];

    /// <summary>The mode in which <paramref name="holder"/> owns this cell, or null.</summary>
    public LockMode? ModeOf(LockHolder holder)
    {
        int at = IndexOf(holder);
        return at < 0 ? null : Owner(at).Mode;
    }

    /// <summary>Adds an owner or raises its mode. True when it is a new owner.</summary>
    public bool Own(LockHolder holder, LockMode mode)
    {
        int at = IndexOf(holder);
        if (at >= 0)
        {
            if (mode > Owner(at).Mode) Replace(at, new LockOwner(holder, mode));
            return false;
        }

        if (_first.Holder is null) _first = new LockOwner(holder, mode);
        else (_rest ??= []).Add(new LockOwner(holder, mode));
        return true;
    }

    public void Disown(LockHolder holder)
    {
        int at = IndexOf(holder);
        if (at < 0) return;
        if (_rest is not { Count: > 0 })
        {
            _first = default;
            return;
        }

        if (at > 0) _rest.RemoveAt(at - 1);
        else
        {
            _first = _rest[^1];
            _rest.RemoveAt(_rest.Count - 1);
        }
    }

    public void Enqueue(LockWaiter waiter)
    {
        Waiters ??= [];
        int at = Waiters.Count;
        while (at > 0 && LockWaiter.ByAge(waiter, Waiters[at - 1]) < 0) at--;
        Waiters.Insert(at, waiter);
    }

    public void Dequeue(LockWaiter waiter)
    {
        Waiters!.Remove(waiter);
        if (Waiters.Count == 0) Waiters = null;
    }

    private void Replace(int at, LockOwner owner)
    {
        if (at == 0) _first = owner;
        else _rest![at - 1] = owner;
    }

    private int IndexOf(LockHolder holder)
    {
        if (ReferenceEquals(_first.Holder, holder)) return 0;
        if (_rest is null) return -1;
        for (int i = 0; i < _rest.Count; i++)
            if (ReferenceEquals(_rest[i].Holder, holder)) return i + 1;
        return -1;
    }
}

/// <summary>One transaction's hold on one cell.</summary>
internal readonly record struct LockOwner(LockHolder? Holder, LockMode Mode);

/// <summary>One request that waits. Ordered by the age of its transaction, then by arrival.</summary>
internal sealed class LockWaiter(WaitToken token, LockHolder holder, LockCell cell, LockMode mode)
{
    public WaitToken Token { get; } = token;

    public LockHolder Holder { get; } = holder;

    public LockCell Cell { get; } = cell;

    public LockMode Mode { get; } = mode;

    public static int ByAge(LockWaiter a, LockWaiter b)
    {
        int byAge = a.Holder.Transaction.CompareTo(b.Holder.Transaction);
        return byAge != 0 ? byAge : a.Token.Value.CompareTo(b.Token.Value);
    }
}
