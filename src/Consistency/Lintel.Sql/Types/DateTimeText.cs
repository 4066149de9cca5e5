namespace Lintel.Sql.Types;

/// <summary>Dates, times and intervals read from text.</summary>
internal static class DateTimeText
{
    /// <summary>date: days since 2000-01-01.</summary>
    public static int ParseDate(ReadOnlySpan<char> text, TypeContext context)
    {
        if (IsoDateTime.TryDate(text, out long days) && Calendar.IsDate(days)) return (int)days;
        var reader = new DateTimeReader(context);
        Check(reader.Read(text), text, "date");
        switch (reader.Special)
        {
            case DateTimeWord.Epoch: return -Calendar.UnixEpochDays;
            case DateTimeWord.Late: return Calendar.DateInfinity;
            case DateTimeWord.Early: return Calendar.DateMinusInfinity;
        }

        if (!reader.HasDate) throw BadSyntax(text, "date");
        return Calendar.IsDate(reader.Days) ? (int)reader.Days : throw OutOfRange(text, "date");
    }

    /// <summary>timestamp: microseconds since 2000-01-01, a zone in the text is passed over.</summary>
    public static long ParseTimestamp(ReadOnlySpan<char> text, int digits, TypeContext context)
    {
        if (IsoDateTime.TryTimestamp(text, out long value, out int? zone) && zone is null) return Fit(value, digits);
        var reader = new DateTimeReader(context);
        Check(reader.Read(text), text, "timestamp");
        if (SpecialOf(reader) is { } special) return special;
        if (!reader.HasDate) throw BadSyntax(text, "timestamp");
        return Calendar.TryTimestamp(reader.Days, reader.TimeOfDay, out long timestamp)
            ? Fit(timestamp, digits)
            : throw OutOfRange(text, "timestamp");
    }

    /// <summary>timestamptz: microseconds since 2000-01-01 UTC.</summary>
    public static long ParseTimestamptz(ReadOnlySpan<char> text, int digits, TypeContext context)
    {
        if (IsoDateTime.TryTimestamp(text, out long value, out int? zone))
            return Fit(Utc(value, zone ?? context.TimeZone.OffsetOfLocal(value), text), digits);
        var reader = new DateTimeReader(context);
        DateTimeProblem problem = reader.Read(text);
        Check(problem, text, "timestamp with time zone");
        if (SpecialOf(reader) is { } special) return special;
        if (!reader.HasDate) throw BadSyntax(text, "timestamp with time zone");
        return Calendar.TryTimestamp(reader.Days, reader.TimeOfDay, out long local)
            ? Fit(Utc(local, reader.ZoneAt(local), text), digits)
            : throw OutOfRange(text, "timestamp");
    }

    /// <summary>time: microseconds since midnight.</summary>
    public static long ParseTime(ReadOnlySpan<char> text, int digits, TypeContext context)
    {
        if (IsoDateTime.TryTime(text, out long time)) return DateTimeRounding.Round(time, digits);
        var reader = new DateTimeReader(context, isTimeWanted: true);
        Check(reader.Read(text), text, "time");
        if (reader.Special is not null || !reader.HasTime) throw BadSyntax(text, "time");
        if (reader.HasNamedZone && !reader.HasDate) throw BadSyntax(text, "time");
        return DateTimeRounding.Round(reader.TimeOfDay, digits);
    }

    /// <summary>timetz.</summary>
    public static SqlTimeWithZone ParseTimetz(ReadOnlySpan<char> text, int digits, TypeContext context)
    {
        var reader = new DateTimeReader(context, isTimeWanted: true);
        Check(reader.Read(text), text, "time with time zone");
        if (reader.Special is not null || !reader.HasTime) throw BadSyntax(text, "time with time zone");
        if (reader.HasNamedZone && !reader.HasDate) throw BadSyntax(text, "time with time zone");
        long local = reader.HasDate && Calendar.TryTimestamp(reader.Days, reader.TimeOfDay, out long own)
            ? own
            : context.TransactionTime + (context.TimeZone.OffsetAt(context.TransactionTime) * Calendar.MicrosecondsPerSecond);
        return new SqlTimeWithZone(DateTimeRounding.Round(reader.TimeOfDay, digits), -reader.ZoneAt(local));
    }

    /// <summary>interval, cut to its modifier.</summary>
    public static SqlInterval ParseInterval(ReadOnlySpan<char> text, int modifier, TypeContext context)
    {
        var reader = new IntervalReader(context.IntervalStyle, IntervalFields.RangeOf(modifier));
        Check(reader.Read(text), text, "interval");
        return IntervalFields.Apply(reader.Value, modifier);
    }

    private static long? SpecialOf(DateTimeReader reader) => reader.Special switch
    {
        DateTimeWord.Epoch => -Calendar.UnixEpochDays * Calendar.MicrosecondsPerDay,
        DateTimeWord.Late => Calendar.Infinity,
        DateTimeWord.Early => Calendar.MinusInfinity,
        _ => null,
    };

    private static long Utc(long local, int offset, ReadOnlySpan<char> text)
    {
        long utc = local - (offset * Calendar.MicrosecondsPerSecond);
        return Calendar.IsTimestamp(utc) ? utc : throw OutOfRange(text, "timestamp");
    }

    private static long Fit(long timestamp, int digits)
    {
        long rounded = DateTimeRounding.Round(timestamp, digits);
        return Calendar.IsTimestamp(rounded)
            ? rounded
            : throw new SqlException(SqlStates.DatetimeFieldOverflow, "timestamp out of range");
    }

    private static void Check(DateTimeProblem problem, ReadOnlySpan<char> text, string type)
    {
        if (problem == DateTimeProblem.None) return;
        throw problem switch
        {
            DateTimeProblem.FieldOverflow => new SqlException(
                SqlStates.DatetimeFieldOverflow, $"date/time field value out of range: \"{text}\""),
            DateTimeProblem.OrderOverflow => new SqlException(
                SqlStates.DatetimeFieldOverflow, $"date/time field value out of range: \"{text}\"",
                hint: "Perhaps you need a different \"datestyle\" setting."),
            DateTimeProblem.IntervalOverflow => new SqlException(
                SqlStates.InvalidIntervalFormat, $"interval field value out of range: \"{text}\""),
            DateTimeProblem.ZoneOverflow => new SqlException(
                SqlStates.InvalidTimeZoneDisplacement, $"time zone displacement out of range: \"{text}\""),
            DateTimeProblem.UnknownZone => UnknownZone(text, type),
            _ => BadSyntax(text, type),
        };
    }

    private static SqlException UnknownZone(ReadOnlySpan<char> text, string type)
    {
        // The zone is named as it was read: the last run of letters and separators.
        int end = text.Length;
        int start = end;
        while (start > 0 && !char.IsWhiteSpace(text[start - 1])) start--;
        string name = new string(text[start..end]).ToLowerInvariant();
        return type == "interval" || name.Length == 0 || !char.IsAsciiLetter(name[0])
            ? BadSyntax(text, type)
            : new SqlException(SqlStates.InvalidParameterValue, $"time zone \"{name}\" not recognized");
    }

    private static SqlException BadSyntax(ReadOnlySpan<char> text, string type) =>
        new(SqlStates.InvalidDatetimeFormat, $"invalid input syntax for type {type}: \"{text}\"");

    private static SqlException OutOfRange(ReadOnlySpan<char> text, string type) =>
        new(SqlStates.DatetimeFieldOverflow, $"{type} out of range: \"{text}\"");
}
