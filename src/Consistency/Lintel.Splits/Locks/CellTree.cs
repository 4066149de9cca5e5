namespace Lintel.Splits.Locks;

/// <summary>
/// Cells ordered by span, with interval queries: a treap (Seidel and Aragon, 1996) whose nodes also know which cell of
/// their subtree ends last (the augmented tree of Cormen et al., "Interval trees"). A lookup, an insertion and a removal take
/// O(log n) comparisons; an overlap query O(log n + found). Priorities come from a counter through a mixer, so equal
/// histories give equal trees.
/// </summary>
internal sealed class CellTree
{
    private LockCell? _root;
    private ulong _created;

    public int Count { get; private set; }

    public LockCell? Find(in LockSpan span)
    {
        LockCell? at = _root;
        while (at is not null)
        {
            int order = LockSpan.Compare(span, at.Span);
            if (order == 0) return at;
            at = order < 0 ? at.Left : at.Right;
        }

        return null;
    }

    /// <summary>The cell of a span, created when there is none.</summary>
    public LockCell FindOrAdd(in LockSpan span)
    {
        if (Find(span) is { } found) return found;
        var cell = new LockCell(span, NextPriority());
        cell.Furthest = cell;
        _root = Insert(_root, cell);
        Count++;
        return cell;
    }

    public void Remove(LockCell cell)
    {
        _root = Remove(_root, cell);
        Count--;
    }

    /// <summary>Adds every cell that overlaps <paramref name="span"/> to <paramref name="into"/>, in order.</summary>
    public void CollectOverlapping(in LockSpan span, List<LockCell> into) => Collect(_root, span, into);

    private static void Collect(LockCell? at, in LockSpan span, List<LockCell> into)
    {
        // A subtree whose last end is not above the start of the query has nothing to offer.
        while (at is not null && span.StartsBeforeEndOf(at.Furthest!.Span))
        {
            Collect(at.Left, span, into);
            if (!at.Span.StartsBeforeEndOf(span)) return;
            if (at.Span.Overlaps(span)) into.Add(at);
            at = at.Right;
        }
    }

    private static LockCell Insert(LockCell? at, LockCell cell)
    {
        if (at is null) return cell;
        if (LockSpan.Compare(cell.Span, at.Span) < 0)
        {
            at.Left = Insert(at.Left, cell);
            if (at.Left.Priority > at.Priority) return RotateRight(at);
        }
        else
        {
            at.Right = Insert(at.Right, cell);
            if (at.Right.Priority > at.Priority) return RotateLeft(at);
        }

        Refresh(at);
        return at;
    }

    private static LockCell? Remove(LockCell? at, LockCell cell)
    {
        if (at is null) return null;
        if (ReferenceEquals(at, cell)) return Join(at.Left, at.Right);
        if (LockSpan.Compare(cell.Span, at.Span) < 0) at.Left = Remove(at.Left, cell);
        else at.Right = Remove(at.Right, cell);
        Refresh(at);
        return at;
    }

    private static LockCell? Join(LockCell? left, LockCell? right)
    {
        if (left is null) return right;
        if (right is null) return left;
        if (left.Priority > right.Priority)
        {
            left.Right = Join(left.Right, right);
            Refresh(left);
            return left;
        }

        right.Left = Join(left, right.Left);
        Refresh(right);
        return right;
    }

    private static LockCell RotateRight(LockCell at)
    {
        LockCell up = at.Left!;
        at.Left = up.Right;
        up.Right = at;
        Refresh(at);
        Refresh(up);
        return up;
    }

    private static LockCell RotateLeft(LockCell at)
    {
        LockCell up = at.Right!;
        at.Right = up.Left;
        up.Left = at;
        Refresh(at);
        Refresh(up);
        return up;
    }

    private static void Refresh(LockCell at)
    {
        LockCell furthest = at;
        if (at.Left is { } left && LockSpan.CompareEnds(left.Furthest!.Span, furthest.Span) > 0) furthest = left.Furthest!;
        if (at.Right is { } right && LockSpan.CompareEnds(right.Furthest!.Span, furthest.Span) > 0) furthest = right.Furthest!;
        at.Furthest = furthest;
    }

    private uint NextPriority()
    {
        ulong z = ++_created * 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        return (uint)((z ^ (z >> 27)) >> 16);
    }
}
