using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Casts among dates, times and timestamps, and comparisons across them.</summary>
internal static class DateTimeConversions
{
    public static SqlValue DateToTimestamp(in SqlValue value, EvaluationContext context) =>
        SqlValue.Of(TimestampOfDate(value.AsInt64()));

    public static SqlValue DateToTimestamptz(in SqlValue value, EvaluationContext context) =>
        SqlValue.Of(Instant(TimestampOfDate(value.AsInt64()), context));

    public static SqlValue TimeToTimetz(in SqlValue value, EvaluationContext context)
    {
        int offset = context.Types.TimeZone.OffsetAt(context.Types.TransactionTime);
        return SqlValue.Of(new SqlTimeWithZone(value.AsInt64(), -offset));
    }

    public static SqlValue TimestampToDate(in SqlValue value, EvaluationContext context) => SqlValue.Of(DateOf(value.AsInt64()));

    public static SqlValue TimestampToTime(in SqlValue value, EvaluationContext context) => TimeOf(value.AsInt64());

    public static SqlValue TimestampToTimestamptz(in SqlValue value, EvaluationContext context) =>
        SqlValue.Of(Instant(value.AsInt64(), context));

    public static SqlValue TimestamptzToDate(in SqlValue value, EvaluationContext context) =>
        SqlValue.Of(DateOf(Local(value.AsInt64(), context)));

    public static SqlValue TimestamptzToTime(in SqlValue value, EvaluationContext context) => TimeOf(Local(value.AsInt64(), context));

    public static SqlValue TimestamptzToTimestamp(in SqlValue value, EvaluationContext context) =>
        SqlValue.Of(Local(value.AsInt64(), context));

    public static SqlValue TimestamptzToTimetz(in SqlValue value, EvaluationContext context)
    {
        long instant = value.AsInt64();
        if (!Calendar.IsFinite(instant)) return SqlValue.Null;
        int offset = context.Types.TimeZone.OffsetAt(instant);
        long local = instant + (offset * Calendar.MicrosecondsPerSecond);
        return SqlValue.Of(new SqlTimeWithZone(Calendar.FloorModulo(local, Calendar.MicrosecondsPerDay), -offset));
    }

    public static SqlValue IntervalToTime(in SqlValue value, EvaluationContext context) =>
        SqlValue.Of(Calendar.FloorModulo(value.AsInterval().Microseconds, Calendar.MicrosecondsPerDay));

    public static int CompareDateWithTimestamp(in SqlValue left, in SqlValue right, EvaluationContext context) =>
        Wide(left.AsInt64()).CompareTo(right.AsInt64());

    public static int CompareDateWithInstant(in SqlValue left, in SqlValue right, EvaluationContext context)
    {
        Int128 local = Wide(left.AsInt64());
        if (local <= Calendar.TimestampMin || local >= Calendar.TimestampEnd) return local.CompareTo(right.AsInt64());
        return Instant((long)local, context).CompareTo(right.AsInt64());
    }

    public static int CompareTimestampWithInstant(in SqlValue left, in SqlValue right, EvaluationContext context) =>
        Instant(left.AsInt64(), context).CompareTo(right.AsInt64());

    /// <summary>Midnight of a date; 22008 for a date that no timestamp reaches.</summary>
    public static long TimestampOfDate(long date)
    {
        Int128 exact = Wide(date);
        if (exact == Calendar.Infinity || exact == Calendar.MinusInfinity) return (long)exact;
        return exact < Calendar.TimestampEnd ? (long)exact : throw new SqlException(SqlStates.DatetimeFieldOverflow, "date out of range for timestamp");
    }

    /// <summary>The day of a timestamp.</summary>
    public static long DateOf(long timestamp)
    {
        if (timestamp == Calendar.Infinity) return Calendar.DateInfinity;
        if (timestamp == Calendar.MinusInfinity) return Calendar.DateMinusInfinity;
        return Calendar.FloorDivide(timestamp, Calendar.MicrosecondsPerDay);
    }

    /// <summary>The local time of an instant, in the session's zone.</summary>
    public static long Local(long instant, EvaluationContext context) => Local(instant, context.Types.TimeZone);

    /// <summary>The local time of an instant in a zone.</summary>
    public static long Local(long instant, SqlTimeZone zone) =>
        Calendar.IsFinite(instant) ? instant + (zone.OffsetAt(instant) * Calendar.MicrosecondsPerSecond) : instant;

    /// <summary>The instant of a local time, in the session's zone.</summary>
    public static long Instant(long local, EvaluationContext context) => Instant(local, context.Types.TimeZone);

    /// <summary>The instant of a local time in a zone.</summary>
    public static long Instant(long local, SqlTimeZone zone)
    {
        if (!Calendar.IsFinite(local)) return local;
        long instant = local - (zone.OffsetOfLocal(local) * Calendar.MicrosecondsPerSecond);
        return Calendar.IsTimestamp(instant) ? instant : throw TimestampOutOfRange();
    }

    /// <summary>22008.</summary>
    public static SqlException TimestampOutOfRange() => new(SqlStates.DatetimeFieldOverflow, "timestamp out of range");

    private static Int128 Wide(long date) => date switch
    {
        Calendar.DateInfinity => Calendar.Infinity,
        Calendar.DateMinusInfinity => Calendar.MinusInfinity,
        _ => (Int128)date * Calendar.MicrosecondsPerDay,
    };

    private static SqlValue TimeOf(long timestamp) => Calendar.IsFinite(timestamp)
        ? SqlValue.Of(Calendar.FloorModulo(timestamp, Calendar.MicrosecondsPerDay))
        : SqlValue.Null;
}
