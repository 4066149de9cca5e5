using System.Globalization;

namespace Lintel.Sql.Types;

/// <summary>Reads an interval: PostgreSQL's units, SQL's year-month and day-time forms, and ISO 8601. One reader reads one text.</summary>
internal sealed class IntervalReader(IntervalStyle style, int range)
{
    [Flags]
    private enum Parts
    {
        None = 0,
        Microsecond = 1,
        Millisecond = 2,
        Second = 4,
        Seconds = Microsecond | Millisecond | Second,
        Minute = 8,
        Hour = 16,
        Time = Seconds | Minute | Hour,
        Day = 32,
        Week = 64,
        Month = 128,
        Year = 256,
        Decade = 512,
        Century = 1024,
        Millennium = 2048,
    }

    private long _years;
    private long _months;
    private long _days;
    private long _microseconds;
    private Parts _found;

    /// <summary>What was read.</summary>
    public SqlInterval Value { get; private set; } = SqlInterval.Zero;

    /// <summary>Reads a text; answers what is wrong with it.</summary>
    public DateTimeProblem Read(ReadOnlySpan<char> text)
    {
        DateTimeProblem problem;
        try
        {
            problem = ReadUnits(text);
            if (problem == DateTimeProblem.BadFormat)
            {
                (_years, _months, _days, _microseconds) = (0, 0, 0, 0);
                problem = ReadIso(text);
            }

            if (problem != DateTimeProblem.None)
                return problem == DateTimeProblem.FieldOverflow ? DateTimeProblem.IntervalOverflow : problem;
            Value = new SqlInterval(checked((int)((_years * 12) + _months)), checked((int)_days), _microseconds);
            return DateTimeProblem.None;
        }
        catch (OverflowException)
        {
            return DateTimeProblem.IntervalOverflow;
        }
    }

    private DateTimeProblem ReadUnits(ReadOnlySpan<char> text)
    {
        var fields = new List<DateTimeField>(8);
        if (!DateTimeFields.TrySplit(text, fields)) return DateTimeProblem.BadFormat;
        Parts unit = Parts.None;
        bool isAgo = false;
        for (int i = fields.Count - 1; i >= 0; i--)
        {
            (DateTimeFieldKind kind, string field) = fields[i];
            Parts now = Parts.None;
            if (kind is DateTimeFieldKind.Word or DateTimeFieldKind.SignedWord)
            {
                if (field == "ago")
                {
                    isAgo = true;
                    unit = Parts.None;
                    continue;
                }

                if (!Units.TryGetValue(field.Length > 10 ? field[..10] : field, out unit)) return DateTimeProblem.BadFormat;
                continue;
            }

            DateTimeProblem problem;
            bool isTime = kind == DateTimeFieldKind.Time || (kind == DateTimeFieldKind.Signed && field.Contains(':', StringComparison.Ordinal));
            if (isTime)
            {
                problem = ReadTime(field, out now);
                unit = Parts.Day;
            }
            else
            {
                problem = ReadAmount(field, ref unit, out now);
            }

            if (problem != DateTimeProblem.None) return problem;
            if ((now & _found) != Parts.None) return DateTimeProblem.BadFormat;
            _found |= now;
        }

        if (_found == Parts.None) return DateTimeProblem.BadFormat;
        if (style == IntervalStyle.SqlStandard && fields[0].Text[0] == '-') SpreadSign(fields);
        if (isAgo) Negate();
        return DateTimeProblem.None;
    }

    /// <summary>In the SQL style one leading minus negates the whole interval.</summary>
    private void SpreadSign(List<DateTimeField> fields)
    {
        for (int i = 1; i < fields.Count; i++)
            if (fields[i].Text[0] is '-' or '+') return;
        if (_microseconds > 0) _microseconds = -_microseconds;
        if (_days > 0) _days = -_days;
        if (_months > 0) _months = -_months;
        if (_years > 0) _years = -_years;
    }

    private void Negate() => (_years, _months, _days, _microseconds) = (-_years, -_months, -_days, checked(-_microseconds));

    private DateTimeProblem ReadTime(string field, out Parts now)
    {
        now = Parts.Time;
        bool isNegative = field[0] == '-';
        string[] pieces = (field[0] is '-' or '+' ? field[1..] : field).Split(':');
        if (pieces.Length is < 2 or > 3) return DateTimeProblem.BadFormat;
        string last = pieces[^1];
        int point = last.IndexOf('.', StringComparison.Ordinal);
        double fraction = 0;
        if (point >= 0)
        {
            if (!TryFraction(last.AsSpan(point), out fraction)) return DateTimeProblem.BadFormat;
            pieces[^1] = last[..point];
        }

        Span<long> numbers = stackalloc long[3];
        numbers.Clear();
        for (int i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Any(c => !char.IsAsciiDigit(c)) || (i == 0 && pieces[i].Length == 0)) return DateTimeProblem.BadFormat;
            if (pieces[i].Length == 0) continue;
            if (!long.TryParse(pieces[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return DateTimeProblem.FieldOverflow;
        }

        bool isMinutesFirst = pieces.Length == 2
            && (point >= 0 || range == (IntervalFields.Minute | IntervalFields.Second));
        if (isMinutesFirst) (numbers[2], numbers[1], numbers[0]) = (numbers[1], numbers[0], 0);
        if (numbers[1] > 59 || numbers[2] > 60) return DateTimeProblem.FieldOverflow;
        long time = checked((numbers[0] * Calendar.MicrosecondsPerHour) + (numbers[1] * Calendar.MicrosecondsPerMinute)
            + (numbers[2] * Calendar.MicrosecondsPerSecond) + (long)Math.Round(fraction * 1e6, MidpointRounding.ToEven));
        _microseconds = checked(_microseconds + (isNegative ? -time : time));
        return DateTimeProblem.None;
    }

    private DateTimeProblem ReadAmount(string field, ref Parts unit, out Parts now)
    {
        now = Parts.None;
        if (unit == Parts.None) unit = RightmostUnit();
        bool isNegative = field[0] == '-';
        ReadOnlySpan<char> digits = field.AsSpan(field[0] is '-' or '+' ? 1 : 0);
        int dash = digits.IndexOf('-');
        double fraction = 0;
        long amount;
        if (dash >= 0)
        {
            if (!TryWhole(digits[..dash], out amount) || !TryWhole(digits[(dash + 1)..], out long months)) return DateTimeProblem.BadFormat;
            if (months >= 12) return DateTimeProblem.FieldOverflow;
            unit = Parts.Month;
            amount = checked((amount * 12) + months);
        }
        else
        {
            int point = digits.IndexOf('.');
            if (point >= 0 && !TryFraction(digits[point..], out fraction)) return DateTimeProblem.BadFormat;
            if (point == 0) amount = 0;
            else if (!TryWhole(point < 0 ? digits : digits[..point], out amount)) return DateTimeProblem.BadFormat;
        }

        now = unit == Parts.Second && fraction != 0 ? Parts.Seconds : unit;
        Add(unit, isNegative ? -amount : amount, isNegative ? -fraction : fraction);
        if (unit == Parts.Hour) unit = Parts.Day;
        return DateTimeProblem.None;
    }

    private static bool TryWhole(ReadOnlySpan<char> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty) return false;
        foreach (char c in digits)
        {
            if (!char.IsAsciiDigit(c)) return false;
            value = checked((value * 10) + (c - '0'));
        }

        return true;
    }

    private static bool TryFraction(ReadOnlySpan<char> text, out double fraction)
    {
        fraction = 0;
        if (text.Length == 1) return true;
        foreach (char c in text[1..])
            if (!char.IsAsciiDigit(c)) return false;
        fraction = double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return true;
    }

    private Parts RightmostUnit()
    {
        if (range == IntervalFields.FullRange) return Parts.Second;
        if ((range & IntervalFields.Second) != 0) return Parts.Second;
        if ((range & IntervalFields.Minute) != 0) return Parts.Minute;
        if ((range & IntervalFields.Hour) != 0) return Parts.Hour;
        if ((range & IntervalFields.Day) != 0) return Parts.Day;
        return (range & IntervalFields.Month) != 0 ? Parts.Month : Parts.Year;
    }

    private void Add(Parts unit, long amount, double fraction)
    {
        switch (unit)
        {
            case Parts.Microsecond: AddTime(amount, fraction, 1); break;
            case Parts.Millisecond: AddTime(amount, fraction, 1000); break;
            case Parts.Second: AddTime(amount, fraction, Calendar.MicrosecondsPerSecond); break;
            case Parts.Minute: AddTime(amount, fraction, Calendar.MicrosecondsPerMinute); break;
            case Parts.Hour: AddTime(amount, fraction, Calendar.MicrosecondsPerHour); break;
            case Parts.Day: AddDays(amount, fraction, 1); break;
            case Parts.Week: AddDays(checked(amount * 7), fraction, 7); break;
            case Parts.Month:
                _months = checked(_months + amount);
                AddDays(0, fraction, 30);
                break;
            case Parts.Year: AddYears(amount, fraction, 1); break;
            case Parts.Decade: AddYears(amount, fraction, 10); break;
            case Parts.Century: AddYears(amount, fraction, 100); break;
            default: AddYears(amount, fraction, 1000); break;
        }
    }

    private void AddTime(long amount, double fraction, long scale)
    {
        _microseconds = checked(_microseconds + (amount * scale));
        AddFraction(fraction * scale);
    }

    private void AddFraction(double microseconds)
    {
        var whole = (long)microseconds;
        double rest = microseconds - whole;
        if (rest > 0.5) whole++;
        else if (rest < -0.5) whole--;
        _microseconds = checked(_microseconds + whole);
    }

    private void AddDays(long days, double fraction, int scale)
    {
        double scaled = fraction * scale;
        var whole = (int)scaled;
        _days = checked((int)(_days + days + whole));
        AddFraction((scaled - whole) * Calendar.MicrosecondsPerDay);
    }

    private void AddYears(long amount, double fraction, int scale)
    {
        _years = checked((int)(_years + (amount * scale)));
        _months = checked(_months + (long)Math.Round(fraction * scale * 12, MidpointRounding.ToEven));
    }

    private DateTimeProblem ReadIso(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != 'P') return DateTimeProblem.BadFormat;
        bool isTime = false;
        bool hasField = false;
        int at = 1;
        while (at < text.Length)
        {
            if (text[at] == 'T')
            {
                if (isTime) return DateTimeProblem.BadFormat;
                isTime = true;
                hasField = false;
                at++;
                continue;
            }

            int from = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '.' or '-' or '+')) at++;
            if (at == from || at == text.Length) return DateTimeProblem.BadFormat;
            if (!double.TryParse(text[from..at], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value))
                return DateTimeProblem.BadFormat;
            Parts unit = (text[at++], isTime) switch
            {
                ('Y', false) => Parts.Year,
                ('M', false) => Parts.Month,
                ('W', false) => Parts.Week,
                ('D', false) => Parts.Day,
                ('H', true) => Parts.Hour,
                ('M', true) => Parts.Minute,
                ('S', true) => Parts.Second,
                _ => Parts.None,
            };
            if (unit == Parts.None) return DateTimeProblem.BadFormat;
            double whole = Math.Truncate(value);
            if (Math.Abs(whole) > long.MaxValue / 2) return DateTimeProblem.FieldOverflow;
            Add(unit, (long)whole, value - whole);
            hasField = true;
        }

        return hasField ? DateTimeProblem.None : DateTimeProblem.BadFormat;
    }

    private static readonly Dictionary<string, Parts> Units = BuildUnits();

    private static Dictionary<string, Parts> BuildUnits()
    {
        var units = new Dictionary<string, Parts>(StringComparer.Ordinal);
        Add(Parts.Microsecond, "microsecon us usec usecond useconds usecs");
        Add(Parts.Millisecond, "millisecon ms msec msecond mseconds msecs");
        Add(Parts.Second, "s sec second seconds secs");
        Add(Parts.Minute, "m min mins minute minutes");
        Add(Parts.Hour, "h hour hours hr hrs");
        Add(Parts.Day, "d day days");
        Add(Parts.Week, "w week weeks");
        Add(Parts.Month, "mon mons month months");
        Add(Parts.Year, "y year years yr yrs");
        Add(Parts.Decade, "dec decade decades decs");
        Add(Parts.Century, "c cent centuries century");
        Add(Parts.Millennium, "mil millennia millennium mils");
        return units;

        void Add(Parts part, string names)
        {
            foreach (string name in names.Split(' ')) units.Add(name, part);
        }
    }
}
