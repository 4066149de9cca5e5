namespace Lintel.Sql.Types;

/// <summary>
/// The forms that clients and COPY send, read without a detour: yyyy-mm-dd, hh:mm:ss[.ffffff], both with a blank or a T
/// between them, and a zone of +hh, +hhmm or +hh:mm. Whatever is different, or out of range, is left to the full reader,
/// which also finds the words for what is wrong.
/// </summary>
internal static class IsoDateTime
{
    /// <summary>yyyy-mm-dd.</summary>
    public static bool TryDate(ReadOnlySpan<char> text, out long days)
    {
        days = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        if (!TryDigits(text[..4], out int year) || !TryDigits(text[5..7], out int month) || !TryDigits(text[8..], out int day)) return false;
        if (year == 0 || month is < 1 or > 12 || day < 1 || day > Calendar.DaysInMonth(year, month)) return false;
        days = Calendar.DaysOf(year, month, day);
        return true;
    }

    /// <summary>hh:mm:ss[.ffffff].</summary>
    public static bool TryTime(ReadOnlySpan<char> text, out long microseconds)
    {
        microseconds = 0;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':') return false;
        if (!TryDigits(text[..2], out int hour) || !TryDigits(text[3..5], out int minute) || !TryDigits(text[6..8], out int second)) return false;
        if (hour > 23 || minute > 59 || second > 59) return false;
        int fraction = 0;
        if (text.Length > 8)
        {
            if (text[8] != '.' || text.Length is 9 or > 15 || !TryDigits(text[9..], out fraction)) return false;
            for (int i = text.Length - 9; i < 6; i++) fraction *= 10;
        }

        microseconds = (((((hour * 60L) + minute) * 60) + second) * Calendar.MicrosecondsPerSecond) + fraction;
        return true;
    }

    /// <summary>A date alone, or a date and a time, perhaps with a zone (seconds east).</summary>
    public static bool TryTimestamp(ReadOnlySpan<char> text, out long timestamp, out int? zone)
    {
        timestamp = 0;
        zone = null;
        if (text.Length < 10 || !TryDate(text[..10], out long days)) return false;
        long time = 0;
        if (text.Length > 10)
        {
            if (text[10] is not (' ' or 'T')) return false;
            ReadOnlySpan<char> rest = text[11..];
            int sign = rest.IndexOfAny('+', '-', 'Z');
            if (sign >= 0)
            {
                if (!TryZone(rest[sign..], out int seconds)) return false;
                zone = seconds;
                rest = rest[..sign];
            }

            if (!TryTime(rest, out time)) return false;
        }

        return Calendar.TryTimestamp(days, time, out timestamp);
    }

    private static bool TryZone(ReadOnlySpan<char> text, out int seconds)
    {
        seconds = 0;
        if (text.Length == 1) return text[0] == 'Z';
        if (text[0] == 'Z') return false;
        int minutes = 0;
        if (text.Length is not (3 or 5 or 6) || !TryDigits(text[1..3], out int hours)) return false;
        if (text.Length > 3 && (!TryDigits(text[^2..], out minutes) || (text.Length == 6 && text[3] != ':'))) return false;
        if (hours > 15 || minutes > 59) return false;
        seconds = ((hours * 60) + minutes) * (text[0] == '-' ? -60 : 60);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
