using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>The fields of an interval as they are printed.</summary>
internal readonly struct IntervalParts(SqlInterval value)
{
    public int Years { get; } = value.Months / 12;

    public int Months { get; } = value.Months % 12;

    public int Days { get; } = value.Days;

    public long Hours { get; } = value.Microseconds / Calendar.MicrosecondsPerHour;

    public int Minutes { get; } = (int)(value.Microseconds / Calendar.MicrosecondsPerMinute % 60);

    /// <summary>Seconds and their fraction, in microseconds.</summary>
    public long Seconds { get; } = value.Microseconds % Calendar.MicrosecondsPerMinute;

    public bool HasTime => Hours != 0 || Minutes != 0 || Seconds != 0;

    public bool IsTimeNegative => Hours < 0 || Minutes < 0 || Seconds < 0;
}

/// <summary>Prints intervals in the four styles. Each method answers the bytes it wrote.</summary>
internal static class IntervalWriter
{
    /// <summary>1 year 2 mons 3 days 04:05:06.7</summary>
    public static int Postgres(Span<byte> output, in IntervalParts parts)
    {
        int at = 0;
        bool isAfterNegative = false;
        Part(output, ref at, parts.Years, " year"u8, ref isAfterNegative);
        Part(output, ref at, parts.Months, " mon"u8, ref isAfterNegative);
        Part(output, ref at, parts.Days, " day"u8, ref isAfterNegative);
        if (at > 0 && !parts.HasTime) return at;
        if (at > 0) output[at++] = (byte)' ';
        if (parts.IsTimeNegative) output[at++] = (byte)'-';
        else if (isAfterNegative) output[at++] = (byte)'+';
        return at + Clock(output[at..], parts);
    }

    /// <summary>@ 1 year 2 mons 3 days 4 hours 5 mins 6.7 secs ago</summary>
    public static int Verbose(Span<byte> output, in IntervalParts parts)
    {
        output[0] = (byte)'@';
        int at = 1;
        int sign = 0;
        VerbosePart(output, ref at, parts.Years, " year"u8, ref sign);
        VerbosePart(output, ref at, parts.Months, " mon"u8, ref sign);
        VerbosePart(output, ref at, parts.Days, " day"u8, ref sign);
        VerbosePart(output, ref at, parts.Hours, " hour"u8, ref sign);
        VerbosePart(output, ref at, parts.Minutes, " min"u8, ref sign);
        if (parts.Seconds != 0)
        {
            long seconds = parts.Seconds;
            output[at++] = (byte)' ';
            if (sign == 0) sign = Math.Sign(seconds);
            seconds *= sign;
            if (seconds < 0) output[at++] = (byte)'-';
            long size = Math.Abs(seconds);
            at += Number(output[at..], size / Calendar.MicrosecondsPerSecond);
            at += DateTimeWriter.Fraction(output[at..], (int)(size % Calendar.MicrosecondsPerSecond));
            at += Text(output[at..], size == Calendar.MicrosecondsPerSecond ? " sec"u8 : " secs"u8);
        }

        if (sign == 0) return at + Text(output[at..], " 0"u8);
        return sign < 0 ? at + Text(output[at..], " ago"u8) : at;
    }

    /// <summary>1-2 3 4:05:06.7, with signs where they differ.</summary>
    public static int Standard(Span<byte> output, in IntervalParts parts)
    {
        bool hasNegative = parts.Years < 0 || parts.Months < 0 || parts.Days < 0 || parts.IsTimeNegative;
        bool hasPositive = parts.Years > 0 || parts.Months > 0 || parts.Days > 0 || (parts.HasTime && !parts.IsTimeNegative);
        bool hasMonths = parts.Years != 0 || parts.Months != 0;
        bool hasDays = parts.Days != 0;
        if (!hasMonths && !hasDays && !parts.HasTime) return Text(output, "0"u8);
        int at = 0;
        if ((hasNegative && hasPositive) || (hasMonths && (hasDays || parts.HasTime)))
        {
            output[at++] = Sign(parts.Years < 0 || parts.Months < 0);
            at += Number(output[at..], Math.Abs(parts.Years));
            output[at++] = (byte)'-';
            at += Number(output[at..], Math.Abs(parts.Months));
            output[at++] = (byte)' ';
            output[at++] = Sign(parts.Days < 0);
            at += Number(output[at..], Math.Abs((long)parts.Days));
            output[at++] = (byte)' ';
            output[at++] = Sign(parts.IsTimeNegative);
            return at + ShortClock(output[at..], parts);
        }

        if (hasNegative) output[at++] = (byte)'-';
        if (hasMonths)
        {
            at += Number(output[at..], Math.Abs(parts.Years));
            output[at++] = (byte)'-';
            return at + Number(output[at..], Math.Abs(parts.Months));
        }

        if (hasDays)
        {
            at += Number(output[at..], Math.Abs((long)parts.Days));
            output[at++] = (byte)' ';
        }

        return at + ShortClock(output[at..], parts);
    }

    /// <summary>P1Y2M3DT4H5M6.7S</summary>
    public static int Iso(Span<byte> output, in IntervalParts parts)
    {
        if (parts is { Years: 0, Months: 0, Days: 0, HasTime: false }) return Text(output, "PT0S"u8);
        output[0] = (byte)'P';
        int at = 1;
        IsoPart(output, ref at, parts.Years, 'Y');
        IsoPart(output, ref at, parts.Months, 'M');
        IsoPart(output, ref at, parts.Days, 'D');
        if (!parts.HasTime) return at;
        output[at++] = (byte)'T';
        IsoPart(output, ref at, parts.Hours, 'H');
        IsoPart(output, ref at, parts.Minutes, 'M');
        if (parts.Seconds == 0) return at;
        if (parts.Seconds < 0) output[at++] = (byte)'-';
        long size = Math.Abs(parts.Seconds);
        at += Number(output[at..], size / Calendar.MicrosecondsPerSecond);
        at += DateTimeWriter.Fraction(output[at..], (int)(size % Calendar.MicrosecondsPerSecond));
        output[at++] = (byte)'S';
        return at;
    }

    private static byte Sign(bool isNegative) => isNegative ? (byte)'-' : (byte)'+';

    private static int Number(Span<byte> output, long number)
    {
        number.TryFormat(output, out int written, default, CultureInfo.InvariantCulture);
        return written;
    }

    private static int Text(Span<byte> output, ReadOnlySpan<byte> text)
    {
        text.CopyTo(output);
        return text.Length;
    }

    private static int Clock(Span<byte> output, in IntervalParts parts)
    {
        int at = DateTimeWriter.Two(output, Math.Abs(parts.Hours));
        output[at++] = (byte)':';
        at += DateTimeWriter.Two(output[at..], Math.Abs(parts.Minutes));
        output[at++] = (byte)':';
        return at + DateTimeWriter.Seconds(output[at..], Math.Abs(parts.Seconds));
    }

    private static int ShortClock(Span<byte> output, in IntervalParts parts)
    {
        int at = Number(output, Math.Abs(parts.Hours));
        output[at++] = (byte)':';
        at += DateTimeWriter.Two(output[at..], Math.Abs(parts.Minutes));
        output[at++] = (byte)':';
        return at + DateTimeWriter.Seconds(output[at..], Math.Abs(parts.Seconds));
    }

    private static void Part(Span<byte> output, ref int at, long value, ReadOnlySpan<byte> unit, ref bool isAfterNegative)
    {
        if (value == 0) return;
        if (at > 0) output[at++] = (byte)' ';
        if (isAfterNegative && value > 0) output[at++] = (byte)'+';
        at += Number(output[at..], value);
        at += Text(output[at..], unit);
        if (value != 1) output[at++] = (byte)'s';
        isAfterNegative = value < 0;
    }

    private static void VerbosePart(Span<byte> output, ref int at, long value, ReadOnlySpan<byte> unit, ref int sign)
    {
        if (value == 0) return;
        if (sign == 0) sign = Math.Sign(value);
        value *= sign;
        output[at++] = (byte)' ';
        at += Number(output[at..], value);
        at += Text(output[at..], unit);
        if (value != 1) output[at++] = (byte)'s';
    }

    private static void IsoPart(Span<byte> output, ref int at, long value, char unit)
    {
        if (value == 0) return;
        at += Number(output[at..], value);
        output[at++] = (byte)unit;
    }
}
