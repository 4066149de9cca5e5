using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>
/// A time zone as SQL names it: an IANA name ('Europe/Berlin'), an abbreviation ('CET'), a POSIX offset ('UTC+3', west is
/// positive) or a numeric displacement ('+02', east is positive). Offsets are seconds east of UTC. Immutable.
/// </summary>
public sealed partial class SqlTimeZone
{
    private const long Day = Calendar.MicrosecondsPerDay;

    // The calendar repeats after 400 years, so rules beyond the range of DateTime are those of an earlier cycle.
    private const long CycleDays = 146_097;

    // Days from 2000-01-01 to 0001-01-02 and to 9999-12-30: what DateTime can hold with a day to spare.
    private const long FirstDay = -730_118;
    private const long LastDay = 2_921_937;

    private readonly TimeZoneInfo? _rules;
    private readonly int _fixedOffset;

    private SqlTimeZone(string name, TimeZoneInfo? rules, int fixedOffset)
    {
        Name = name;
        _rules = rules;
        _fixedOffset = fixedOffset;
    }

    /// <summary>UTC.</summary>
    public static SqlTimeZone Utc { get; } = new("UTC", null, 0);

    /// <summary>As SHOW TimeZone prints it.</summary>
    public string Name { get; }

    /// <summary>Whether the offset is the same at every instant.</summary>
    public bool IsFixed => _rules is null;

    /// <summary>A zone of a fixed offset, named as SET TIME ZONE names it: &lt;+02&gt;-02.</summary>
    public static SqlTimeZone Fixed(int secondsEast)
    {
        if (secondsEast == 0) return new SqlTimeZone("<+00>-00", null, 0);
        string size = OffsetText(Math.Abs(secondsEast));
        string name = secondsEast > 0 ? $"<+{size}>-{size}" : $"<-{size}>+{size}";
        return new SqlTimeZone(name, null, secondsEast);
    }

    /// <summary>Seconds east of UTC at an instant (microseconds since 2000-01-01 UTC).</summary>
    public int OffsetAt(long instant)
    {
        if (_rules is null) return _fixedOffset;
        long days = Calendar.FloorDivide(instant, Day);
        if (days < FirstDay) return (int)_rules.GetUtcOffset(new DateTime(1, 1, 2, 0, 0, 0, DateTimeKind.Utc)).TotalSeconds;
        long rest = instant - (days * Day);
        while (days > LastDay) days -= CycleDays;
        var utc = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        return (int)_rules.GetUtcOffset(utc.AddDays(days).AddTicks(rest * TimeSpan.TicksPerMicrosecond)).TotalSeconds;
    }

    /// <summary>The abbreviation in force at an instant: CET, CEST; for fixed offsets the name.</summary>
    public string AbbreviationAt(long instant)
    {
        if (_rules is null) return Name;
        int offset = OffsetAt(instant);
        return offset == (int)_rules.BaseUtcOffset.TotalSeconds ? _rules.StandardName : _rules.DaylightName;
    }

    /// <summary>
    /// Seconds east of UTC at a local time. A time that a transition skips is read with the offset before it, one that
    /// occurs twice with the offset after it.
    /// </summary>
    public int OffsetOfLocal(long local)
    {
        if (_rules is null) return _fixedOffset;
        int before = OffsetAt(Saturated(local, -Day));
        int after = OffsetAt(Saturated(local, Day));
        if (before == after && OffsetAt(Shifted(local, before)) == before) return before;
        bool beforeHolds = OffsetAt(Shifted(local, before)) == before;
        bool afterHolds = OffsetAt(Shifted(local, after)) == after;
        return afterHolds ? after : beforeHolds || before == after ? before : BetweenOffset(local, before);
    }

    /// <summary>
    /// The zone of a name, with PostgreSQL's freedom of letter case; null when there is none. Abbreviations count when
    /// <paramref name="allowAbbreviations"/> (AT TIME ZONE and literals take them, SET TimeZone does not).
    /// </summary>
    public static SqlTimeZone? Find(string name, bool allowAbbreviations = true)
    {
        if (name.Length == 0) return null;
        if (allowAbbreviations && TryAbbreviation(name, out int offset))
            return new SqlTimeZone(name.ToUpperInvariant(), null, offset);
        if (string.Equals(name, "UTC", StringComparison.OrdinalIgnoreCase)) return Utc;
        if (FindRules(name) is { } rules) return rules;
        return FindPosix(name);
    }

    /// <summary>Whether a word is a time zone abbreviation, and its offset in seconds east of UTC.</summary>
    public static bool TryAbbreviation(string word, out int secondsEast) =>
        TimeZoneAbbreviations.ByWord.TryGetValue(word, out secondsEast);

    /// <summary>hh, hh:mm or hh:mm:ss of a number of seconds that is not negative.</summary>
    private static string OffsetText(int seconds)
    {
        string text = (seconds / 3600).ToString("00", CultureInfo.InvariantCulture);
        if (seconds % 3600 != 0) text += ":" + (seconds / 60 % 60).ToString("00", CultureInfo.InvariantCulture);
        if (seconds % 60 != 0) text += ":" + (seconds % 60).ToString("00", CultureInfo.InvariantCulture);
        return text;
    }

    private static long Saturated(long instant, long change) =>
        (long)Int128.Clamp((Int128)instant + change, Calendar.TimestampMin, Calendar.TimestampEnd - 1);

    private static long Shifted(long local, int offset) => Saturated(local, -offset * Calendar.MicrosecondsPerSecond);

    private int BetweenOffset(long local, int before)
    {
        // A short period of its own lies within a day of both sides, or the time is skipped.
        int own = OffsetAt(Shifted(local, before));
        return OffsetAt(Shifted(local, own)) == own ? own : before;
    }

    private static SqlTimeZone? FindRules(string name)
    {
        if (name[0] is '/' or '.' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '/')) return null;
        if (!char.IsAsciiLetter(name[0])) return null;
        string canonical = TimeZoneNames.Canonical(name) ?? name;
        return TimeZoneInfo.TryFindSystemTimeZoneById(canonical, out TimeZoneInfo? rules)
            ? new SqlTimeZone(canonical, rules, 0)
            : null;
    }

    private static SqlTimeZone? FindPosix(string name)
    {
        int at;
        if (name[0] == '<')
        {
            at = name.IndexOf('>', StringComparison.Ordinal) + 1;
            if (at < 3) return null;
        }
        else
        {
            at = 0;
            while (at < name.Length && char.IsAsciiLetter(name[at])) at++;
            if (at < 3) return null;
        }

        return TryPosixOffset(name.AsSpan(at), out int west) ? new SqlTimeZone(name, null, -west) : null;
    }

    private static bool TryPosixOffset(ReadOnlySpan<char> text, out int secondsWest)
    {
        secondsWest = 0;
        if (text.IsEmpty) return false;
        int sign = text[0] == '-' ? -1 : 1;
        if (text[0] is '+' or '-') text = text[1..];
        int unit = 3600;
        foreach (Range part in text.Split(':'))
        {
            if (unit == 0 || !int.TryParse(text[part], NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return false;
            if (number > (unit == 3600 ? 167 : 59)) return false;
            secondsWest += number * unit;
            unit /= 60;
        }

        secondsWest *= sign;
        return true;
    }
}
