using Lintel.Primitives.Keys;

namespace Lintel.Splits.Locks;

/// <summary>
/// What a lock covers: one key or a key span. A point keeps only its key, so that locking a row does not have to build
/// the key's successor.
/// </summary>
public readonly struct LockSpan : IEquatable<LockSpan>
{
    private readonly Key _end;

    private LockSpan(Key start, Key end, bool isPoint)
    {
        Start = start;
        _end = end;
        IsPoint = isPoint;
    }

    /// <summary>The first key covered.</summary>
    public Key Start { get; }

    /// <summary>Whether exactly one key is covered.</summary>
    public bool IsPoint { get; }

    /// <summary>Covers one key.</summary>
    public static LockSpan Of(Key key) => new(key, default, isPoint: true);

    /// <summary>Covers a span; a span of exactly one key becomes a point.</summary>
    public static LockSpan Of(KeySpan span)
    {
        bool one = span.End.Length == span.Start.Length + 1
            && span.End.Span[^1] == 0
            && span.End.StartsWith(span.Start);
        return one ? Of(span.Start) : new LockSpan(span.Start, span.End, isPoint: false);
    }

    /// <summary>The same keys as a <see cref="KeySpan"/>. Builds the successor of a point.</summary>
    public KeySpan ToKeySpan() => IsPoint ? KeySpan.Of(Start) : new KeySpan(Start, _end);

    /// <summary>Whether no key is covered.</summary>
    public bool IsEmpty => !IsPoint && Start >= _end;

    /// <summary>Whether some key is covered by both. Empty spans overlap nothing.</summary>
    public bool Overlaps(in LockSpan other) =>
        !IsEmpty && !other.IsEmpty && other.StartsBeforeEndOf(this) && StartsBeforeEndOf(other);

    /// <summary>Whether everything that <paramref name="other"/> covers is covered.</summary>
    public bool Contains(in LockSpan other) => Start <= other.Start && CompareEnds(other, this) <= 0;

    /// <summary>Whether the first key of this span lies below the end of <paramref name="other"/>.</summary>
    internal bool StartsBeforeEndOf(in LockSpan other) => other.IsPoint ? Start <= other.Start : Start < other._end;

    /// <summary>Orders by start, then by end.</summary>
    internal static int Compare(in LockSpan a, in LockSpan b)
    {
        int byStart = a.Start.CompareTo(b.Start);
        return byStart != 0 ? byStart : CompareEnds(a, b);
    }

    /// <summary>Orders by exclusive end: a point ends right after its key.</summary>
    internal static int CompareEnds(in LockSpan a, in LockSpan b)
    {
        if (a.IsPoint && b.IsPoint) return a.Start.CompareTo(b.Start);
        if (a.IsPoint) return ComparePointEnd(a.Start, b._end);
        if (b.IsPoint) return -ComparePointEnd(b.Start, a._end);
        return a._end.CompareTo(b._end);
    }

    /// <summary>The smallest span that covers both.</summary>
    internal static LockSpan Hull(in LockSpan a, in LockSpan b)
    {
        KeySpan x = a.ToKeySpan();
        KeySpan y = b.ToKeySpan();
        return Of(new KeySpan(x.Start <= y.Start ? x.Start : y.Start, x.End >= y.End ? x.End : y.End));
    }

    // Compares the successor of a key with an end, without building the successor.
    private static int ComparePointEnd(Key point, Key end)
    {
        if (point >= end) return 1;
        bool isSuccessor = end.Length == point.Length + 1 && end.Span[^1] == 0 && end.StartsWith(point);
        return isSuccessor ? 0 : -1;
    }

    /// <inheritdoc/>
    public bool Equals(LockSpan other) => Compare(this, other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LockSpan other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Start.GetHashCode();

    /// <summary>Whether both cover the same keys.</summary>
    public static bool operator ==(LockSpan a, LockSpan b) => a.Equals(b);

    /// <summary>Whether they cover different keys.</summary>
    public static bool operator !=(LockSpan a, LockSpan b) => !a.Equals(b);

    /// <inheritdoc/>
    public override string ToString() => IsPoint ? Start.ToString() : $"[{Start}, {_end})";
}
