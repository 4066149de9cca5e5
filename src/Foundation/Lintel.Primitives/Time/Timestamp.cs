namespace Lintel.Primitives.Time;

/// <summary>
/// A point in the cluster's time: nanoseconds since the Unix epoch, in 64 bits. Commit timestamps, read timestamps and
/// TrueTime bounds are all of this type; durations are <see cref="TimeSpan"/>.
/// </summary>
public readonly record struct Timestamp(long Nanoseconds) : IComparable<Timestamp>
{
    /// <summary>Before everything. No version carries it.</summary>
    public static Timestamp Zero => default;

    /// <summary>After everything.</summary>
    public static Timestamp Max => new(long.MaxValue);

    /// <summary>The next representable instant.</summary>
    public Timestamp Next() => new(checked(Nanoseconds + 1));

    /// <summary>The previous representable instant.</summary>
    public Timestamp Previous() => new(checked(Nanoseconds - 1));

    /// <summary>The later of two instants.</summary>
    public static Timestamp Later(Timestamp a, Timestamp b) => a.Nanoseconds >= b.Nanoseconds ? a : b;

    /// <summary>The earlier of two instants.</summary>
    public static Timestamp Earlier(Timestamp a, Timestamp b) => a.Nanoseconds <= b.Nanoseconds ? a : b;

    /// <summary>Converts a UTC instant. Precision is 100 ns, the tick of <see cref="DateTimeOffset"/>.</summary>
    public static Timestamp From(DateTimeOffset instant) => new((instant.UtcTicks - DateTime.UnixEpoch.Ticks) * 100);

    /// <summary>Converts to a UTC instant, truncated to 100 ns.</summary>
    public DateTimeOffset ToDateTimeOffset() => new(DateTime.UnixEpoch.Ticks + (Nanoseconds / 100), TimeSpan.Zero);

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Moves an instant by a duration; saturates at <see cref="Max"/>.</summary>
    public static Timestamp operator +(Timestamp at, TimeSpan by)
    {
        long delta = by.Ticks * 100;
        return at.Nanoseconds > 0 && delta > long.MaxValue - at.Nanoseconds ? Max : new(at.Nanoseconds + delta);
    }

    /// <summary>Moves an instant back by a duration.</summary>
    public static Timestamp operator -(Timestamp at, TimeSpan by) => new(at.Nanoseconds - (by.Ticks * 100));

    /// <summary>The duration between two instants, truncated to 100 ns.</summary>
    public static TimeSpan operator -(Timestamp a, Timestamp b) => new((a.Nanoseconds - b.Nanoseconds) / 100);

    /// <summary>Whether <paramref name="a"/> is strictly earlier.</summary>
    public static bool operator <(Timestamp a, Timestamp b) => a.Nanoseconds < b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is strictly later.</summary>
    public static bool operator >(Timestamp a, Timestamp b) => a.Nanoseconds > b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is not later.</summary>
    public static bool operator <=(Timestamp a, Timestamp b) => a.Nanoseconds <= b.Nanoseconds;

    /// <summary>Whether <paramref name="a"/> is not earlier.</summary>
    public static bool operator >=(Timestamp a, Timestamp b) => a.Nanoseconds >= b.Nanoseconds;

    /// <inheritdoc/>
    public override string ToString() => Nanoseconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
