using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Settings;

/// <summary>Who may change a setting.</summary>
public enum SettingAccess
{
    /// <summary>Any session, at any time.</summary>
    User,

    /// <summary>Nobody: it tells what the server is (55P02).</summary>
    Fixed,
}

/// <summary>One run-time setting: its name as PostgreSQL spells it, its default, and how a value is read.</summary>
/// <param name="Name">Canonical spelling; names are looked up without regard to case.</param>
/// <param name="Kind">How values are read and shown.</param>
/// <param name="Default">The value in a new session, in canonical form.</param>
/// <param name="Description">One line, as SHOW ALL prints it.</param>
/// <param name="Access">Who may change it.</param>
/// <param name="IsReported">Whether clients are told of its value (ParameterStatus).</param>
/// <param name="HasNoEffect">
/// Whether Lintel accepts it for the sake of clients and then does nothing with it, where one might rely on it: setting
/// it to anything but the default raises a warning.
/// </param>
/// <param name="IsInPlanKey">Whether a plan may depend on it: see <see cref="SessionSettings.PlanKey"/>.</param>
public sealed record SettingDefinition(
    string Name,
    SettingKind Kind,
    string Default,
    string Description,
    SettingAccess Access = SettingAccess.User,
    bool IsReported = false,
    bool HasNoEffect = false,
    bool IsInPlanKey = false)
{
    /// <summary>
    /// A value in canonical form. Throws 22023 for one that the setting does not take.
    /// </summary>
    public string Normalize(string value)
    {
        try
        {
            return Kind.Normalize(value);
        }
        catch (FormatException bad)
        {
            throw new SqlException(new SqlError(
                SqlStates.InvalidParameterValue,
                bad.Message.Length > 0 ? bad.Message : $"invalid value for parameter \"{Name}\": \"{value}\"",
                Hint: Kind.Hint));
        }
    }

    /// <summary>A canonical value as SHOW prints it.</summary>
    public string Show(string canonical) => Kind.Show(canonical);
}
