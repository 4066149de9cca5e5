using System.Globalization;

namespace Lintel.Sql.Session.Settings;

/// <summary>The family of units that a numeric setting is written in.</summary>
public enum SettingUnits
{
    /// <summary>A plain number.</summary>
    None,

    /// <summary>Time; stored in milliseconds.</summary>
    Milliseconds,

    /// <summary>Memory; stored in kilobytes.</summary>
    Kilobytes,
}

/// <summary>PostgreSQL's units of settings: how they convert, and which one SHOW picks.</summary>
internal static class UnitTable
{
    private static readonly (string Name, decimal Factor)[] Times =
        [("us", 0.001m), ("ms", 1), ("s", 1000), ("min", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

    private static readonly (string Name, decimal Factor)[] Sizes =
        [("B", 1m / 1024), ("kB", 1), ("MB", 1024), ("GB", 1024 * 1024), ("TB", 1024L * 1024 * 1024)];

    public static string? BaseOf(SettingUnits units) => units switch
    {
        SettingUnits.Milliseconds => "ms",
        SettingUnits.Kilobytes => "kB",
        _ => null,
    };

    public static string? HintOf(SettingUnits units) => units switch
    {
        SettingUnits.Milliseconds => "Valid units for this parameter are \"us\", \"ms\", \"s\", \"min\", \"h\", and \"d\".",
        SettingUnits.Kilobytes => "Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".",
        _ => null,
    };

    /// <summary>How many base units one of a unit is; null for an unknown one. No unit is the base unit.</summary>
    public static decimal? FactorOf(SettingUnits units, string name)
    {
        if (name.Length == 0) return 1;
        foreach ((string known, decimal factor) in Of(units))
        {
            if (known == name) return factor;
        }

        return null;
    }

    /// <summary>In the largest unit that divides the value.</summary>
    public static string Show(SettingUnits units, long value)
    {
        string unit = BaseOf(units) ?? "";
        if (units == SettingUnits.None || value <= 0)
            return value.ToString(CultureInfo.InvariantCulture);
        decimal shown = value;
        foreach ((string name, decimal factor) in Of(units))
        {
            if (factor < 1 || value % factor != 0) continue;
            (shown, unit) = (value / factor, name);
        }

        return shown.ToString(CultureInfo.InvariantCulture) + unit;
    }

    private static (string Name, decimal Factor)[] Of(SettingUnits units) => units switch
    {
        SettingUnits.Milliseconds => Times,
        SettingUnits.Kilobytes => Sizes,
        _ => [],
    };
}
