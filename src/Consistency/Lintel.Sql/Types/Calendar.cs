namespace Lintel.Sql.Types;

/// <summary>A day of the proleptic Gregorian calendar. Year 0 is 1 BC, -1 is 2 BC.</summary>
/// <param name="Year">Astronomical year.</param>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to 31.</param>
public readonly record struct CivilDate(int Year, int Month, int Day);

/// <summary>A day and a time of day, without a zone.</summary>
/// <param name="Date">The day.</param>
/// <param name="Microseconds">Since midnight; below 24 hours.</param>
public readonly record struct CivilTime(CivilDate Date, long Microseconds)
{
    /// <summary>0 to 23.</summary>
    public int Hour => (int)(Microseconds / Calendar.MicrosecondsPerHour);

    /// <summary>0 to 59.</summary>
    public int Minute => (int)(Microseconds / Calendar.MicrosecondsPerMinute % 60);

    /// <summary>0 to 59.</summary>
    public int Second => (int)(Microseconds / Calendar.MicrosecondsPerSecond % 60);

    /// <summary>0 to 999,999.</summary>
    public int Fraction => (int)(Microseconds % Calendar.MicrosecondsPerSecond);
}

/// <summary>
/// The Gregorian calendar as SQL counts it: dates are days, and timestamps microseconds, since 2000-01-01. The ranges are
/// PostgreSQL's.
/// </summary>
public static class Calendar
{
    /// <summary>Microseconds in a second.</summary>
    public const long MicrosecondsPerSecond = 1_000_000;

    /// <summary>Microseconds in a minute.</summary>
    public const long MicrosecondsPerMinute = 60 * MicrosecondsPerSecond;

    /// <summary>Microseconds in an hour.</summary>
    public const long MicrosecondsPerHour = 60 * MicrosecondsPerMinute;

    /// <summary>Microseconds in a day.</summary>
    public const long MicrosecondsPerDay = 24 * MicrosecondsPerHour;

    /// <summary>Julian day number of 2000-01-01.</summary>
    public const int EpochJulian = 2_451_545;

    /// <summary>Days from 1970-01-01 to 2000-01-01.</summary>
    public const int UnixEpochDays = 10_957;

    /// <summary>The date 'infinity'.</summary>
    public const int DateInfinity = int.MaxValue;

    /// <summary>The date '-infinity'.</summary>
    public const int DateMinusInfinity = int.MinValue;

    /// <summary>The timestamp 'infinity'.</summary>
    public const long Infinity = long.MaxValue;

    /// <summary>The timestamp '-infinity'.</summary>
    public const long MinusInfinity = long.MinValue;

    /// <summary>The first timestamp: 4714-11-24 BC, 00:00.</summary>
    public const long TimestampMin = -211_813_488_000_000_000;

    /// <summary>The first instant after the last timestamp: the end of 294276 AD.</summary>
    public const long TimestampEnd = 9_223_371_331_200_000_000;

    /// <summary>The first date: 4714-11-24 BC.</summary>
    public const int DateMin = -EpochJulian;

    /// <summary>The first day after the last date: 5874898-01-01.</summary>
    public const int DateEnd = 2_147_483_494 - EpochJulian;

    private const int MonthsPerYear = 12;

    /// <summary>Whether a finite timestamp is in range.</summary>
    public static bool IsTimestamp(long value) => value is >= TimestampMin and < TimestampEnd;

    /// <summary>Whether a finite date is in range.</summary>
    public static bool IsDate(long value) => value is >= DateMin and < DateEnd;

    /// <summary>Whether the timestamp is neither infinity.</summary>
    public static bool IsFinite(long timestamp) => timestamp is not (Infinity or MinusInfinity);

    /// <summary>Whether the date is neither infinity.</summary>
    public static bool IsFiniteDate(long date) => date is not (DateInfinity or DateMinusInfinity);

    /// <summary>Whether February has 29 days in an astronomical year.</summary>
    public static bool IsLeapYear(int year) => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    /// <summary>Days in a month.</summary>
    public static int DaysInMonth(int year, int month) => month switch
    {
        2 => IsLeapYear(year) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>
    /// Days since 2000-01-01 of any year, month 1 to 12 and day, in or out of the range of dates (a day of 0 or 40 counts on
    /// from the month).
    /// </summary>
    public static long DaysOf(long year, int month, long day)
    {
        // Years that begin in March make the leap day the last of its year (Howard Hinnant's days_from_civil).
        long shifted = month <= 2 ? year - 1 : year;
        long era = FloorDivide(shifted, 400);
        long yearOfEra = shifted - (era * 400);
        long dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        long dayOfEra = (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear;
        return (era * 146_097) + dayOfEra - 719_468 - UnixEpochDays;
    }

    /// <summary>The day a number of days after 2000-01-01.</summary>
    public static CivilDate DateOf(long days)
    {
        long shifted = days + UnixEpochDays + 719_468;
        long era = FloorDivide(shifted, 146_097);
        long dayOfEra = shifted - (era * 146_097);
        long yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        long dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        long monthFromMarch = ((5 * dayOfYear) + 2) / 153;
        var day = (int)(dayOfYear - (((153 * monthFromMarch) + 2) / 5) + 1);
        var month = (int)(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
        return new CivilDate((int)(yearOfEra + (era * 400) + (month <= 2 ? 1 : 0)), month, day);
    }

    /// <summary>Day and time of day of a finite timestamp.</summary>
    public static CivilTime TimeOf(long timestamp)
    {
        long days = FloorDivide(timestamp, MicrosecondsPerDay);
        return new CivilTime(DateOf(days), timestamp - (days * MicrosecondsPerDay));
    }

    /// <summary>The timestamp of a day and a time of day; false when it is out of range.</summary>
    public static bool TryTimestamp(long days, long microseconds, out long timestamp)
    {
        Int128 exact = ((Int128)days * MicrosecondsPerDay) + microseconds;
        timestamp = exact >= TimestampMin && exact < TimestampEnd ? (long)exact : 0;
        return exact >= TimestampMin && exact < TimestampEnd;
    }

    /// <summary>0 for Sunday to 6 for Saturday.</summary>
    public static int DayOfWeek(long days) => (int)FloorModulo(days + 6, 7);

    /// <summary>1 to 366.</summary>
    public static int DayOfYear(CivilDate date) =>
        (int)(DaysOf(date.Year, date.Month, date.Day) - DaysOf(date.Year, 1, 1)) + 1;

    /// <summary>First day of the week 1 of an ISO year: the Monday of the week that holds January 4th.</summary>
    public static long IsoYearStart(int isoYear)
    {
        long fourth = DaysOf(isoYear, 1, 4);
        return fourth - ((DayOfWeek(fourth) + 6) % 7);
    }

    /// <summary>ISO year and week of a day.</summary>
    public static (int Year, int Week) IsoWeek(long days)
    {
        int year = DateOf(days).Year;
        if (days >= IsoYearStart(year + 1)) year++;
        else if (days < IsoYearStart(year)) year--;
        return (year, (int)((days - IsoYearStart(year)) / 7) + 1);
    }

    /// <summary>The date some months away; the day is cut to the length of the month it arrives in.</summary>
    public static CivilDate AddMonths(CivilDate date, long months)
    {
        long total = ((long)date.Year * MonthsPerYear) + (date.Month - 1) + months;
        var year = (int)FloorDivide(total, MonthsPerYear);
        var month = (int)FloorModulo(total, MonthsPerYear) + 1;
        return new CivilDate(year, month, Math.Min(date.Day, DaysInMonth(year, month)));
    }

    /// <summary>Division that rounds down.</summary>
    public static long FloorDivide(long value, long divisor)
    {
        long quotient = value / divisor;
        return value % divisor < 0 ? quotient - 1 : quotient;
    }

    /// <summary>Remainder that is not negative.</summary>
    public static long FloorModulo(long value, long divisor)
    {
        long rest = value % divisor;
        return rest < 0 ? rest + divisor : rest;
    }
}
