namespace Lintel.Primitives.Keys;

/// <summary>The keys k with <see cref="Start"/> ≤ k &lt; <see cref="End"/>. Empty when Start ≥ End.</summary>
public readonly record struct KeySpan(Key Start, Key End)
{
    /// <summary>The whole key space.</summary>
    public static KeySpan All => new(Key.Min, Key.Max);

    /// <summary>Exactly one key.</summary>
    public static KeySpan Of(Key key) => new(key, key.Next());

    /// <summary>All keys that begin with <paramref name="prefix"/>.</summary>
    public static KeySpan Prefix(Key prefix) => new(prefix, prefix.PrefixEnd());

    /// <summary>Whether no key lies in the span.</summary>
    public bool IsEmpty => Start >= End;

    /// <summary>Whether <paramref name="key"/> lies in the span.</summary>
    public bool Contains(Key key) => Start <= key && key < End;

    /// <summary>Whether every key of <paramref name="other"/> lies in this span.</summary>
    public bool Contains(KeySpan other) => other.IsEmpty || (Start <= other.Start && other.End <= End);

    /// <summary>Whether some key lies in both spans.</summary>
    public bool Overlaps(KeySpan other) => !IsEmpty && !other.IsEmpty && Start < other.End && other.Start < End;

    /// <summary>The keys in both spans; empty when they do not overlap.</summary>
    public KeySpan Intersect(KeySpan other) =>
        new(Start >= other.Start ? Start : other.Start, End <= other.End ? End : other.End);

    /// <inheritdoc/>
    public override string ToString() => $"[{Start}, {End})";
}
