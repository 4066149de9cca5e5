namespace Lintel.Raft;

/// <summary>
/// Raft's logical clock: each term has at most one leader. Zero is before the first election.
/// </summary>
public readonly record struct Term(ulong Value) : IComparable<Term>
{
    /// <summary>Before the first election.</summary>
    public static Term Zero => default;

    /// <summary>The following term.</summary>
    public Term Next() => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(Term other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="a"/> is earlier.</summary>
    public static bool operator <(Term a, Term b) => a.Value < b.Value;

    /// <summary>Whether <paramref name="a"/> is later.</summary>
    public static bool operator >(Term a, Term b) => a.Value > b.Value;

    /// <summary>Whether <paramref name="a"/> is not later.</summary>
    public static bool operator <=(Term a, Term b) => a.Value <= b.Value;

    /// <summary>Whether <paramref name="a"/> is not earlier.</summary>
    public static bool operator >=(Term a, Term b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
