namespace Lintel.Sql.Types;

/// <summary>
/// The modifier of interval: which fields it keeps (INTERVAL YEAR TO MONTH) and how many digits of the second. The bits
/// are PostgreSQL's, as pg_attribute.atttypmod has them.
/// </summary>
public static class IntervalFields
{
    /// <summary>All fields.</summary>
    public const int FullRange = 0x7FFF;

    /// <summary>All digits.</summary>
    public const int FullPrecision = 0xFFFF;

    /// <summary>YEAR.</summary>
    public const int Year = 1 << 2;

    /// <summary>MONTH.</summary>
    public const int Month = 1 << 1;

    /// <summary>DAY.</summary>
    public const int Day = 1 << 3;

    /// <summary>HOUR.</summary>
    public const int Hour = 1 << 10;

    /// <summary>MINUTE.</summary>
    public const int Minute = 1 << 11;

    /// <summary>SECOND.</summary>
    public const int Second = 1 << 12;

    /// <summary>The modifier of a range and a precision.</summary>
    public static int Modifier(int range, int precision) => ((range & 0x7FFF) << 16) | (precision & 0xFFFF);

    /// <summary>The fields that a modifier keeps.</summary>
    public static int RangeOf(int modifier) => modifier < 0 ? FullRange : (modifier >> 16) & 0x7FFF;

    /// <summary>The digits that a modifier keeps; <see cref="FullPrecision"/> for all.</summary>
    public static int PrecisionOf(int modifier) => modifier < 0 ? FullPrecision : modifier & 0xFFFF;

    /// <summary>The bits of fields as SQL writes them: "day to second"; null when SQL has no such range.</summary>
    public static int? Parse(string fields) => fields switch
    {
        "year" => Year,
        "month" => Month,
        "day" => Day,
        "hour" => Hour,
        "minute" => Minute,
        "second" => Second,
        "year to month" => Year | Month,
        "day to hour" => Day | Hour,
        "day to minute" => Day | Hour | Minute,
        "day to second" => Day | Hour | Minute | Second,
        "hour to minute" => Hour | Minute,
        "hour to second" => Hour | Minute | Second,
        "minute to second" => Minute | Second,
        _ => null,
    };

    /// <summary>As SQL writes it, with a leading blank; empty for all fields.</summary>
    public static string Describe(int range) => range switch
    {
        Year => " year",
        Month => " month",
        Day => " day",
        Hour => " hour",
        Minute => " minute",
        Second => " second",
        Year | Month => " year to month",
        Day | Hour => " day to hour",
        Day | Hour | Minute => " day to minute",
        Day | Hour | Minute | Second => " day to second",
        Hour | Minute => " hour to minute",
        Hour | Minute | Second => " hour to second",
        Minute | Second => " minute to second",
        _ => "",
    };

    /// <summary>The interval cut to the fields and digits of a modifier.</summary>
    public static SqlInterval Apply(SqlInterval value, int modifier)
    {
        if (modifier < 0) return value;
        int range = RangeOf(modifier);
        SqlInterval cut = range switch
        {
            FullRange => value,
            Year => new SqlInterval(value.Months / 12 * 12, 0, 0),
            Month or (Year | Month) => new SqlInterval(value.Months, 0, 0),
            Day => new SqlInterval(value.Months, value.Days, 0),
            Hour or (Day | Hour) => Cut(value, Calendar.MicrosecondsPerHour),
            Minute or (Hour | Minute) or (Day | Hour | Minute) => Cut(value, Calendar.MicrosecondsPerMinute),
            _ => value,
        };
        int digits = PrecisionOf(modifier);
        return digits >= 6 ? cut : cut with { Microseconds = DateTimeRounding.Round(cut.Microseconds, digits) };
    }

    private static SqlInterval Cut(SqlInterval value, long unit) =>
        value with { Microseconds = value.Microseconds / unit * unit };
}

/// <summary>Rounding of microseconds to fewer digits of the second.</summary>
internal static class DateTimeRounding
{
    /// <summary>Half away from zero; 6 digits or more, or a negative count, change nothing.</summary>
    public static long Round(long microseconds, int digits)
    {
        if (digits is < 0 or >= 6) return microseconds;
        long unit = 1;
        for (int i = digits; i < 6; i++) unit *= 10;
        long half = unit / 2;
        return microseconds >= 0 ? (microseconds + half) / unit * unit : -((-microseconds + half) / unit * unit);
    }
}
