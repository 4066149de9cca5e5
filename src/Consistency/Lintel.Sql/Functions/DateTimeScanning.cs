using System.Globalization;
using Lintel.Sql.Types;
using Calendar = Lintel.Sql.Types.Calendar;

namespace Lintel.Sql.Functions;

/// <summary>to_date and to_timestamp: text read by a template. Separators in the text need not be those of the template.</summary>
internal sealed class DateTimeScanning(string text, string template)
{
    private int _at;
    private int? _year;
    private int? _month;
    private int? _day;
    private int? _dayOfYear;
    private int? _julian;
    private int _hour;
    private bool _isHalfDay;
    private bool? _isAfternoon;
    private int _minute;
    private int _second;
    private int _fraction;
    private int? _secondOfDay;
    private int? _offset;
    private bool _isBeforeChrist;

    public static void Register(FunctionRegistry table)
    {
        table.Add("to_date(text, text) date stable", (in a, in b, _) =>
        {
            var scan = new DateTimeScanning(a.AsString(), b.AsString());
            scan.Run();
            return SqlValue.Of(scan.Days());
        });
        table.Add("to_timestamp(text, text) timestamptz stable", (in a, in b, context) =>
        {
            var scan = new DateTimeScanning(a.AsString(), b.AsString());
            scan.Run();
            if (!Calendar.TryTimestamp(scan.Days(), scan.TimeOfDay(), out long local)) throw scan.OutOfRange();
            return SqlValue.Of(scan._offset is { } offset
                ? local - (offset * Calendar.MicrosecondsPerSecond)
                : DateTimeConversions.Instant(local, context));
        });
    }

    private void Run()
    {
        List<FormatField> fields = FormatTemplate.Parse(template);
        for (int i = 0; i < fields.Count; i++)
        {
            FormatField field = fields[i];
            if (field.Keyword is not null)
            {
                SkipBlanks();
                if (_at >= text.Length) return;
                bool isNextDigits = i + 1 < fields.Count && fields[i + 1].Keyword is not null;
                Read(field.Keyword, isNextDigits);
                if (field.Ordinal.Length > 0) _at = Math.Min(text.Length, _at + 2);
            }
            else if (field.IsQuoted)
            {
                _at = Math.Min(text.Length, _at + field.Text.Length);
            }
            else if (_at < text.Length && !char.IsLetterOrDigit(text[_at]))
            {
                bool isSign = text[_at] is '-' or '+' && fields.Count > i + 1 && fields[i + 1].Keyword is "TZH" or "OF";
                if (!isSign) _at++;
            }
            else if (_at < text.Length && char.IsLetterOrDigit(field.Text[0]))
            {
                _at++;
            }
        }
    }

    private void Read(string keyword, bool isNextDigits)
    {
        switch (keyword)
        {
            case "MONTH" or "Month" or "month": _month = Name(DateTimeFormatting.Months, keyword, isShort: false) + 1; return;
            case "MON" or "Mon" or "mon": _month = Name(DateTimeFormatting.Months, keyword, isShort: true) + 1; return;
            case "DAY" or "Day" or "day": Name(DateTimeFormatting.Days, keyword, isShort: false); return;
            case "DY" or "Dy" or "dy": Name(DateTimeFormatting.Days, keyword, isShort: true); return;
            case "RM" or "rm": _month = Roman(keyword) + 1; return;
            case "AM" or "PM" or "am" or "pm" or "A.M." or "P.M." or "a.m." or "p.m.": Meridian(keyword); return;
            case "AD" or "BC" or "ad" or "bc" or "A.D." or "B.C." or "a.d." or "b.c.": Era(keyword); return;
            case "TZ" or "tz": throw new SqlException(SqlStates.FeatureNotSupported, $"formatting field \"{keyword}\" is only supported in to_char");
        }

        ReadNumber(keyword.ToUpperInvariant(), isNextDigits);
    }

    private void ReadNumber(string keyword, bool isNextDigits)
    {
        switch (keyword)
        {
            case "YYYY": Year(Number(keyword, isNextDigits ? 4 : 9), 4); break;
            case "YYY": Year(Number(keyword, 3), 3); break;
            case "YY": Year(Number(keyword, isNextDigits ? 2 : 4), 2); break;
            case "Y": Year(Number(keyword, 1), 1); break;
            case "Y,YYY":
                int thousands = Number(keyword, 3);
                _at++;
                _year = (thousands * 1000) + Number(keyword, 3);
                break;
            case "MM": _month = Number(keyword, 2); break;
            case "DD": _day = Number(keyword, 2); break;
            case "DDD": _dayOfYear = Number(keyword, 3); break;
            case "HH24": _hour = Number(keyword, 2); break;
            case "HH" or "HH12":
                _hour = Number(keyword, 2);
                _isHalfDay = true;
                break;
            case "MI": _minute = Number(keyword, 2); break;
            case "SS": _second = Number(keyword, 2); break;
            case "MS": _fraction = Fraction(keyword, 3) * 1000; break;
            case "US": _fraction = Fraction(keyword, 6); break;
            case "SSSS" or "SSSSS": _secondOfDay = Number(keyword, 5); break;
            case "J": _julian = Number(keyword, 9); break;
            case "Q" or "D" or "ID" or "WW" or "W" or "CC": Number(keyword, 2); break;
            case "TZH" or "OF": Offset(keyword); break;
            case "TZM": _offset = (_offset ?? 0) + (Math.Sign(_offset ?? 1) * Number(keyword, 2) * 60); break;
            default:
                if (keyword.StartsWith("FF", StringComparison.Ordinal))
                {
                    int digits = keyword[2] - '0';
                    _fraction = Fraction(keyword, digits) * (int)Math.Pow(10, 6 - digits);
                    break;
                }

                throw new SqlException(SqlStates.FeatureNotSupported, $"formatting field \"{keyword}\" is not supported for input");
        }
    }

    private void Year(int value, int digits) => _year = digits switch
    {
        4 => value,
        _ when value > 99 && digits == 2 => value,
        3 => value >= 520 ? value + 1000 : value + 2000,
        2 => value < 70 ? value + 2000 : value + 1900,
        _ => value + 2000,
    };

    private int Number(string keyword, int digitsMax)
    {
        SkipBlanks();
        int from = _at;
        if (_at < text.Length && text[_at] is '-' or '+') _at++;
        int digitsFrom = _at;
        while (_at < text.Length && _at - digitsFrom < digitsMax && char.IsAsciiDigit(text[_at])) _at++;
        if (_at > digitsFrom && int.TryParse(text.AsSpan(from, _at - from), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)) return value;
        int end = Math.Min(text.Length, from + Math.Min(digitsMax, 4));
        throw new SqlException(
            SqlStates.InvalidDatetimeFormat, $"invalid value \"{text[from..end]}\" for \"{keyword}\"", detail: "Value must be an integer.");
    }

    private int Fraction(string keyword, int digits)
    {
        int from = _at;
        int value = Number(keyword, digits);
        for (int i = _at - from; i < digits; i++) value *= 10;
        return value;
    }

    private int Name(string[] names, string keyword, bool isShort)
    {
        for (int i = 0; i < names.Length; i++)
        {
            string name = isShort ? names[i][..3] : names[i];
            if (string.Compare(text, _at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) != 0) continue;
            _at += name.Length;
            return i;
        }

        int end = _at;
        while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
        throw new SqlException(
            SqlStates.InvalidDatetimeFormat, $"invalid value \"{text[_at..end]}\" for \"{keyword}\"",
            detail: "The given value did not match any of the allowed values for this field.");
    }

    private int Roman(string keyword)
    {
        for (int i = DateTimeFormatting.RomanMonths.Length - 1; i >= 0; i--)
        {
            string name = DateTimeFormatting.RomanMonths[i];
            int end = _at + name.Length;
            if (string.Compare(text, _at, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) != 0) continue;
            if (end < text.Length && char.IsLetter(text[end])) continue;
            _at = end;
            return i;
        }

        return Name(DateTimeFormatting.RomanMonths, keyword, isShort: false);
    }

    private void Meridian(string keyword)
    {
        string[] words = keyword.Length > 2 ? ["a.m.", "p.m."] : ["am", "pm"];
        _isAfternoon = Name(words, keyword, isShort: false) == 1;
    }

    private void Era(string keyword)
    {
        string[] words = keyword.Length > 2 ? ["a.d.", "b.c."] : ["ad", "bc"];
        _isBeforeChrist = Name(words, keyword, isShort: false) == 1;
    }

    private void Offset(string keyword)
    {
        int sign = text[_at] == '-' ? -1 : 1;
        if (text[_at] is '+' or '-' or ' ') _at++;
        _offset = sign * Number(keyword, 2) * 3600;
    }

    private void SkipBlanks()
    {
        while (_at < text.Length && TextParts.IsBlank(text[_at])) _at++;
    }

    private long Days()
    {
        if (_julian is { } julian) return julian - (long)Calendar.EpochJulian;
        int year = _year ?? 0;
        if (_isBeforeChrist) year = 1 - year;
        if (_dayOfYear is { } dayOfYear)
        {
            int length = Calendar.IsLeapYear(year) ? 366 : 365;
            return dayOfYear >= 1 && dayOfYear <= length ? Calendar.DaysOf(year, 1, dayOfYear) : throw OutOfRange();
        }

        int month = _month ?? 1;
        int day = _day ?? 1;
        bool isValid = month is >= 1 and <= 12 && day >= 1 && day <= Calendar.DaysInMonth(year, month);
        if (!isValid) throw OutOfRange();
        return Calendar.DaysOf(year, month, day);
    }

    private long TimeOfDay()
    {
        if (_secondOfDay is { } seconds) return (seconds * Calendar.MicrosecondsPerSecond) + _fraction;
        int hour = _hour;
        if (_isHalfDay || _isAfternoon is not null)
        {
            if (hour is < 1 or > 12)
            {
                throw new SqlException(
                    SqlStates.InvalidDatetimeFormat, $"hour \"{hour}\" is invalid for the 12-hour clock",
                    hint: "Use the 24-hour clock, or give an hour between 1 and 12.");
            }

            hour = (hour % 12) + (_isAfternoon == true ? 12 : 0);
        }

        if (hour is < 0 or > 23 || _minute is < 0 or > 59 || _second is < 0 or > 59) throw OutOfRange();
        return (((((hour * 60L) + _minute) * 60) + _second) * Calendar.MicrosecondsPerSecond) + _fraction;
    }

    private SqlException OutOfRange() =>
        new(SqlStates.DatetimeFieldOverflow, $"date/time field value out of range: \"{text}\"");
}
