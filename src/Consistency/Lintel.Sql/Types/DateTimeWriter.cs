using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>Prints dates, times and intervals as UTF-8, in the ISO style. Each method answers the bytes it wrote.</summary>
internal static class DateTimeWriter
{
    /// <summary>More than any date or time takes.</summary>
    public const int LengthMax = 64;

    /// <summary>More than any interval takes.</summary>
    public const int IntervalLengthMax = 192;

    /// <summary>date.</summary>
    public static int Date(Span<byte> output, long days)
    {
        if (days == Calendar.DateInfinity) return Text(output, "infinity"u8);
        if (days == Calendar.DateMinusInfinity) return Text(output, "-infinity"u8);
        CivilDate date = Calendar.DateOf(days);
        int at = YearMonthDay(output, date);
        return at + Era(output[at..], date);
    }

    /// <summary>time.</summary>
    public static int Time(Span<byte> output, long microseconds)
    {
        Two(output, (int)(microseconds / Calendar.MicrosecondsPerHour));
        output[2] = (byte)':';
        Two(output[3..], (int)(microseconds / Calendar.MicrosecondsPerMinute % 60));
        output[5] = (byte)':';
        return 6 + Seconds(output[6..], microseconds % Calendar.MicrosecondsPerMinute);
    }

    /// <summary>timetz.</summary>
    public static int TimeWithZone(Span<byte> output, SqlTimeWithZone value)
    {
        int at = Time(output, value.Microseconds);
        return at + Zone(output[at..], -value.ZoneSeconds);
    }

    /// <summary>timestamp.</summary>
    public static int Timestamp(Span<byte> output, long timestamp) => Timestamp(output, timestamp, null);

    /// <summary>timestamptz, in a zone.</summary>
    public static int Timestamptz(Span<byte> output, long timestamp, SqlTimeZone zone)
    {
        if (!Calendar.IsFinite(timestamp)) return Timestamp(output, timestamp, null);
        int offset = zone.OffsetAt(timestamp);
        return Timestamp(output, timestamp + (offset * Calendar.MicrosecondsPerSecond), offset);
    }

    /// <summary>+hh, +hh:mm or +hh:mm:ss.</summary>
    public static int Zone(Span<byte> output, int secondsEast)
    {
        int seconds = Math.Abs(secondsEast);
        output[0] = secondsEast < 0 ? (byte)'-' : (byte)'+';
        Two(output[1..], seconds / 3600);
        int at = 3;
        if (seconds % 3600 == 0) return at;
        output[at] = (byte)':';
        Two(output[(at + 1)..], seconds / 60 % 60);
        at += 3;
        if (seconds % 60 == 0) return at;
        output[at] = (byte)':';
        Two(output[(at + 1)..], seconds % 60);
        return at + 3;
    }

    /// <summary>interval.</summary>
    public static int Interval(Span<byte> output, SqlInterval value, IntervalStyle style)
    {
        var parts = new IntervalParts(value);
        return style switch
        {
            IntervalStyle.Postgres => IntervalWriter.Postgres(output, parts),
            IntervalStyle.PostgresVerbose => IntervalWriter.Verbose(output, parts),
            IntervalStyle.SqlStandard => IntervalWriter.Standard(output, parts),
            _ => IntervalWriter.Iso(output, parts),
        };
    }

    /// <summary>Two digits or more.</summary>
    public static int Two(Span<byte> output, long number)
    {
        if (number > 99)
        {
            number.TryFormat(output, out int written, default, CultureInfo.InvariantCulture);
            return written;
        }

        output[0] = (byte)('0' + (number / 10));
        output[1] = (byte)('0' + (number % 10));
        return 2;
    }

    /// <summary>ss or ss.f with as many digits as needed; not negative.</summary>
    public static int Seconds(Span<byte> output, long microseconds)
    {
        int at = Two(output, microseconds / Calendar.MicrosecondsPerSecond);
        return at + Fraction(output[at..], (int)(microseconds % Calendar.MicrosecondsPerSecond));
    }

    /// <summary>.f with as many digits as needed; nothing for 0.</summary>
    public static int Fraction(Span<byte> output, int microseconds)
    {
        if (microseconds == 0) return 0;
        output[0] = (byte)'.';
        int digits = 6;
        for (; microseconds % 10 == 0; digits--) microseconds /= 10;
        for (int i = digits; i > 0; i--)
        {
            output[i] = (byte)('0' + (microseconds % 10));
            microseconds /= 10;
        }

        return digits + 1;
    }

    private static int Timestamp(Span<byte> output, long timestamp, int? zone)
    {
        if (timestamp == Calendar.Infinity) return Text(output, "infinity"u8);
        if (timestamp == Calendar.MinusInfinity) return Text(output, "-infinity"u8);
        CivilTime time = Calendar.TimeOf(timestamp);
        int at = YearMonthDay(output, time.Date);
        output[at++] = (byte)' ';
        at += Time(output[at..], time.Microseconds);
        if (zone is { } offset) at += Zone(output[at..], offset);
        return at + Era(output[at..], time.Date);
    }

    private static int YearMonthDay(Span<byte> output, CivilDate date)
    {
        int year = date.Year > 0 ? date.Year : 1 - date.Year;
        year.TryFormat(output, out int at, "0000", CultureInfo.InvariantCulture);
        output[at++] = (byte)'-';
        at += Two(output[at..], date.Month);
        output[at++] = (byte)'-';
        return at + Two(output[at..], date.Day);
    }

    private static int Era(Span<byte> output, CivilDate date) => date.Year > 0 ? 0 : Text(output, " BC"u8);

    private static int Text(Span<byte> output, ReadOnlySpan<byte> text)
    {
        text.CopyTo(output);
        return text.Length;
    }
}
