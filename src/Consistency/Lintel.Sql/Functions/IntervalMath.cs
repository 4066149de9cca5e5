using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Arithmetic with intervals.</summary>
internal static class IntervalMath
{
    private const int DaysPerMonth = 30;

    public static SqlInterval Add(SqlInterval a, SqlInterval b)
    {
        try
        {
            return checked(new SqlInterval(a.Months + b.Months, a.Days + b.Days, a.Microseconds + b.Microseconds));
        }
        catch (OverflowException)
        {
            throw OutOfRange();
        }
    }

    public static SqlInterval Subtract(SqlInterval a, SqlInterval b)
    {
        try
        {
            return checked(new SqlInterval(a.Months - b.Months, a.Days - b.Days, a.Microseconds - b.Microseconds));
        }
        catch (OverflowException)
        {
            throw OutOfRange();
        }
    }

    public static SqlInterval Negate(SqlInterval a) => Subtract(SqlInterval.Zero, a);

    /// <summary>The fraction of a month goes to days, that of a day to time.</summary>
    public static SqlInterval Multiply(SqlInterval value, double factor)
    {
        double months = value.Months * factor;
        double days = value.Days * factor;
        if (double.IsNaN(months) || Math.Truncate(months) is > int.MaxValue or < int.MinValue) throw OutOfRange();
        if (double.IsNaN(days) || Math.Truncate(days) is > int.MaxValue or < int.MinValue) throw OutOfRange();
        return Scaled(value, (int)months, (int)days, months, days, value.Microseconds * factor);
    }

    public static SqlInterval Divide(SqlInterval value, double divisor)
    {
        if (divisor == 0) throw SqlNumeric.DivisionByZero();
        double months = value.Months / divisor;
        double days = value.Days / divisor;
        if (double.IsNaN(months) || Math.Truncate(months) is > int.MaxValue or < int.MinValue) throw OutOfRange();
        return Scaled(value, (int)months, (int)days, months, days, value.Microseconds / divisor);
    }

    /// <summary>24 hours become a day.</summary>
    public static SqlInterval JustifyHours(SqlInterval value)
    {
        long wholeDays = value.Microseconds / Calendar.MicrosecondsPerDay;
        long time = value.Microseconds % Calendar.MicrosecondsPerDay;
        long days = value.Days + wholeDays;
        if (days > 0 && time < 0) (days, time) = (days - 1, time + Calendar.MicrosecondsPerDay);
        else if (days < 0 && time > 0) (days, time) = (days + 1, time - Calendar.MicrosecondsPerDay);
        return new SqlInterval(value.Months, Narrow(days), time);
    }

    /// <summary>30 days become a month.</summary>
    public static SqlInterval JustifyDays(SqlInterval value)
    {
        long months = (long)value.Months + (value.Days / DaysPerMonth);
        int days = value.Days % DaysPerMonth;
        if (months > 0 && days < 0) (months, days) = (months - 1, days + DaysPerMonth);
        else if (months < 0 && days > 0) (months, days) = (months + 1, days - DaysPerMonth);
        return new SqlInterval(Narrow(months), days, value.Microseconds);
    }

    /// <summary>Both, and one sign for all parts.</summary>
    public static SqlInterval Justify(SqlInterval value)
    {
        long time = value.Microseconds % Calendar.MicrosecondsPerDay;
        long days = value.Days + (value.Microseconds / Calendar.MicrosecondsPerDay);
        long months = value.Months + (days / DaysPerMonth);
        days %= DaysPerMonth;
        if (months > 0 && (days < 0 || (days == 0 && time < 0))) (days, months) = (days + DaysPerMonth, months - 1);
        else if (months < 0 && (days > 0 || (days == 0 && time > 0))) (days, months) = (days - DaysPerMonth, months + 1);
        if (days > 0 && time < 0) (time, days) = (time + Calendar.MicrosecondsPerDay, days - 1);
        else if (days < 0 && time > 0) (time, days) = (time - Calendar.MicrosecondsPerDay, days + 1);
        return new SqlInterval(Narrow(months), (int)days, time);
    }

    /// <summary>A timestamp moved by months, then days, then time.</summary>
    public static long AddTo(long timestamp, SqlInterval interval)
    {
        if (!Calendar.IsFinite(timestamp)) return timestamp;
        CivilTime time = Calendar.TimeOf(timestamp);
        CivilDate date = interval.Months == 0 ? time.Date : Calendar.AddMonths(time.Date, interval.Months);
        long days = Calendar.DaysOf(date.Year, date.Month, date.Day) + interval.Days;
        if (!Calendar.TryTimestamp(days, time.Microseconds, out long moved)) throw DateTimeConversions.TimestampOutOfRange();
        Int128 result = (Int128)moved + interval.Microseconds;
        return result >= Calendar.TimestampMin && result < Calendar.TimestampEnd
            ? (long)result
            : throw DateTimeConversions.TimestampOutOfRange();
    }

    /// <summary>An instant moved: months and days on the calendar of a zone, then time.</summary>
    public static long AddToInstant(long instant, SqlInterval interval, SqlTimeZone zone)
    {
        if (!Calendar.IsFinite(instant)) return instant;
        long moved = instant;
        if (interval.Months != 0 || interval.Days != 0)
        {
            long local = AddTo(DateTimeConversions.Local(instant, zone), interval with { Microseconds = 0 });
            moved = DateTimeConversions.Instant(local, zone);
        }

        return AddTo(moved, new SqlInterval(0, 0, interval.Microseconds));
    }

    /// <summary>Difference of two finite timestamps, in days and time.</summary>
    public static SqlInterval Between(long later, long earlier)
    {
        if (!Calendar.IsFinite(later) || !Calendar.IsFinite(earlier))
            throw new SqlException(SqlStates.DatetimeFieldOverflow, "cannot subtract infinite timestamps");
        Int128 exact = (Int128)later - earlier;
        if (exact < long.MinValue || exact > long.MaxValue) throw OutOfRange();
        return JustifyHours(new SqlInterval(0, 0, (long)exact));
    }

    /// <summary>22008.</summary>
    public static SqlException OutOfRange() => new(SqlStates.DatetimeFieldOverflow, "interval out of range");

    private static int Narrow(long value) => value is >= int.MinValue and <= int.MaxValue ? (int)value : throw OutOfRange();

    private static SqlInterval Scaled(SqlInterval value, int months, int days, double exactMonths, double exactDays, double time)
    {
        // Rounded to microseconds, so that fractions such as a third of a month do not leave dust behind.
        double monthDays = RoundToMicros((exactMonths - months) * DaysPerMonth);
        double seconds = RoundToMicros(((exactDays - days) + monthDays - (int)monthDays) * 86_400);
        if (Math.Abs(seconds) >= 86_400)
        {
            days += (int)(seconds / 86_400);
            seconds -= (int)(seconds / 86_400) * 86_400;
        }

        double result = Math.Round(time + (seconds * Calendar.MicrosecondsPerSecond), MidpointRounding.ToEven);
        if (double.IsNaN(result) || result >= 9223372036854775808.0 || result < -9223372036854775808.0) throw OutOfRange();
        return new SqlInterval(months, Narrow((long)days + (int)monthDays), (long)result);
    }

    private static double RoundToMicros(double value) => Math.Round(value * 1_000_000, MidpointRounding.ToEven) / 1_000_000;
}
