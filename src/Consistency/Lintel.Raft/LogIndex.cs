namespace Lintel.Raft;

/// <summary>
/// The position of an entry in a group's log. The first entry has index 1; zero is the empty log, before every entry.
/// </summary>
public readonly record struct LogIndex(ulong Value) : IComparable<LogIndex>
{
    /// <summary>Before the first entry.</summary>
    public static LogIndex Zero => default;

    /// <summary>The next position.</summary>
    public LogIndex Next() => new(Value + 1);

    /// <summary>The previous position; zero stays zero.</summary>
    public LogIndex Previous() => new(Value == 0 ? 0 : Value - 1);

    /// <summary>The smaller position.</summary>
    public static LogIndex Min(LogIndex a, LogIndex b) => a.Value <= b.Value ? a : b;

    /// <summary>The larger position.</summary>
    public static LogIndex Max(LogIndex a, LogIndex b) => a.Value >= b.Value ? a : b;

    /// <inheritdoc/>
    public int CompareTo(LogIndex other) => Value.CompareTo(other.Value);

    /// <summary>The position <paramref name="count"/> entries further on.</summary>
    public static LogIndex operator +(LogIndex at, ulong count) => new(at.Value + count);

    /// <summary>How many entries lie between two positions; <paramref name="a"/> must not be the smaller one.</summary>
    public static ulong operator -(LogIndex a, LogIndex b) => checked(a.Value - b.Value);

    /// <summary>Whether <paramref name="a"/> comes first.</summary>
    public static bool operator <(LogIndex a, LogIndex b) => a.Value < b.Value;

    /// <summary>Whether <paramref name="a"/> comes last.</summary>
    public static bool operator >(LogIndex a, LogIndex b) => a.Value > b.Value;

    /// <summary>Whether <paramref name="a"/> does not come after.</summary>
    public static bool operator <=(LogIndex a, LogIndex b) => a.Value <= b.Value;

    /// <summary>Whether <paramref name="a"/> does not come before.</summary>
    public static bool operator >=(LogIndex a, LogIndex b) => a.Value >= b.Value;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
