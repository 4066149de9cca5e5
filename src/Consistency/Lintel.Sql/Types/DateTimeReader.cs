using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>
/// Reads a date, a time of day, or both, in any of the spellings that PostgreSQL takes. The parts that were found are
/// bits of a set; a part that comes twice makes the text unreadable. One reader reads one text.
/// </summary>
internal sealed partial class DateTimeReader(TypeContext context, bool isTimeWanted = false)
{
    [Flags]
    private enum Parts
    {
        None = 0,
        Year = 1,
        Month = 2,
        Day = 4,
        Date = Year | Month | Day,
        DayOfYear = 8,
        DayOfWeek = 16,
        Time = 32,
        Zone = 64,
        Meridian = 128,
        Era = 256,
        DaylightSaving = 512,
        Special = 1024,
    }

    private enum Prefix
    {
        None,
        Julian,
        IsoTime,
    }

    private Parts _found;
    private Prefix _prefix;
    private bool _hasTextMonth;
    private bool _hasTwoDigitYear;
    private bool _isBeforeChrist;
    private bool _isJulian;
    private int _meridian = -1;
    private int _year;
    private int _month;
    private int _day;
    private int _dayOfYear;
    private int _hour;
    private int _minute;
    private int _second;
    private int _zone;
    private SqlTimeZone? _namedZone;

    /// <summary>infinity, -infinity or epoch, when it was one of them.</summary>
    public DateTimeWord? Special { get; private set; }

    /// <summary>Whether a whole date was given.</summary>
    public bool HasDate => (_found & Parts.Date) == Parts.Date;

    /// <summary>Whether a time of day was given.</summary>
    public bool HasTime => (_found & Parts.Time) != Parts.None;

    /// <summary>Whether a zone was given, as offset or as name.</summary>
    public bool HasZone => (_found & Parts.Zone) != Parts.None;

    /// <summary>Days since 2000-01-01.</summary>
    public long Days => Calendar.DaysOf(_year, _month, _day);

    /// <summary>The year, for range checks.</summary>
    public int Year => _year;

    /// <summary>Microseconds since midnight; 24:00 is possible.</summary>
    public long TimeOfDay =>
        (((((_hour * 60L) + _minute) * 60) + _second) * Calendar.MicrosecondsPerSecond) + Fraction;

    /// <summary>Microseconds of the second.</summary>
    public int Fraction { get; private set; }

    /// <summary>Seconds east of UTC at the local time that was read, in its own zone or the session's.</summary>
    public int ZoneAt(long local)
    {
        if (_namedZone is not null) return _namedZone.OffsetOfLocal(local);
        return HasZone ? _zone : context.TimeZone.OffsetOfLocal(local);
    }

    /// <summary>Whether the zone's offset depends on the date.</summary>
    public bool HasNamedZone => _namedZone is { IsFixed: false };

    /// <summary>Reads a text; answers what is wrong with it.</summary>
    public DateTimeProblem Read(ReadOnlySpan<char> text)
    {
        var fields = new List<DateTimeField>(8);
        if (!DateTimeFields.TrySplit(text, fields) || fields.Count == 0) return DateTimeProblem.BadFormat;
        for (int i = 0; i < fields.Count; i++)
        {
            Parts before = _found;
            Parts now = Parts.None;
            DateTimeProblem problem = fields[i].Kind switch
            {
                DateTimeFieldKind.Date => ReadDateField(fields[i].Text, ref now),
                DateTimeFieldKind.Time => ReadTimeField(fields[i].Text, ref now),
                DateTimeFieldKind.Signed => ReadZoneField(fields[i].Text, ref now),
                DateTimeFieldKind.Number => ReadNumberField(fields[i].Text, ref now),
                _ => ReadWord(fields, i, ref now),
            };
            if (problem != DateTimeProblem.None) return problem;
            if ((now & before) != Parts.None) return DateTimeProblem.BadFormat;
            _found |= now;
        }

        return Special is null ? Complete() : DateTimeProblem.None;
    }

    private DateTimeProblem ReadDateField(string text, ref Parts now)
    {
        if (_prefix == Prefix.Julian)
        {
            int dash = text.IndexOf('-', StringComparison.Ordinal);
            if (dash <= 0) return DateTimeProblem.BadFormat;
            DateTimeProblem problem = ReadNumberField(text[..dash], ref now);
            Parts zone = Parts.None;
            if (problem == DateTimeProblem.None) problem = ReadZoneField(text[dash..], ref zone);
            now |= zone;
            return problem;
        }

        bool isZoneOrTime = _prefix != Prefix.None || (_found & (Parts.Month | Parts.Day)) == (Parts.Month | Parts.Day);
        if (!isZoneOrTime) return ReadDate(text, ref now);
        if (char.IsAsciiDigit(text[0]) || _prefix != Prefix.None)
        {
            _prefix = Prefix.None;
            int dash = text.IndexOf('-', StringComparison.Ordinal);
            if (dash < 0 || (_found & Parts.Time) != Parts.None) return DateTimeProblem.BadFormat;
            DateTimeProblem problem = ReadZone(text[dash..], out _zone);
            if (problem != DateTimeProblem.None) return problem;
            problem = ReadRunTogether(text[..dash], Parts.Date, ref now);
            if (problem != DateTimeProblem.None) return problem;
            now |= Parts.Zone;
            return DateTimeProblem.None;
        }

        return NamedZone(text, ref now);
    }

    private DateTimeProblem NamedZone(string text, ref Parts now)
    {
        _namedZone = SqlTimeZone.Find(text);
        if (_namedZone is null) return DateTimeProblem.UnknownZone;
        now |= Parts.Zone;
        return DateTimeProblem.None;
    }

    private DateTimeProblem ReadTimeField(string text, ref Parts now)
    {
        if (_prefix == Prefix.Julian) return DateTimeProblem.BadFormat;
        _prefix = Prefix.None;
        DateTimeProblem problem = ReadTime(text);
        if (problem != DateTimeProblem.None) return problem;
        now |= Parts.Time;
        return IsTimeOverflowing() ? DateTimeProblem.FieldOverflow : DateTimeProblem.None;
    }

    private DateTimeProblem ReadZoneField(string text, ref Parts now)
    {
        now |= Parts.Zone;
        return ReadZone(text, out _zone);
    }

    private DateTimeProblem ReadNumberField(string text, ref Parts now)
    {
        if (_prefix == Prefix.Julian)
        {
            _prefix = Prefix.None;
            return ReadJulian(text, ref now);
        }

        if (_prefix == Prefix.IsoTime)
        {
            _prefix = Prefix.None;
            DateTimeProblem problem = ReadRunTogether(text, _found | Parts.Date, ref now);
            return problem == DateTimeProblem.None && now != Parts.Time ? DateTimeProblem.BadFormat : problem;
        }

        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (isTimeWanted && (_found & (Parts.Date | Parts.Time)) == Parts.None && (point is < 0 or > 2))
            return ReadRunTogether(text, Parts.Date, ref now);
        if (point >= 0 && (_found & Parts.Date) == Parts.None) return ReadDate(text, ref now);
        if (point > 2) return ReadRunTogether(text, _found, ref now);
        if (text.Length >= 6 && ((_found & Parts.Date) == Parts.None || (_found & Parts.Time) == Parts.None))
            return ReadRunTogether(text, _found, ref now);
        return ReadNumber(text, _hasTextMonth, _found, ref now);
    }

    private DateTimeProblem ReadJulian(string text, ref Parts now)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? text : text[..point];
        if (!int.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out int julian)) return DateTimeProblem.FieldOverflow;
        CivilDate date = Calendar.DateOf((long)julian - Calendar.EpochJulian);
        (_year, _month, _day) = (date.Year, date.Month, date.Day);
        _isJulian = true;
        now |= Parts.Date;
        if (point < 0) return DateTimeProblem.None;
        if (!double.TryParse("0" + text[point..], NumberStyles.Float, CultureInfo.InvariantCulture, out double part)) return DateTimeProblem.BadFormat;
        SetTimeOfDay((long)(part * Calendar.MicrosecondsPerDay));
        now |= Parts.Time;
        return DateTimeProblem.None;
    }

    private void SetTimeOfDay(long microseconds)
    {
        _hour = (int)(microseconds / Calendar.MicrosecondsPerHour);
        _minute = (int)(microseconds / Calendar.MicrosecondsPerMinute % 60);
        _second = (int)(microseconds / Calendar.MicrosecondsPerSecond % 60);
        Fraction = (int)(microseconds % Calendar.MicrosecondsPerSecond);
    }

    private bool IsTimeOverflowing() => _hour > 24 || (_hour == 24 && (_minute > 0 || _second > 0 || Fraction > 0));

    private DateTimeProblem ReadWord(List<DateTimeField> fields, int index, ref Parts now)
    {
        string text = fields[index].Text;
        if (!DateTimeWords.TryFind(text, out DateTimeWord word, out int value))
            return fields[index].Kind == DateTimeFieldKind.Word && NamedZone(text, ref now) == DateTimeProblem.None
                ? DateTimeProblem.None
                : DateTimeProblem.BadFormat;
        switch (word)
        {
            case DateTimeWord.Ignored: return DateTimeProblem.None;
            case DateTimeWord.Month: return TextMonth(value, ref now);
            case DateTimeWord.DayOfWeek: now = Parts.DayOfWeek; return DateTimeProblem.None;
            case DateTimeWord.Meridian: now = Parts.Meridian; _meridian = value; return DateTimeProblem.None;
            case DateTimeWord.Era: now = Parts.Era; _isBeforeChrist = value == 1; return DateTimeProblem.None;
            case DateTimeWord.Zone: now = Parts.Zone; _zone = value; return DateTimeProblem.None;
            case DateTimeWord.DaylightSaving: now = Parts.DaylightSaving; _zone += value; return DateTimeProblem.None;
            case DateTimeWord.JulianMarker: _prefix = Prefix.Julian; return AtNumber(fields, index);
            case DateTimeWord.TimeMarker:
                if (!HasDate || index + 1 >= fields.Count) return DateTimeProblem.BadFormat;
                if (fields[index + 1].Kind is not (DateTimeFieldKind.Number or DateTimeFieldKind.Time or DateTimeFieldKind.Date))
                    return DateTimeProblem.BadFormat;
                _prefix = Prefix.IsoTime;
                return DateTimeProblem.None;
            default: return Moment(word, ref now);
        }
    }

    private static DateTimeProblem AtNumber(List<DateTimeField> fields, int index) =>
        index + 1 < fields.Count ? DateTimeProblem.None : DateTimeProblem.BadFormat;

    private DateTimeProblem TextMonth(int month, ref Parts now)
    {
        bool canReplace = (_found & Parts.Month) != Parts.None && !_hasTextMonth && (_found & Parts.Day) == Parts.None && _month is >= 1 and <= 31;
        if (canReplace)
        {
            // What was taken for a month was the day.
            _day = _month;
            now = Parts.Day;
        }
        else
        {
            now = Parts.Month;
        }

        _hasTextMonth = true;
        _month = month;
        return DateTimeProblem.None;
    }

    private DateTimeProblem Moment(DateTimeWord word, ref Parts now)
    {
        if (word is DateTimeWord.Epoch or DateTimeWord.Late or DateTimeWord.Early)
        {
            Special = word;
            now = Parts.Date | Parts.Time | Parts.Zone | Parts.Special;
            return DateTimeProblem.None;
        }

        if (word == DateTimeWord.MidnightUtc)
        {
            now = Parts.Time | Parts.Zone;
            SetTimeOfDay(0);
            _zone = 0;
            return DateTimeProblem.None;
        }

        int offset = context.TimeZone.OffsetAt(context.TransactionTime);
        CivilTime local = Calendar.TimeOf(context.TransactionTime + (offset * Calendar.MicrosecondsPerSecond));
        int shift = word switch { DateTimeWord.Tomorrow => 1, DateTimeWord.Yesterday => -1, _ => 0 };
        CivilDate date = Calendar.DateOf(Calendar.DaysOf(local.Date.Year, local.Date.Month, local.Date.Day) + shift);
        (_year, _month, _day) = (date.Year, date.Month, date.Day);
        _isJulian = true;
        now = Parts.Date;
        if (word != DateTimeWord.Now) return DateTimeProblem.None;
        now |= Parts.Time | Parts.Zone;
        SetTimeOfDay(local.Microseconds);
        _zone = offset;
        return DateTimeProblem.None;
    }
}
