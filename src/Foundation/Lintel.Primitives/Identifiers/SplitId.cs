namespace Lintel.Primitives.Identifiers;

/// <summary>Names one split: a key span owned by one Raft group. Never reused. Zero is "no split".</summary>
public readonly record struct SplitId(ulong Value) : IComparable<SplitId>
{
    /// <summary>The split that holds the meta ranges and the system database. Every cluster starts with it alone.</summary>
    public static SplitId System => new(1);

    /// <summary>Whether this names a split at all.</summary>
    public bool IsNone => Value == 0;

    /// <inheritdoc/>
    public int CompareTo(SplitId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => IsNone ? "none" : $"s{Value}";
}
