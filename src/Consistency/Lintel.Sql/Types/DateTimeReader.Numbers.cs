using System.Globalization;

namespace Lintel.Sql.Types;

/// <content>Numbers: which part of the date each one is.</content>
internal sealed partial class DateTimeReader
{
    // PostgreSQL's limit of a zone displacement, exclusive.
    private const int ZoneHoursEnd = 16;

    private DateTimeProblem ReadDate(string text, ref Parts now)
    {
        List<string> pieces = Pieces(text);
        if (pieces.Count == 0) return DateTimeProblem.BadFormat;
        Parts found = Parts.None;
        bool hasTextMonth = false;
        for (int i = 0; i < pieces.Count; i++)
        {
            if (!char.IsAsciiLetter(pieces[i][0])) continue;
            if (!DateTimeWords.TryFind(pieces[i], out DateTimeWord word, out int value)) return DateTimeProblem.BadFormat;
            pieces[i] = "";
            if (word == DateTimeWord.Ignored) continue;
            if (word != DateTimeWord.Month || (found & Parts.Month) != Parts.None) return DateTimeProblem.BadFormat;
            _month = value;
            hasTextMonth = true;
            found |= Parts.Month;
        }

        _hasTextMonth |= hasTextMonth;
        foreach (string piece in pieces)
        {
            if (piece.Length == 0) continue;
            Parts part = Parts.None;
            DateTimeProblem problem = ReadNumber(piece, hasTextMonth, found, ref part);
            if (problem != DateTimeProblem.None) return problem;
            if ((found & part) != Parts.None) return DateTimeProblem.BadFormat;
            found |= part;
        }

        now |= found;
        return (found & ~(Parts.DayOfYear | Parts.Zone)) == Parts.Date ? DateTimeProblem.None : DateTimeProblem.BadFormat;
    }

    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>(3);
        int at = 0;
        while (at < text.Length)
        {
            while (at < text.Length && !char.IsAsciiLetterOrDigit(text[at])) at++;
            if (at == text.Length) break;
            int from = at;
            if (char.IsAsciiDigit(text[at]))
                while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            else
                while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            pieces.Add(text[from..at]);
        }

        return pieces;
    }

    private DateTimeProblem ReadNumber(string text, bool hasTextMonth, Parts found, ref Parts now)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? text : text[..point];
        if (whole.Length == 0) return DateTimeProblem.BadFormat;
        if (!int.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out int value)) return DateTimeProblem.FieldOverflow;
        if (point > 2) return ReadRunTogether(text, found | Parts.Date, ref now);
        if (point >= 0 && !TryFraction(text.AsSpan(point))) return DateTimeProblem.BadFormat;
        if (text.Length == 3 && (found & Parts.Date) == Parts.Year && value is >= 1 and <= 366)
        {
            now |= Parts.DayOfYear | Parts.Month | Parts.Day;
            _dayOfYear = value;
            return DateTimeProblem.None;
        }

        return Place(text, value, hasTextMonth, found, ref now);
    }

    private DateTimeProblem Place(string text, int value, bool hasTextMonth, Parts found, ref Parts now)
    {
        bool isLong = text.Length >= 3;
        Parts part;
        switch (found & Parts.Date)
        {
            case Parts.None:
                part = isLong || context.DateOrder == DateOrder.YearMonthDay ? Parts.Year
                    : context.DateOrder == DateOrder.DayMonthYear ? Parts.Day : Parts.Month;
                break;
            case Parts.Year: part = Parts.Month; break;
            case Parts.Month:
                part = hasTextMonth && (isLong || context.DateOrder == DateOrder.YearMonthDay) ? Parts.Year : Parts.Day;
                break;
            case Parts.Year | Parts.Month:
                if (hasTextMonth && isLong && _hasTwoDigitYear)
                {
                    // DD-MON-YYYY in the order YMD: the first number was the day.
                    _day = _year;
                    _year = value;
                    _hasTwoDigitYear = false;
                    now |= Parts.Day;
                    return DateTimeProblem.None;
                }

                part = Parts.Day;
                break;
            case Parts.Day: part = Parts.Month; break;
            case Parts.Month | Parts.Day: part = Parts.Year; break;
            case Parts.Date: return ReadRunTogether(text, found, ref now);
            default: return DateTimeProblem.BadFormat;
        }

        now |= part;
        if (part == Parts.Month) _month = value;
        else if (part == Parts.Day) _day = value;
        else (_year, _hasTwoDigitYear) = (value, text.Length <= 2);
        return DateTimeProblem.None;
    }

    /// <summary>yyyymmdd, yymmdd, hhmmss, hhmm, each of the last with a fraction.</summary>
    private DateTimeProblem ReadRunTogether(string text, Parts found, ref Parts now)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            if (!TryFraction(text.AsSpan(point))) return DateTimeProblem.BadFormat;
            text = text[..point];
        }
        else if ((found & Parts.Date) != Parts.Date && text.Length >= 6)
        {
            now |= Parts.Date;
            _day = Digits(text, text.Length - 2, 2);
            _month = Digits(text, text.Length - 4, 2);
            if (!int.TryParse(text.AsSpan(0, text.Length - 4), NumberStyles.None, CultureInfo.InvariantCulture, out _year))
                return DateTimeProblem.FieldOverflow;
            if (text.Length == 6) _hasTwoDigitYear = true;
            return DateTimeProblem.None;
        }

        if ((found & Parts.Time) != Parts.None || text.Length is not (4 or 6)) return DateTimeProblem.BadFormat;
        now |= Parts.Time;
        _hour = Digits(text, 0, 2);
        _minute = Digits(text, 2, 2);
        _second = text.Length == 6 ? Digits(text, 4, 2) : 0;
        return DateTimeProblem.None;
    }

    private static int Digits(string text, int start, int count) =>
        int.Parse(text.AsSpan(start, count), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>hh:mm, hh:mm:ss, hh:mm:ss.f, mm:ss.f.</summary>
    private DateTimeProblem ReadTime(string text)
    {
        string[] pieces = text.Split(':');
        if (pieces.Length is < 2 or > 3) return DateTimeProblem.BadFormat;
        string last = pieces[^1];
        int point = last.IndexOf('.', StringComparison.Ordinal);
        Fraction = 0;
        if (point >= 0)
        {
            if (!TryFraction(last.AsSpan(point))) return DateTimeProblem.BadFormat;
            pieces[^1] = last[..point];
        }

        Span<int> numbers = stackalloc int[3];
        numbers.Clear();
        for (int i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Length == 0 && i > 0) numbers[i] = 0;
            else if (!int.TryParse(pieces[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return DateTimeProblem.FieldOverflow;
        }

        if (pieces.Length == 2 && point >= 0) (_hour, _minute, _second) = (0, numbers[0], numbers[1]);
        else (_hour, _minute, _second) = (numbers[0], numbers[1], numbers[2]);
        return _minute > 59 || _second > 60 ? DateTimeProblem.FieldOverflow : DateTimeProblem.None;
    }

    private bool TryFraction(ReadOnlySpan<char> text)
    {
        if (text.Length == 1)
        {
            Fraction = 0;
            return true;
        }

        foreach (char c in text[1..])
            if (!char.IsAsciiDigit(c)) return false;
        double part = double.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        Fraction = (int)Math.Round(part * Calendar.MicrosecondsPerSecond, MidpointRounding.ToEven);
        return true;
    }

    /// <summary>+hh, +hhmm, +hh:mm, +hh:mm:ss; the answer is seconds east.</summary>
    internal static DateTimeProblem ReadZone(string text, out int secondsEast)
    {
        secondsEast = 0;
        if (text.Length < 2) return DateTimeProblem.BadFormat;
        string[] pieces = text[1..].Split(':');
        if (pieces.Length > 3) return DateTimeProblem.BadFormat;
        Span<int> numbers = stackalloc int[3];
        numbers.Clear();
        for (int i = 0; i < pieces.Length; i++)
        {
            if (pieces[i].Any(c => !char.IsAsciiDigit(c))) return DateTimeProblem.BadFormat;
            if (pieces[i].Length == 0) numbers[i] = 0;
            else if (!int.TryParse(pieces[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return DateTimeProblem.ZoneOverflow;
        }

        if (pieces.Length == 1 && pieces[0].Length > 2) (numbers[0], numbers[1]) = (numbers[0] / 100, numbers[0] % 100);
        if (numbers[0] >= ZoneHoursEnd || numbers[1] > 59 || numbers[2] > 59) return DateTimeProblem.ZoneOverflow;
        secondsEast = (((numbers[0] * 60) + numbers[1]) * 60) + numbers[2];
        if (text[0] == '-') secondsEast = -secondsEast;
        return DateTimeProblem.None;
    }

    private DateTimeProblem Complete()
    {
        DateTimeProblem problem = CompleteDate();
        if (problem != DateTimeProblem.None) return problem;
        if (_meridian >= 0)
        {
            if (_hour > 12) return DateTimeProblem.FieldOverflow;
            if (_meridian == 0 && _hour == 12) _hour = 0;
            else if (_meridian == 1 && _hour != 12) _hour += 12;
        }

        // A second of 60, and a fraction that rounded up, carry over by the sum in TimeOfDay.
        return IsTimeOverflowing() ? DateTimeProblem.FieldOverflow : DateTimeProblem.None;
    }

    private DateTimeProblem CompleteDate()
    {
        if ((_found & Parts.Year) != Parts.None && !_isJulian)
        {
            if (_isBeforeChrist)
            {
                if (_year <= 0) return DateTimeProblem.FieldOverflow;
                _year = 1 - _year;
            }
            else if (_hasTwoDigitYear)
            {
                _year += _year < 70 ? 2000 : 1900;
            }
            else if (_year <= 0)
            {
                return DateTimeProblem.FieldOverflow;
            }
        }

        if ((_found & Parts.DayOfYear) != Parts.None)
        {
            CivilDate date = Calendar.DateOf(Calendar.DaysOf(_year, 1, _dayOfYear));
            (_year, _month, _day) = (date.Year, date.Month, date.Day);
        }

        if ((_found & Parts.Month) != Parts.None && _month is < 1 or > 12) return DateTimeProblem.OrderOverflow;
        if ((_found & Parts.Day) != Parts.None && _day is < 1 or > 31) return DateTimeProblem.OrderOverflow;
        if (HasDate && _day > Calendar.DaysInMonth(_year, _month)) return DateTimeProblem.FieldOverflow;
        return DateTimeProblem.None;
    }
}
