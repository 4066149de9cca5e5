namespace Lintel.Sql.Types;

/// <summary>
/// A span of calendar time. The three parts are kept apart because a month has no fixed number of days and a day no
/// fixed number of hours; they meet only in comparisons, where a month counts 30 days and a day 24 hours.
/// </summary>
/// <param name="Months">Whole months.</param>
/// <param name="Days">Whole days.</param>
/// <param name="Microseconds">The rest.</param>
public sealed record SqlInterval(int Months, int Days, long Microseconds) : IComparable<SqlInterval>
{
    /// <summary>Microseconds in a day of 24 hours.</summary>
    public const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>No time at all.</summary>
    public static SqlInterval Zero { get; } = new(0, 0, 0);

    /// <summary>The length that comparisons use, in microseconds.</summary>
    public Int128 ComparisonLength =>
        ((((Int128)Months * 30) + Days) * MicrosecondsPerDay) + Microseconds;

    /// <inheritdoc/>
    public int CompareTo(SqlInterval? other) =>
        other is null ? 1 : ComparisonLength.CompareTo(other.ComparisonLength);
}

/// <summary>time with time zone.</summary>
/// <param name="Microseconds">Local time of day.</param>
/// <param name="ZoneSeconds">Seconds west of UTC, as PostgreSQL stores it: +02 is -7200.</param>
public sealed record SqlTimeWithZone(long Microseconds, int ZoneSeconds) : IComparable<SqlTimeWithZone>
{
    /// <inheritdoc/>
    public int CompareTo(SqlTimeWithZone? other)
    {
        if (other is null) return 1;
        int byInstant = (Microseconds + (ZoneSeconds * 1_000_000L))
            .CompareTo(other.Microseconds + (other.ZoneSeconds * 1_000_000L));
        return byInstant != 0 ? byInstant : ZoneSeconds.CompareTo(other.ZoneSeconds);
    }
}
