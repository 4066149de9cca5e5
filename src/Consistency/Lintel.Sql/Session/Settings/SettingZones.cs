using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Settings;

/// <summary>The setting TimeZone.</summary>
internal static class SettingZones
{
    /// <summary>The zone's name as SHOW prints it. Throws FormatException for an unknown one.</summary>
    public static string Normalize(string value) => Of(value).Name;

    /// <summary>The zone of a name.</summary>
    public static SqlTimeZone Of(string value) =>
        value.Trim().ToUpperInvariant() is "DEFAULT" or "LOCAL"
            ? SqlTimeZone.Utc
            : SqlTimeZone.Find(value.Trim()) ?? throw new FormatException("");
}
