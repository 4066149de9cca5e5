using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Functions of dates and times: clocks, age, construction, zones.</summary>
internal static class DateTimeFunctions
{
    public static void Register(FunctionRegistry table)
    {
        DateTimeExtraction.Register(table);
        DateTimeTruncation.Register(table);
        DateTimeOverlaps.Register(table);
        AddClocks(table);
        AddMakers(table);
        AddZones(table);
        table.Add("age(timestamp, timestamp) interval", (in a, in b, _) => SqlValue.Of(Age(a.AsInt64(), b.AsInt64())));
        table.Add("age(timestamptz, timestamptz) interval stable", (in a, in b, context) => SqlValue.Of(
            Age(DateTimeConversions.Local(a.AsInt64(), context), DateTimeConversions.Local(b.AsInt64(), context))));
        table.Add("age(timestamp) interval stable", (in a, context) => SqlValue.Of(Age(Today(context), a.AsInt64())));
        table.Add("age(timestamptz) interval stable", (in a, context) => SqlValue.Of(
            Age(Today(context), DateTimeConversions.Local(a.AsInt64(), context))));
        table.Add("isfinite(date) bool", (in a, _) => SqlValue.Of(Calendar.IsFiniteDate(a.AsInt64())));
        table.Add("isfinite(timestamp) bool", (in a, _) => SqlValue.Of(Calendar.IsFinite(a.AsInt64())));
        table.Add("isfinite(timestamptz) bool", (in a, _) => SqlValue.Of(Calendar.IsFinite(a.AsInt64())));
        table.Add("isfinite(interval) bool", (in _, _) => SqlValue.True);
        table.Add("justify_hours(interval) interval", (in a, _) => SqlValue.Of(IntervalMath.JustifyHours(a.AsInterval())));
        table.Add("justify_days(interval) interval", (in a, _) => SqlValue.Of(IntervalMath.JustifyDays(a.AsInterval())));
        table.Add("justify_interval(interval) interval", (in a, _) => SqlValue.Of(IntervalMath.Justify(a.AsInterval())));
    }

    /// <summary>A zone by name; 22023 when there is none.</summary>
    public static SqlTimeZone Zone(string name)
    {
        if (SqlTimeZone.Find(name) is { } zone) return zone;
        if (name.Length > 1 && name[0] is '+' or '-' && DateTimeReader.ReadZone(name, out int seconds) == DateTimeProblem.None)
            return SqlTimeZone.Fixed(-seconds);
        throw new SqlException(SqlStates.InvalidParameterValue, $"time zone \"{name}\" not recognized");
    }

    /// <summary>Microseconds since 2000-01-01 UTC by the wall clock.</summary>
    public static long ClockTime(EvaluationContext context) =>
        (context.Clock.GetUtcNow().UtcTicks / TimeSpan.TicksPerMicrosecond)
        - (new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks / TimeSpan.TicksPerMicrosecond);

    private static long Today(EvaluationContext context) =>
        DateTimeConversions.DateOf(DateTimeConversions.Local(context.Types.TransactionTime, context)) * Calendar.MicrosecondsPerDay;

    private static void AddClocks(FunctionRegistry table)
    {
        foreach (string name in (string[])["now", "transaction_timestamp"])
            table.Add($"{name}() timestamptz stable", (_, context) => SqlValue.Of(context.Types.TransactionTime));
        table.Add("statement_timestamp() timestamptz stable", (_, context) => SqlValue.Of(context.StatementTime));
        table.Add("clock_timestamp() timestamptz volatile", (_, context) => SqlValue.Of(ClockTime(context)));
        table.Add("to_timestamp(float8) timestamptz", FromEpoch);
    }

    private static void AddMakers(FunctionRegistry table)
    {
        table.Add("make_date(int4, int4, int4) date", (a, _) => SqlValue.Of(MakeDate(a[0].AsInt64(), a[1].AsInt64(), a[2].AsInt64())));
        table.Add("make_time(int4, int4, float8) time", (a, _) => SqlValue.Of(MakeTime(a[0].AsInt64(), a[1].AsInt64(), a[2].AsDouble())));
        table.Add("make_timestamp(int4, int4, int4, int4, int4, float8) timestamp", (a, _) => SqlValue.Of(MakeTimestamp(a)));
        table.Add("make_timestamptz(int4, int4, int4, int4, int4, float8) timestamptz stable", (a, context) =>
            SqlValue.Of(DateTimeConversions.Instant(MakeTimestamp(a), context)));
        table.Add("make_timestamptz(int4, int4, int4, int4, int4, float8, text) timestamptz stable", (a, _) =>
            SqlValue.Of(DateTimeConversions.Instant(MakeTimestamp(a), Zone(a[6].AsString()))));
        for (int count = 0; count <= 7; count++)
        {
            string[] types = ["int4", "int4", "int4", "int4", "int4", "int4", "float8"];
            table.Add($"make_interval({string.Join(", ", types[..count])}) interval", (a, _) => SqlValue.Of(MakeInterval(a)));
        }
    }

    private static void AddZones(FunctionRegistry table)
    {
        table.Add("timezone(text, timestamp) timestamptz", (in zone, in value, _) =>
            SqlValue.Of(DateTimeConversions.Instant(value.AsInt64(), Zone(zone.AsString()))));
        table.Add("timezone(text, timestamptz) timestamp", (in zone, in value, _) =>
            SqlValue.Of(DateTimeConversions.Local(value.AsInt64(), Zone(zone.AsString()))));
        table.Add("timezone(interval, timestamp) timestamptz", (in zone, in value, _) =>
            SqlValue.Of(DateTimeConversions.Instant(value.AsInt64(), Zone(zone.AsInterval()))));
        table.Add("timezone(interval, timestamptz) timestamp", (in zone, in value, _) =>
            SqlValue.Of(DateTimeConversions.Local(value.AsInt64(), Zone(zone.AsInterval()))));
        table.Add("timezone(text, timetz) timetz stable", (in zone, in value, context) =>
            InZone(value.AsTimeWithZone(), Zone(zone.AsString()).OffsetAt(context.Types.TransactionTime)));
        table.Add("timezone(interval, timetz) timetz", (in zone, in value, _) =>
            InZone(value.AsTimeWithZone(), Zone(zone.AsInterval()).OffsetAt(0)));
    }

    private static SqlTimeZone Zone(SqlInterval offset)
    {
        if (offset.Months == 0 && offset.Days == 0) return SqlTimeZone.Fixed((int)(offset.Microseconds / Calendar.MicrosecondsPerSecond));
        Span<byte> text = stackalloc byte[DateTimeWriter.IntervalLengthMax];
        int length = DateTimeWriter.Interval(text, offset, IntervalStyle.Postgres);
        throw new SqlException(
            SqlStates.InvalidParameterValue,
            $"interval time zone \"{System.Text.Encoding.ASCII.GetString(text[..length])}\" must not include months or days");
    }

    private static SqlValue InZone(SqlTimeWithZone time, int offset)
    {
        long utc = time.Microseconds + (time.ZoneSeconds * Calendar.MicrosecondsPerSecond);
        long local = Calendar.FloorModulo(utc + (offset * Calendar.MicrosecondsPerSecond), Calendar.MicrosecondsPerDay);
        return SqlValue.Of(new SqlTimeWithZone(local, -offset));
    }

    private static SqlValue FromEpoch(in SqlValue value, EvaluationContext context)
    {
        double seconds = value.AsDouble();
        if (double.IsNaN(seconds)) throw new SqlException(SqlStates.DatetimeFieldOverflow, "timestamp cannot be NaN");
        if (double.IsInfinity(seconds)) return SqlValue.Of(seconds > 0 ? Calendar.Infinity : Calendar.MinusInfinity);
        double micros = Math.Round((seconds - (Calendar.UnixEpochDays * 86_400.0)) * 1e6, MidpointRounding.ToEven);
        bool isInRange = micros >= Calendar.TimestampMin && micros < Calendar.TimestampEnd;
        return isInRange
            ? SqlValue.Of((long)micros)
            : throw new SqlException(
                SqlStates.DatetimeFieldOverflow,
                $"timestamp out of range: \"{seconds.ToString("g6", System.Globalization.CultureInfo.InvariantCulture)}\"");
    }

    private static long MakeDate(long year, long month, long day)
    {
        long astronomical = year < 0 ? year + 1 : year;
        bool isValid = year != 0 && month is >= 1 and <= 12 && day >= 1 && Math.Abs(year) < 6_000_000
            && day <= Calendar.DaysInMonth((int)astronomical, (int)month);
        if (!isValid)
            throw new SqlException(SqlStates.DatetimeFieldOverflow, $"date field value out of range: {year}-{month:00}-{day:00}");
        long days = Calendar.DaysOf(astronomical, (int)month, day);
        return Calendar.IsDate(days)
            ? days
            : throw new SqlException(SqlStates.DatetimeFieldOverflow, $"date out of range: {year}-{month:00}-{day:00}");
    }

    private static long MakeTime(long hour, long minute, double second)
    {
        double micros = Math.Round(second * 1e6, MidpointRounding.ToEven);
        bool isValid = hour is >= 0 and <= 24 && minute is >= 0 and <= 59 && !double.IsNaN(second) && second is >= 0 and <= 60;
        long time = isValid ? (hour * Calendar.MicrosecondsPerHour) + (minute * Calendar.MicrosecondsPerMinute) + (long)micros : -1;
        if (time is >= 0 and <= Calendar.MicrosecondsPerDay) return time;
        string shown = second.ToString("00.######", System.Globalization.CultureInfo.InvariantCulture);
        throw new SqlException(SqlStates.DatetimeFieldOverflow, $"time field value out of range: {hour}:{minute:00}:{shown}");
    }

    private static long MakeTimestamp(ReadOnlySpan<SqlValue> a)
    {
        long days = MakeDate(a[0].AsInt64(), a[1].AsInt64(), a[2].AsInt64());
        long time = MakeTime(a[3].AsInt64(), a[4].AsInt64(), a[5].AsDouble());
        return Calendar.TryTimestamp(days, time, out long timestamp) ? timestamp : throw DateTimeConversions.TimestampOutOfRange();
    }

    private static SqlInterval MakeInterval(ReadOnlySpan<SqlValue> a)
    {
        Span<long> n = stackalloc long[6];
        for (int i = 0; i < 6; i++) n[i] = i < a.Length ? a[i].AsInt64() : 0;
        double seconds = a.Length > 6 ? a[6].AsDouble() : 0;
        long months = (n[0] * 12) + n[1];
        long days = (n[2] * 7) + n[3];
        double time = Math.Round(seconds * 1e6, MidpointRounding.ToEven);
        bool isValid = months is >= int.MinValue and <= int.MaxValue && days is >= int.MinValue and <= int.MaxValue
            && !double.IsNaN(time) && Math.Abs(time) < 9e18;
        if (!isValid) throw IntervalMath.OutOfRange();
        return new SqlInterval(
            (int)months, (int)days,
            (n[4] * Calendar.MicrosecondsPerHour) + (n[5] * Calendar.MicrosecondsPerMinute) + (long)time);
    }

    /// <summary>The difference in years, months, days and time, as a calendar counts it.</summary>
    private static SqlInterval Age(long later, long earlier)
    {
        if (!Calendar.IsFinite(later) || !Calendar.IsFinite(earlier))
            throw new SqlException(SqlStates.DatetimeFieldOverflow, "cannot subtract infinite timestamps");
        if (later < earlier) return IntervalMath.Negate(Age(earlier, later));
        CivilTime a = Calendar.TimeOf(later);
        CivilTime b = Calendar.TimeOf(earlier);
        long time = a.Microseconds - b.Microseconds;
        int days = a.Date.Day - b.Date.Day;
        int months = ((a.Date.Year - b.Date.Year) * 12) + a.Date.Month - b.Date.Month;
        if (time < 0)
        {
            time += Calendar.MicrosecondsPerDay;
            days--;
        }

        // The days of a month that is not whole are counted in the month that the earlier date lies in.
        while (days < 0)
        {
            days += Calendar.DaysInMonth(b.Date.Year, b.Date.Month);
            months--;
        }

        return new SqlInterval(months, days, time);
    }
}
