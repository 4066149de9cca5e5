using Lintel.Primitives.Keys;

namespace Lintel.Transactions.Reference;

/// <summary>A set of keys as disjoint, non-touching spans: what one transaction has locked in one strength.</summary>
internal sealed class KeySpanSet
{
    private readonly SortedSet<KeySpan> _spans = new(ByStart.Order);

    /// <summary>Adds every key of <paramref name="span"/>, merging what touches.</summary>
    public void Add(KeySpan span)
    {
        if (span.IsEmpty) return;
        while (FirstTouching(span) is { } other)
        {
            if (other.Contains(span)) return;
            _spans.Remove(other);
            span = new KeySpan(
                other.Start < span.Start ? other.Start : span.Start, other.End > span.End ? other.End : span.End);
        }

        _spans.Add(span);
    }

    /// <summary>Whether some key is in both.</summary>
    public bool Overlaps(KeySpan span) => !span.IsEmpty && LastStartingBefore(span.End) is { } last && last.Overlaps(span);

    /// <summary>Whether every key of <paramref name="span"/> is in the set.</summary>
    public bool Covers(KeySpan span) =>
        span.IsEmpty || (LastStartingBefore(span.Start.Next()) is { } last && last.Contains(span));

    private KeySpan? FirstTouching(KeySpan span) =>
        LastStartingBefore(span.End.Next()) is { } last && last.End >= span.Start ? last : null;

    private KeySpan? LastStartingBefore(Key end)
    {
        if (_spans.Count == 0) return null;
        SortedSet<KeySpan> view = _spans.GetViewBetween(new KeySpan(Key.Min, Key.Min), new KeySpan(end, end));
        foreach (KeySpan span in view.Reverse())
        {
            if (span.Start < end) return span;
        }

        return null;
    }

    private sealed class ByStart : IComparer<KeySpan>
    {
        public static readonly ByStart Order = new();

        public int Compare(KeySpan x, KeySpan y) => x.Start.CompareTo(y.Start);
    }
}
