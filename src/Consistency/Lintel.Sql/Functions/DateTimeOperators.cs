using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>+, -, * and / of dates, times and intervals.</summary>
internal static class DateTimeOperators
{
    public static void Register(FunctionRegistry table)
    {
        AddDates(table);
        AddTimes(table);
        AddTimestamps(table);
        AddIntervals(table);
    }

    private static void AddDates(FunctionRegistry table)
    {
        table.AddOperator("date + int4 date", (in a, in b, _) => SqlValue.Of(Shift(a.AsInt64(), b.AsInt64())));
        table.AddOperator("int4 + date date", (in a, in b, _) => SqlValue.Of(Shift(b.AsInt64(), a.AsInt64())));
        table.AddOperator("date - int4 date", (in a, in b, _) => SqlValue.Of(Shift(a.AsInt64(), -b.AsInt64())));
        table.AddOperator("date - date int4", (in a, in b, _) =>
            Calendar.IsFiniteDate(a.AsInt64()) && Calendar.IsFiniteDate(b.AsInt64())
                ? SqlValue.Of(a.AsInt64() - b.AsInt64())
                : throw new SqlException(SqlStates.DatetimeFieldOverflow, "cannot subtract infinite dates"));
        table.AddOperator("date + interval timestamp", (in a, in b, _) => SqlValue.Of(
            IntervalMath.AddTo(DateTimeConversions.TimestampOfDate(a.AsInt64()), b.AsInterval())));
        table.AddOperator("interval + date timestamp", (in a, in b, _) => SqlValue.Of(
            IntervalMath.AddTo(DateTimeConversions.TimestampOfDate(b.AsInt64()), a.AsInterval())));
        table.AddOperator("date - interval timestamp", (in a, in b, _) => SqlValue.Of(
            IntervalMath.AddTo(DateTimeConversions.TimestampOfDate(a.AsInt64()), IntervalMath.Negate(b.AsInterval()))));
        table.AddOperator("date + time timestamp", (in a, in b, _) => DateAndTime(a, b));
        table.AddOperator("time + date timestamp", (in a, in b, _) => DateAndTime(b, a));
        table.AddOperator("date + timetz timestamptz", (in a, in b, _) => DateAndZonedTime(a, b));
        table.AddOperator("timetz + date timestamptz", (in a, in b, _) => DateAndZonedTime(b, a));
    }

    private static void AddTimes(FunctionRegistry table)
    {
        table.AddOperator("time + interval time", (in a, in b, _) => SqlValue.Of(Wrap(a.AsInt64(), b.AsInterval().Microseconds)));
        table.AddOperator("interval + time time", (in a, in b, _) => SqlValue.Of(Wrap(b.AsInt64(), a.AsInterval().Microseconds)));
        table.AddOperator("time - interval time", (in a, in b, _) => SqlValue.Of(Wrap(a.AsInt64(), -b.AsInterval().Microseconds)));
        table.AddOperator("time - time interval", (in a, in b, _) => SqlValue.Of(new SqlInterval(0, 0, a.AsInt64() - b.AsInt64())));
        table.AddOperator("timetz + interval timetz", (in a, in b, _) => Wrap(a.AsTimeWithZone(), b.AsInterval().Microseconds));
        table.AddOperator("interval + timetz timetz", (in a, in b, _) => Wrap(b.AsTimeWithZone(), a.AsInterval().Microseconds));
        table.AddOperator("timetz - interval timetz", (in a, in b, _) => Wrap(a.AsTimeWithZone(), -b.AsInterval().Microseconds));
    }

    private static void AddTimestamps(FunctionRegistry table)
    {
        table.AddOperator("timestamp + interval timestamp", (in a, in b, _) => SqlValue.Of(IntervalMath.AddTo(a.AsInt64(), b.AsInterval())));
        table.AddOperator("interval + timestamp timestamp", (in a, in b, _) => SqlValue.Of(IntervalMath.AddTo(b.AsInt64(), a.AsInterval())));
        table.AddOperator("timestamp - interval timestamp", (in a, in b, _) => SqlValue.Of(
            IntervalMath.AddTo(a.AsInt64(), IntervalMath.Negate(b.AsInterval()))));
        table.AddOperator("timestamptz + interval timestamptz stable", (in a, in b, context) => SqlValue.Of(
            IntervalMath.AddToInstant(a.AsInt64(), b.AsInterval(), context.Types.TimeZone)));
        table.AddOperator("interval + timestamptz timestamptz stable", (in a, in b, context) => SqlValue.Of(
            IntervalMath.AddToInstant(b.AsInt64(), a.AsInterval(), context.Types.TimeZone)));
        table.AddOperator("timestamptz - interval timestamptz stable", (in a, in b, context) => SqlValue.Of(
            IntervalMath.AddToInstant(a.AsInt64(), IntervalMath.Negate(b.AsInterval()), context.Types.TimeZone)));
        table.AddOperator("timestamp - timestamp interval", (in a, in b, _) => SqlValue.Of(IntervalMath.Between(a.AsInt64(), b.AsInt64())));
        table.AddOperator("timestamptz - timestamptz interval", (in a, in b, _) => SqlValue.Of(IntervalMath.Between(a.AsInt64(), b.AsInt64())));
    }

    private static void AddIntervals(FunctionRegistry table)
    {
        table.AddOperator("interval + interval interval", (in a, in b, _) => SqlValue.Of(IntervalMath.Add(a.AsInterval(), b.AsInterval())));
        table.AddOperator("interval - interval interval", (in a, in b, _) => SqlValue.Of(IntervalMath.Subtract(a.AsInterval(), b.AsInterval())));
        table.AddOperator("- interval interval", (in a, _) => SqlValue.Of(IntervalMath.Negate(a.AsInterval())));
        table.AddOperator("+ interval interval", (in a, _) => a);
        table.AddOperator("interval * float8 interval", (in a, in b, _) => SqlValue.Of(IntervalMath.Multiply(a.AsInterval(), b.AsDouble())));
        table.AddOperator("float8 * interval interval", (in a, in b, _) => SqlValue.Of(IntervalMath.Multiply(b.AsInterval(), a.AsDouble())));
        table.AddOperator("interval / float8 interval", (in a, in b, _) => SqlValue.Of(IntervalMath.Divide(a.AsInterval(), b.AsDouble())));
    }

    private static long Shift(long date, long days)
    {
        if (!Calendar.IsFiniteDate(date)) return date;
        return Calendar.IsDate(date + days)
            ? date + days
            : throw new SqlException(SqlStates.DatetimeFieldOverflow, "date out of range");
    }

    private static SqlValue DateAndTime(in SqlValue date, in SqlValue time)
    {
        long midnight = DateTimeConversions.TimestampOfDate(date.AsInt64());
        if (!Calendar.IsFinite(midnight)) return SqlValue.Of(midnight);
        return Calendar.IsTimestamp(midnight + time.AsInt64())
            ? SqlValue.Of(midnight + time.AsInt64())
            : throw DateTimeConversions.TimestampOutOfRange();
    }

    private static SqlValue DateAndZonedTime(in SqlValue date, in SqlValue time)
    {
        long midnight = DateTimeConversions.TimestampOfDate(date.AsInt64());
        if (!Calendar.IsFinite(midnight)) return SqlValue.Of(midnight);
        SqlTimeWithZone zoned = time.AsTimeWithZone();
        long instant = midnight + zoned.Microseconds + (zoned.ZoneSeconds * Calendar.MicrosecondsPerSecond);
        return Calendar.IsTimestamp(instant) ? SqlValue.Of(instant) : throw DateTimeConversions.TimestampOutOfRange();
    }

    private static long Wrap(long time, long change) =>
        Calendar.FloorModulo(time + Calendar.FloorModulo(change, Calendar.MicrosecondsPerDay), Calendar.MicrosecondsPerDay);

    private static SqlValue Wrap(SqlTimeWithZone time, long change) =>
        SqlValue.Of(time with { Microseconds = Wrap(time.Microseconds, change) });
}
