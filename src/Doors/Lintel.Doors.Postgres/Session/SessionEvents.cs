using Lintel.Sql.Session;

namespace Lintel.Doors.Postgres.Session;

/// <summary>What a session tells besides results, as messages in front of what follows.</summary>
internal sealed class SessionEvents(ClientWire wire) : ISessionEvents
{
    private bool _isOpen;

    /// <summary>Start-up is over: from here on changes of settings are sent as they come.</summary>
    public void Open() => _isOpen = true;

    /// <inheritdoc/>
    public void OnNotice(SqlNotice notice) => wire.Write.Notice(notice);

    /// <inheritdoc/>
    public void OnParameterStatus(string name, string value)
    {
        if (_isOpen) wire.Write.ParameterStatus(name, value);
    }
}
