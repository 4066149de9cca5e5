using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Session;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// The result formats that Bind asked for, by portal: the session does not know of formats. An entry counts only for the
/// very portal it was made for; cursors that SQL declared are text.
/// </summary>
internal sealed class PortalFormats
{
    private readonly Dictionary<string, (Portal Portal, ResultFormats Formats)> _named = new(StringComparer.Ordinal);
    private (Portal? Portal, ResultFormats Formats) _unnamed;

    /// <summary>Remembers what a portal was bound with.</summary>
    public void Set(Portal portal, ResultFormats formats)
    {
        if (portal.Name.Length == 0) _unnamed = (portal, formats);
        else _named[portal.Name] = (portal, formats);
    }

    /// <summary>What a portal was bound with.</summary>
    public ResultFormats Of(Portal portal)
    {
        (Portal? known, ResultFormats formats) =
            portal.Name.Length == 0 ? _unnamed : _named.GetValueOrDefault(portal.Name);
        return ReferenceEquals(known, portal) ? formats : ResultFormats.Text;
    }

    /// <summary>A portal is closed.</summary>
    public void Remove(string name) => _named.Remove(name);

    /// <summary>The transaction is over, and every portal with it.</summary>
    public void Clear()
    {
        _named.Clear();
        _unnamed = default;
    }
}
