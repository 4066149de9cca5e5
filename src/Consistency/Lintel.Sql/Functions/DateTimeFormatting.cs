using System.Globalization;
using System.Text;
using Lintel.Sql.Types;
using Calendar = Lintel.Sql.Types.Calendar;

namespace Lintel.Sql.Functions;

/// <summary>What a template can show: a moment, or an interval, whose hours may exceed a day.</summary>
internal readonly record struct FormatMoment(
    int Year, int Month, int Day, long Hour, int Minute, int Second, int Fraction, long Days, bool IsInterval)
{
    public static FormatMoment Of(long local)
    {
        CivilTime time = Calendar.TimeOf(local);
        return new FormatMoment(
            time.Date.Year, time.Date.Month, time.Date.Day, time.Hour, time.Minute, time.Second, time.Fraction,
            Calendar.FloorDivide(local, Calendar.MicrosecondsPerDay), false);
    }

    public static FormatMoment Of(SqlInterval value) => new(
        value.Months / 12, value.Months % 12, value.Days, value.Microseconds / Calendar.MicrosecondsPerHour,
        (int)(value.Microseconds / Calendar.MicrosecondsPerMinute % 60), (int)(value.Microseconds / Calendar.MicrosecondsPerSecond % 60),
        (int)(value.Microseconds % Calendar.MicrosecondsPerSecond), 0, true);
}

/// <summary>to_char of dates, times and intervals.</summary>
internal static class DateTimeFormatting
{
    public static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    public static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    public static readonly string[] RomanMonths = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    private const int NameWidth = 9;

    public static void Register(FunctionRegistry table)
    {
        table.Add("to_char(timestamp, text) text", (in value, in template, context) =>
            Calendar.IsFinite(value.AsInt64()) && template.AsString().Length > 0
                ? SqlValue.Of(Print(FormatMoment.Of(value.AsInt64()), template.AsString(), null, context))
                : SqlValue.Null);
        table.Add("to_char(timestamptz, text) text stable", (in value, in template, context) =>
        {
            long instant = value.AsInt64();
            if (!Calendar.IsFinite(instant) || template.AsString().Length == 0) return SqlValue.Null;
            return SqlValue.Of(Print(FormatMoment.Of(DateTimeConversions.Local(instant, context)), template.AsString(), instant, context));
        });
        table.Add("to_char(interval, text) text", (in value, in template, context) =>
            template.AsString().Length == 0
                ? SqlValue.Null
                : SqlValue.Of(Print(FormatMoment.Of(value.AsInterval()), template.AsString(), null, context)));
    }

    private static string Print(FormatMoment moment, string template, long? instant, EvaluationContext context)
    {
        var text = new StringBuilder();
        foreach (FormatField field in FormatTemplate.Parse(template))
        {
            if (field.Keyword is null) text.Append(field.Text);
            else text.Append(Field(moment, field, instant, context));
        }

        return text.ToString();
    }

    private static string Field(FormatMoment moment, FormatField field, long? instant, EvaluationContext context)
    {
        string keyword = field.Keyword!;
        if (Named(moment, keyword, field.IsFilled) is { } name) return name;
        switch (keyword)
        {
            case "TZ" or "tz":
                if (instant is null) return "";
                string zone = context.Types.TimeZone.AbbreviationAt(instant.Value);
                return keyword == "tz" ? zone.ToLowerInvariant() : zone.ToUpperInvariant();
            case "AM" or "PM": return moment.Hour % 24 >= 12 ? "PM" : "AM";
            case "am" or "pm": return moment.Hour % 24 >= 12 ? "pm" : "am";
            case "A.M." or "P.M.": return moment.Hour % 24 >= 12 ? "P.M." : "A.M.";
            case "a.m." or "p.m.": return moment.Hour % 24 >= 12 ? "p.m." : "a.m.";
            case "AD" or "BC": return moment.Year <= 0 ? "BC" : "AD";
            case "ad" or "bc": return moment.Year <= 0 ? "bc" : "ad";
            case "A.D." or "B.C.": return moment.Year <= 0 ? "B.C." : "A.D.";
            case "a.d." or "b.c.": return moment.Year <= 0 ? "b.c." : "a.d.";
        }

        return Number(moment, keyword.ToUpperInvariant(), field, instant, context);
    }

    private static string? Named(FormatMoment moment, string keyword, bool isFilled)
    {
        string? name = keyword switch
        {
            "MONTH" or "Month" or "month" or "MON" or "Mon" or "mon" => moment.Month is >= 1 and <= 12 ? Months[moment.Month - 1] : "",
            "DAY" or "Day" or "day" or "DY" or "Dy" or "dy" => Days[Calendar.DayOfWeek(moment.Days)],
            "RM" or "rm" => moment.Month is >= 1 and <= 12 ? RomanMonths[moment.Month - 1] : "",
            _ => null,
        };
        if (name is null) return null;
        bool isShort = keyword.Length is 2 or 3 && keyword is not ("RM" or "rm" or "DAY" or "Day" or "day");
        if (isShort && name.Length > 3) name = name[..3];
        if (char.IsAsciiLetterLower(keyword[0])) name = name.ToLowerInvariant();
        else if (char.IsAsciiLetterUpper(keyword[1])) name = name.ToUpperInvariant();
        if (!isFilled || isShort) return name;
        return name.PadRight(keyword.Length == 2 ? 4 : NameWidth);
    }

    private static string Number(FormatMoment moment, string keyword, FormatField field, long? instant, EvaluationContext context)
    {
        int shownYear = moment.IsInterval || moment.Year > 0 ? moment.Year : 1 - moment.Year;
        long hour12 = moment.Hour % 12 == 0 ? 12 : moment.Hour % 12;
        switch (keyword)
        {
            case "YYYY": return Digits(shownYear, 4, field);
            case "YYY": return Digits(shownYear % 1000, 3, field);
            case "YY": return Digits(shownYear % 100, 2, field);
            case "Y": return Digits(shownYear % 10, 1, field);
            case "Y,YYY": return WithOrdinal($"{shownYear / 1000},{shownYear % 1000:000}", shownYear, field);
            case "HH24": return Digits(moment.Hour, 2, field);
            case "HH" or "HH12": return Digits(hour12, 2, field);
            case "MI": return Digits(moment.Minute, 2, field);
            case "SS": return Digits(moment.Second, 2, field);
            case "MS": return Digits(moment.Fraction / 1000, 3, field);
            case "US": return Digits(moment.Fraction, 6, field);
            case "SSSS" or "SSSSS": return Digits((((moment.Hour * 60) + moment.Minute) * 60) + moment.Second, 1, field);
            case "MM": return Digits(moment.Month, 2, field);
            case "DD": return Digits(moment.Day, 2, field);
            case "Q": return moment.Month == 0 ? "" : Digits(((moment.Month - 1) / 3) + 1, 1, field);
            case "TZH" or "TZM" or "OF": return Offset(keyword, instant, context);
        }

        if (keyword.StartsWith("FF", StringComparison.Ordinal)) return moment.Fraction.ToString("000000", CultureInfo.InvariantCulture)[..(keyword[2] - '0')];
        if (moment.IsInterval)
            throw new SqlException(SqlStates.InvalidDatetimeFormat, "invalid format specification for an interval value", hint: "Intervals are not tied to specific calendar dates.");
        (int isoYear, int isoWeek) = Calendar.IsoWeek(moment.Days);
        int weekday = Calendar.DayOfWeek(moment.Days);
        int dayOfYear = Calendar.DayOfYear(new CivilDate(moment.Year, moment.Month, moment.Day));
        return keyword switch
        {
            "IYYY" => Digits(isoYear, 4, field),
            "IYY" => Digits(isoYear % 1000, 3, field),
            "IY" => Digits(isoYear % 100, 2, field),
            "I" => Digits(isoYear % 10, 1, field),
            "IW" => Digits(isoWeek, 2, field),
            "ID" => Digits(weekday == 0 ? 7 : weekday, 1, field),
            "IDDD" => Digits(moment.Days - Calendar.IsoYearStart(isoYear) + 1, 3, field),
            "DDD" => Digits(dayOfYear, 3, field),
            "D" => Digits(weekday + 1, 1, field),
            "WW" => Digits(((dayOfYear - 1) / 7) + 1, 2, field),
            "W" => Digits(((moment.Day - 1) / 7) + 1, 1, field),
            "CC" => Digits(moment.Year > 0 ? (moment.Year + 99) / 100 : -((100 - moment.Year) / 100), 2, field),
            _ => Digits(moment.Days + Calendar.EpochJulian, 1, field),
        };
    }

    private static string Offset(string keyword, long? instant, EvaluationContext context)
    {
        int offset = instant is { } at ? context.Types.TimeZone.OffsetAt(at) : 0;
        int size = Math.Abs(offset);
        string sign = offset < 0 ? "-" : "+";
        string minutes = (size / 60 % 60).ToString("00", CultureInfo.InvariantCulture);
        return keyword switch
        {
            "TZM" => minutes,
            "TZH" => $"{sign}{size / 3600:00}",
            _ => size % 3600 == 0 ? $"{sign}{size / 3600:00}" : $"{sign}{size / 3600:00}:{minutes}",
        };
    }

    private static string Digits(long number, int width, FormatField field)
    {
        string size = Math.Abs(number).ToString(CultureInfo.InvariantCulture);
        if (field.IsFilled) size = size.PadLeft(width, '0');
        return WithOrdinal(number < 0 ? "-" + size : size, number, field);
    }

    private static string WithOrdinal(string text, long number, FormatField field)
    {
        if (field.Ordinal.Length == 0) return text;
        long size = Math.Abs(number);
        string ending = (size % 100) is >= 11 and <= 13 ? "TH" : (size % 10) switch { 1 => "ST", 2 => "ND", 3 => "RD", _ => "TH" };
        return text + (field.Ordinal == "th" ? ending.ToLowerInvariant() : ending);
    }
}
