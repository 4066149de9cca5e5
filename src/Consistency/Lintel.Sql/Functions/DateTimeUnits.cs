using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>A field that extract, date_part and date_trunc name.</summary>
internal enum DateTimeUnit
{
    Microseconds,
    Milliseconds,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
    Millennium,
    Epoch,
    DayOfWeek,
    IsoDayOfWeek,
    DayOfYear,
    IsoYear,
    Julian,
    Timezone,
    TimezoneHour,
    TimezoneMinute,
}

/// <summary>Names of units, in the spellings that PostgreSQL takes.</summary>
internal static class DateTimeUnits
{
    private static readonly Dictionary<string, DateTimeUnit> Names = Build();

    /// <summary>The unit of a name; 22023 when there is none.</summary>
    public static DateTimeUnit Parse(string name, SqlType type)
    {
        string lower = name.ToLowerInvariant();
        return Names.TryGetValue(lower.Length > 10 ? lower[..10] : lower, out DateTimeUnit unit)
            ? unit
            : throw Unrecognized(name, type);
    }

    /// <summary>22023: there is no such unit.</summary>
    public static SqlException Unrecognized(string name, SqlType type) =>
        new(SqlStates.InvalidParameterValue, $"unit \"{name}\" not recognized for type {type}");

    /// <summary>0A000: the unit exists and the type does not have it.</summary>
    public static SqlException Unsupported(string name, SqlType type) =>
        new(SqlStates.FeatureNotSupported, $"unit \"{name}\" not supported for type {type}");

    private static Dictionary<string, DateTimeUnit> Build()
    {
        var names = new Dictionary<string, DateTimeUnit>(StringComparer.Ordinal);
        Add(DateTimeUnit.Microseconds, "microsecon us usec usecond useconds usecs");
        Add(DateTimeUnit.Milliseconds, "millisecon ms msec msecond mseconds msecs");
        Add(DateTimeUnit.Second, "s sec second seconds secs");
        Add(DateTimeUnit.Minute, "m min mins minute minutes");
        Add(DateTimeUnit.Hour, "h hour hours hr hrs");
        Add(DateTimeUnit.Day, "d day days");
        Add(DateTimeUnit.Week, "w week weeks");
        Add(DateTimeUnit.Month, "mon mons month months");
        Add(DateTimeUnit.Quarter, "qtr quarter");
        Add(DateTimeUnit.Year, "y year years yr yrs");
        Add(DateTimeUnit.Decade, "dec decade decades decs");
        Add(DateTimeUnit.Century, "c cent centuries century");
        Add(DateTimeUnit.Millennium, "mil millennia millennium mils");
        Add(DateTimeUnit.Epoch, "epoch");
        Add(DateTimeUnit.DayOfWeek, "dow");
        Add(DateTimeUnit.IsoDayOfWeek, "isodow");
        Add(DateTimeUnit.DayOfYear, "doy");
        Add(DateTimeUnit.IsoYear, "isoyear");
        Add(DateTimeUnit.Julian, "j jd julian");
        Add(DateTimeUnit.Timezone, "timezone");
        Add(DateTimeUnit.TimezoneHour, "timezone_h");
        Add(DateTimeUnit.TimezoneMinute, "timezone_m");
        return names;

        void Add(DateTimeUnit unit, string spellings)
        {
            foreach (string spelling in spellings.Split(' ')) names.Add(spelling, unit);
        }
    }
}
