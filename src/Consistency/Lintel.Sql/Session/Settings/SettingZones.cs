namespace Lintel.Sql.Session.Settings;

/// <summary>The setting TimeZone.</summary>
internal static class SettingZones
{
    /// <summary>The zone's name as SHOW prints it. Throws FormatException for an unknown one.</summary>
    public static string Normalize(string value) => value.Trim();
}
