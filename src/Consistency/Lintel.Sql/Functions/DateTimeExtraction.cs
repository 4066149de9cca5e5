using System.Numerics;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>extract and date_part: fields of dates, times and intervals, as numeric.</summary>
internal static class DateTimeExtraction
{
    private const int JulianScale = 20;

    public static void Register(FunctionRegistry table)
    {
        Add(table, "date", SqlType.Date, "immutable", static (name, unit, in value, _) => OfDate(name, unit, value.AsInt64()));
        Add(table, "timestamp", SqlType.Timestamp, "immutable", static (name, unit, in value, _) => OfTimestamp(name, unit, value.AsInt64(), null, SqlType.Timestamp));
        Add(table, "timestamptz", SqlType.Timestamptz, "stable", static (name, unit, in value, context) =>
        {
            long instant = value.AsInt64();
            int offset = Calendar.IsFinite(instant) ? context.Types.TimeZone.OffsetAt(instant) : 0;
            return OfTimestamp(name, unit, instant, offset, SqlType.Timestamptz);
        });
        Add(table, "time", SqlType.Time, "immutable", static (name, unit, in value, _) => OfTime(name, unit, value.AsInt64(), null, SqlType.Time));
        Add(table, "timetz", SqlType.Timetz, "immutable", static (name, unit, in value, _) =>
            OfTime(name, unit, value.AsTimeWithZone().Microseconds, -value.AsTimeWithZone().ZoneSeconds, SqlType.Timetz));
        Add(table, "interval", SqlType.Interval, "immutable", static (name, unit, in value, _) => OfInterval(name, unit, value.AsInterval()));
    }

    private delegate SqlNumeric? Extractor(string name, DateTimeUnit unit, in SqlValue value, EvaluationContext context);

    private static void Add(FunctionRegistry table, string typeName, SqlType type, string volatility, Extractor extract)
    {
        table.Add($"extract(text, {typeName}) numeric {volatility}", (in field, in value, context) =>
            extract(field.AsString(), DateTimeUnits.Parse(field.AsString(), type), value, context) is { } number
                ? SqlValue.Of(number)
                : SqlValue.Null);
        if (typeName == "date")
        {
            // date_part(text, date) is, in PostgreSQL, date_part of the timestamp at midnight.
            table.Add("date_part(text, date) float8", (in field, in value, _) =>
                AsDouble(OfTimestamp(
                    field.AsString(), DateTimeUnits.Parse(field.AsString(), SqlType.Timestamp),
                    DateTimeConversions.TimestampOfDate(value.AsInt64()), null, SqlType.Timestamp)));
            return;
        }

        table.Add($"date_part(text, {typeName}) float8 {volatility}", (in field, in value, context) =>
            AsDouble(extract(field.AsString(), DateTimeUnits.Parse(field.AsString(), type), value, context)));
    }

    private static SqlValue AsDouble(SqlNumeric? number) =>
        number is null ? SqlValue.Null : SqlValue.Of(NumericText.ToDouble(number));

    private static SqlNumeric? OfDate(string name, DateTimeUnit unit, long days)
    {
        bool isTimeUnit = unit is DateTimeUnit.Microseconds or DateTimeUnit.Milliseconds or DateTimeUnit.Second or DateTimeUnit.Minute
            or DateTimeUnit.Hour or DateTimeUnit.Timezone or DateTimeUnit.TimezoneHour or DateTimeUnit.TimezoneMinute;
        if (isTimeUnit) throw DateTimeUnits.Unsupported(name, SqlType.Date);
        if (!Calendar.IsFiniteDate(days)) return Infinite(unit, days > 0);
        if (unit == DateTimeUnit.Epoch) return SqlNumeric.From((days + Calendar.UnixEpochDays) * 86_400);
        if (unit == DateTimeUnit.Julian) return SqlNumeric.From(days + Calendar.EpochJulian);
        return OfCalendar(unit, days) ?? throw DateTimeUnits.Unsupported(name, SqlType.Date);
    }

    private static SqlNumeric? OfTimestamp(string name, DateTimeUnit unit, long timestamp, int? offset, SqlType type)
    {
        bool isZone = unit is DateTimeUnit.Timezone or DateTimeUnit.TimezoneHour or DateTimeUnit.TimezoneMinute;
        if (isZone && offset is null) throw DateTimeUnits.Unsupported(name, type);
        if (!Calendar.IsFinite(timestamp)) return isZone ? null : Infinite(unit, timestamp > 0);
        if (unit == DateTimeUnit.Epoch)
            return new SqlNumeric((BigInteger)timestamp + (Calendar.UnixEpochDays * Calendar.MicrosecondsPerDay), 6);
        long local = timestamp + ((offset ?? 0) * Calendar.MicrosecondsPerSecond);
        long days = Calendar.FloorDivide(local, Calendar.MicrosecondsPerDay);
        long time = local - (days * Calendar.MicrosecondsPerDay);
        if (isZone) return OfZone(unit, offset!.Value);
        if (unit == DateTimeUnit.Julian)
        {
            SqlNumeric part = SqlNumeric.Divide(SqlNumeric.From(time), SqlNumeric.From(Calendar.MicrosecondsPerDay));
            return SqlNumeric.Add(SqlNumeric.From(days + Calendar.EpochJulian), time == 0 ? SqlNumeric.Zero.Round(JulianScale) : part);
        }

        return OfClock(unit, time) ?? OfCalendar(unit, days) ?? throw DateTimeUnits.Unsupported(name, type);
    }

    private static SqlNumeric OfTime(string name, DateTimeUnit unit, long time, int? offset, SqlType type)
    {
        if (unit == DateTimeUnit.Epoch)
            return new SqlNumeric(time - ((offset ?? 0) * Calendar.MicrosecondsPerSecond), 6);
        if (unit is DateTimeUnit.Timezone or DateTimeUnit.TimezoneHour or DateTimeUnit.TimezoneMinute)
            return OfZone(unit, offset ?? throw DateTimeUnits.Unsupported(name, type));
        return OfClock(unit, time) ?? throw DateTimeUnits.Unsupported(name, type);
    }

    private static SqlNumeric OfInterval(string name, DateTimeUnit unit, SqlInterval value)
    {
        int years = value.Months / 12;
        switch (unit)
        {
            case DateTimeUnit.Day: return SqlNumeric.From(value.Days);
            case DateTimeUnit.Month: return SqlNumeric.From(value.Months % 12);
            case DateTimeUnit.Quarter: return SqlNumeric.From((value.Months % 12 / 3) + 1);
            case DateTimeUnit.Year: return SqlNumeric.From(years);
            case DateTimeUnit.Decade: return SqlNumeric.From(years / 10);
            case DateTimeUnit.Century: return SqlNumeric.From(years / 100);
            case DateTimeUnit.Millennium: return SqlNumeric.From(years / 1000);
            case DateTimeUnit.Hour: return SqlNumeric.From(value.Microseconds / Calendar.MicrosecondsPerHour);
            case DateTimeUnit.Epoch:
                // A year counts 365.25 days here and a month 30.
                BigInteger quarterDays = ((BigInteger)years * 1461) + (4 * (((BigInteger)(value.Months % 12) * 30) + value.Days));
                return new SqlNumeric((quarterDays * Calendar.MicrosecondsPerDay / 4) + value.Microseconds, 6);
            default: return OfClock(unit, value.Microseconds) ?? throw DateTimeUnits.Unsupported(name, SqlType.Interval);
        }
    }

    /// <summary>Units of a time of day; null for others.</summary>
    private static SqlNumeric? OfClock(DateTimeUnit unit, long time)
    {
        long inMinute = time % Calendar.MicrosecondsPerMinute;
        return unit switch
        {
            DateTimeUnit.Microseconds => SqlNumeric.From(inMinute),
            DateTimeUnit.Milliseconds => new SqlNumeric(inMinute, 3),
            DateTimeUnit.Second => new SqlNumeric(inMinute, 6),
            DateTimeUnit.Minute => SqlNumeric.From(time / Calendar.MicrosecondsPerMinute % 60),
            DateTimeUnit.Hour => SqlNumeric.From(time / Calendar.MicrosecondsPerHour % 24),
            _ => null,
        };
    }

    /// <summary>Units of a day; null for others.</summary>
    private static SqlNumeric? OfCalendar(DateTimeUnit unit, long days)
    {
        CivilDate date = Calendar.DateOf(days);
        int year = date.Year;
        switch (unit)
        {
            case DateTimeUnit.Day: return SqlNumeric.From(date.Day);
            case DateTimeUnit.Month: return SqlNumeric.From(date.Month);
            case DateTimeUnit.Quarter: return SqlNumeric.From(((date.Month - 1) / 3) + 1);
            case DateTimeUnit.Week: return SqlNumeric.From(Calendar.IsoWeek(days).Week);
            case DateTimeUnit.Year: return SqlNumeric.From(year > 0 ? year : year - 1);
            case DateTimeUnit.Decade: return SqlNumeric.From(year >= 0 ? year / 10 : -((8 - (year - 1)) / 10));
            case DateTimeUnit.Century: return SqlNumeric.From(year > 0 ? (year + 99) / 100 : -((99 - (year - 1)) / 100));
            case DateTimeUnit.Millennium: return SqlNumeric.From(year > 0 ? (year + 999) / 1000 : -((999 - (year - 1)) / 1000));
            case DateTimeUnit.IsoYear:
                int isoYear = Calendar.IsoWeek(days).Year;
                return SqlNumeric.From(isoYear > 0 ? isoYear : isoYear - 1);
            case DateTimeUnit.DayOfWeek: return SqlNumeric.From(Calendar.DayOfWeek(days));
            case DateTimeUnit.IsoDayOfWeek: return SqlNumeric.From(Calendar.DayOfWeek(days) is 0 ? 7 : Calendar.DayOfWeek(days));
            case DateTimeUnit.DayOfYear: return SqlNumeric.From(Calendar.DayOfYear(date));
            default: return null;
        }
    }

    private static SqlNumeric OfZone(DateTimeUnit unit, int offset) => unit switch
    {
        DateTimeUnit.Timezone => SqlNumeric.From(offset),
        DateTimeUnit.TimezoneHour => SqlNumeric.From(offset / 3600),
        _ => SqlNumeric.From(offset % 3600 / 60),
    };

    /// <summary>Units that grow without bound are infinite, others unknown.</summary>
    private static SqlNumeric? Infinite(DateTimeUnit unit, bool isPositive) =>
        unit is DateTimeUnit.Year or DateTimeUnit.Decade or DateTimeUnit.Century or DateTimeUnit.Millennium or DateTimeUnit.Julian
            or DateTimeUnit.IsoYear or DateTimeUnit.Epoch
            ? isPositive ? SqlNumeric.PositiveInfinity : SqlNumeric.NegativeInfinity
            : null;
}
