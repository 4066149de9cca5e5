using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>date_trunc.</summary>
internal static class DateTimeTruncation
{
    public static void Register(FunctionRegistry table)
    {
        table.Add("date_trunc(text, timestamp) timestamp", (in unit, in value, _) =>
            SqlValue.Of(Truncate(unit.AsString(), value.AsInt64(), SqlType.Timestamp)));
        table.Add("date_trunc(text, timestamptz) timestamptz stable", (in unit, in value, context) =>
            SqlValue.Of(InZone(unit.AsString(), value.AsInt64(), context.Types.TimeZone)));
        table.Add("date_trunc(text, timestamptz, text) timestamptz stable", (arguments, context) =>
            SqlValue.Of(InZone(arguments[0].AsString(), arguments[1].AsInt64(), DateTimeFunctions.Zone(arguments[2].AsString()))));
        table.Add("date_trunc(text, interval) interval", (in unit, in value, _) =>
            SqlValue.Of(Truncate(unit.AsString(), value.AsInterval())));
        table.Add("date_bin(interval, timestamp, timestamp) timestamp", (a, _) => Bin(a[0], a[1], a[2]));
        table.Add("date_bin(interval, timestamptz, timestamptz) timestamptz", (a, _) => Bin(a[0], a[1], a[2]));
    }

    private static SqlValue Bin(in SqlValue stride, in SqlValue value, in SqlValue origin)
    {
        SqlInterval size = stride.AsInterval();
        if (size.Months != 0)
        {
            throw new SqlException(
                SqlStates.FeatureNotSupported, "timestamps cannot be binned into intervals containing months or years");
        }

        Int128 length = ((Int128)size.Days * Calendar.MicrosecondsPerDay) + size.Microseconds;
        if (length <= 0) throw new SqlException(SqlStates.DatetimeFieldOverflow, "stride must be greater than zero");
        if (!Calendar.IsFinite(value.AsInt64())) return value;
        if (!Calendar.IsFinite(origin.AsInt64())) throw new SqlException(SqlStates.DatetimeFieldOverflow, "origin out of range");
        Int128 distance = (Int128)value.AsInt64() - origin.AsInt64();
        Int128 rest = distance % length;
        if (rest < 0) rest += length;
        Int128 start = value.AsInt64() - rest;
        return start >= Calendar.TimestampMin ? SqlValue.Of((long)start) : throw DateTimeConversions.TimestampOutOfRange();
    }

    private static long InZone(string unit, long instant, SqlTimeZone zone)
    {
        if (!Calendar.IsFinite(instant)) return Truncate(unit, instant, SqlType.Timestamptz);
        long local = Truncate(unit, DateTimeConversions.Local(instant, zone), SqlType.Timestamptz);
        // Below a day the offset stays that of the instant, which keeps hours apart when clocks go back.
        bool keepsOffset = DateTimeUnits.Parse(unit, SqlType.Timestamptz) <= DateTimeUnit.Hour;
        return keepsOffset
            ? local - (zone.OffsetAt(instant) * Calendar.MicrosecondsPerSecond)
            : DateTimeConversions.Instant(local, zone);
    }

    private static long Truncate(string name, long timestamp, SqlType type)
    {
        DateTimeUnit unit = DateTimeUnits.Parse(name, type);
        if (unit > DateTimeUnit.Millennium) throw NoUnit(name, unit, type);
        if (!Calendar.IsFinite(timestamp)) return timestamp;
        if (ClockUnit(unit) is { } size) return timestamp - Calendar.FloorModulo(timestamp, size);
        long days = Calendar.FloorDivide(timestamp, Calendar.MicrosecondsPerDay);
        CivilDate date = Calendar.DateOf(days);
        long start = unit switch
        {
            DateTimeUnit.Day => days,
            DateTimeUnit.Week => days - ((Calendar.DayOfWeek(days) + 6) % 7),
            DateTimeUnit.Month => Calendar.DaysOf(date.Year, date.Month, 1),
            DateTimeUnit.Quarter => Calendar.DaysOf(date.Year, date.Month - ((date.Month - 1) % 3), 1),
            DateTimeUnit.Year => Calendar.DaysOf(date.Year, 1, 1),
            DateTimeUnit.Decade => Calendar.DaysOf(Calendar.FloorDivide(date.Year, 10) * 10, 1, 1),
            DateTimeUnit.Century => Calendar.DaysOf((Calendar.FloorDivide(date.Year - 1, 100) * 100) + 1, 1, 1),
            _ => Calendar.DaysOf((Calendar.FloorDivide(date.Year - 1, 1000) * 1000) + 1, 1, 1),
        };
        return Calendar.TryTimestamp(start, 0, out long truncated) ? truncated : throw DateTimeConversions.TimestampOutOfRange();
    }

    private static SqlException NoUnit(string name, DateTimeUnit unit, SqlType type) =>
        unit is DateTimeUnit.Timezone or DateTimeUnit.TimezoneHour or DateTimeUnit.TimezoneMinute or DateTimeUnit.Week
            ? DateTimeUnits.Unsupported(name, type)
            : DateTimeUnits.Unrecognized(name, type);

    private static long? ClockUnit(DateTimeUnit unit) => unit switch
    {
        DateTimeUnit.Microseconds => 1,
        DateTimeUnit.Milliseconds => 1000,
        DateTimeUnit.Second => Calendar.MicrosecondsPerSecond,
        DateTimeUnit.Minute => Calendar.MicrosecondsPerMinute,
        DateTimeUnit.Hour => Calendar.MicrosecondsPerHour,
        _ => null,
    };

    private static SqlInterval Truncate(string name, SqlInterval value)
    {
        DateTimeUnit unit = DateTimeUnits.Parse(name, SqlType.Interval);
        if (ClockUnit(unit) is { } size) return value with { Microseconds = value.Microseconds / size * size };
        switch (unit)
        {
            case DateTimeUnit.Day: return value with { Microseconds = 0 };
            case DateTimeUnit.Month: return new SqlInterval(value.Months, 0, 0);
            case DateTimeUnit.Quarter: return new SqlInterval(value.Months / 3 * 3, 0, 0);
            case DateTimeUnit.Year: return new SqlInterval(value.Months / 12 * 12, 0, 0);
            case DateTimeUnit.Decade: return new SqlInterval(value.Months / 120 * 120, 0, 0);
            case DateTimeUnit.Century: return new SqlInterval(value.Months / 1200 * 1200, 0, 0);
            case DateTimeUnit.Millennium: return new SqlInterval(value.Months / 12_000 * 12_000, 0, 0);
            default: throw NoUnit(name, unit, SqlType.Interval);
        }
    }
}
