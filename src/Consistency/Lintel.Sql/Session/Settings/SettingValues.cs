using System.Collections.Immutable;

namespace Lintel.Sql.Session.Settings;

/// <summary>
/// The values that differ from the session's defaults, as an immutable state: what SET wrote, and over it what SET LOCAL
/// wrote for the transaction. Going back to a savepoint or rolling back is going back to an earlier state.
/// </summary>
/// <param name="Session">What SET wrote.</param>
/// <param name="Local">What SET LOCAL wrote; forgotten when the transaction ends.</param>
public readonly record struct SettingValues(
    ImmutableSortedDictionary<string, string> Session, ImmutableSortedDictionary<string, string> Local)
{
    /// <summary>Nothing set.</summary>
    public static SettingValues None { get; } = new(
        ImmutableSortedDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase),
        ImmutableSortedDictionary.Create<string, string>(StringComparer.OrdinalIgnoreCase));

    /// <summary>The value of a setting, if one was set.</summary>
    public string? Find(string name) =>
        Local.TryGetValue(name, out string? value) || Session.TryGetValue(name, out value) ? value : null;
}
