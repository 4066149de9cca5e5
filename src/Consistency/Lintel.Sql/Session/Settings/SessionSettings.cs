using System.Collections.Immutable;
using System.Globalization;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session.Settings;

/// <summary>
/// The settings of one session. SET holds for the session, unless its transaction is rolled back; SET LOCAL until the
/// end of the transaction. RESET goes back to what the connection began with.
/// </summary>
public sealed class SessionSettings
{
    private readonly ISessionEvents _events;
    private readonly Dictionary<string, string> _initial = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _announced = new(StringComparer.Ordinal);
    private SettingValues _values = SettingValues.None;
    private string? _planKey;

    /// <summary>
    /// The settings of a new session. <paramref name="start"/> are those of the start-up message: an unknown name is
    /// refused with 42704, a bad value with 22023.
    /// </summary>
    public SessionSettings(ISessionEvents events, string user, IEnumerable<KeyValuePair<string, string>> start)
    {
        _events = events;
        _initial["session_authorization"] = user;
        foreach ((string name, string value) in start) _initial[NameOf(name)] = Checked(name, value);
        foreach (SettingDefinition reported in SettingCatalog.Reported)
            _announced[reported.Name] = Show(reported.Name)!;
    }

    /// <summary>The present state, to be gone back to with <see cref="Restore"/>.</summary>
    public SettingValues Values => _values;

    /// <summary>Counts changes: what is derived from settings is derived anew when it has moved.</summary>
    public long Changes { get; private set; }

    /// <summary>
    /// The settings that a plan may depend on, as text; equal texts, equal plans.
    /// </summary>
    public string PlanKey => _planKey ??= string.Join(
        '\n', SettingCatalog.All.Where(d => d.IsInPlanKey).Select(d => Get(d.Name)));

    /// <summary>The reported settings and their values.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Reported =>
        [.. SettingCatalog.Reported.Select(d => KeyValuePair.Create(d.Name, Show(d.Name)!))];

    /// <summary>The canonical value of a setting that is defined.</summary>
    public string Get(string name) =>
        Find(name) ?? throw new ArgumentException($"no setting is named {name}", nameof(name));

    /// <summary>Whether a boolean setting is on.</summary>
    public bool IsOn(string name) => Get(name) == "on";

    /// <summary>A setting in milliseconds, as a duration.</summary>
    public TimeSpan Duration(string name) =>
        TimeSpan.FromMilliseconds(long.Parse(Get(name), CultureInfo.InvariantCulture));

    /// <summary>The value as SHOW prints it; null when there is no such setting.</summary>
    public string? Show(string name) =>
        Find(name) is { } value ? SettingCatalog.Find(name)?.Show(value) ?? value : null;

    /// <summary>
    /// SET. A null value is DEFAULT. Throws 42704, 22023, 55P02. <paramref name="inTransaction"/> says whether LOCAL has
    /// a meaning; outside of a transaction it does nothing but warn.
    /// </summary>
    public void Set(string name, string? value, bool isLocal, bool inTransaction)
    {
        string key = NameOf(name);
        SettingDefinition? definition = SettingCatalog.Find(name);
        if (definition is { Access: SettingAccess.Fixed })
            throw new SqlException(SqlStates.CantChangeRuntimeParam, $"parameter \"{definition.Name}\" cannot be changed");
        string checkedValue = value is null ? Initial(key) ?? "" : Checked(name, value);
        if (isLocal && !inTransaction)
        {
            _events.OnNotice(new SqlNotice(
                "WARNING", SqlStates.NoActiveSqlTransaction, "SET LOCAL can only be used in transaction blocks"));
            return;
        }

        if (definition is { HasNoEffect: true } && checkedValue != definition.Default)
        {
            _events.OnNotice(new SqlNotice(
                "WARNING", SqlStates.Warning, $"parameter \"{definition.Name}\" is accepted and has no effect"));
        }

        Restore(isLocal
            ? _values with { Local = _values.Local.SetItem(key, checkedValue) }
            : new SettingValues(
                value is null ? _values.Session.Remove(key) : _values.Session.SetItem(key, checkedValue),
                _values.Local.Remove(key)));
    }

    /// <summary>RESET ALL.</summary>
    public void ResetAll() => Restore(SettingValues.None);

    /// <summary>The transaction is over: what SET LOCAL wrote is forgotten.</summary>
    public void EndTransaction() => Restore(_values with { Local = SettingValues.None.Local });

    /// <summary>Goes to a state, and announces what is reported and has changed.</summary>
    public void Restore(SettingValues values)
    {
        if (values == _values) return;
        _values = values;
        _planKey = null;
        Changes++;
        foreach (SettingDefinition reported in SettingCatalog.Reported)
        {
            string value = Show(reported.Name)!;
            if (_announced[reported.Name] == value) continue;
            _announced[reported.Name] = value;
            _events.OnParameterStatus(reported.Name, value);
        }
    }

    /// <summary>What RESET goes back to.</summary>
    public string? Initial(string name) =>
        _initial.TryGetValue(name, out string? value) ? value : SettingCatalog.Find(name)?.Default;

    private static string Checked(string name, string value)
    {
        if (SettingCatalog.Find(name) is { } definition) return definition.Normalize(value);
        return name.Contains('.', StringComparison.Ordinal)
            ? value
            : throw Unknown(name);
    }

    private static string NameOf(string name) => SettingCatalog.Find(name)?.Name ?? name;

    private static SqlException Unknown(string name) =>
        new(SqlStates.UndefinedObject, $"unrecognized configuration parameter \"{name}\"");

    private string? Find(string name) => _values.Find(name) ?? Initial(name);
}
