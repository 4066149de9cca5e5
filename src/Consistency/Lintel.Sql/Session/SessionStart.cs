namespace Lintel.Sql.Session;

/// <summary>What a connection brings along.</summary>
/// <param name="Database">The database asked for; an unknown one is refused with 3D000.</param>
/// <param name="User">The authenticated role.</param>
/// <param name="Settings">
/// Start-up settings, <c>options=-c name=value</c> already taken apart. An unknown name is refused with 42704, a bad
/// value with 22023.
/// </param>
/// <param name="ProcessId">What pg_backend_pid() answers and BackendKeyData says.</param>
public sealed record SessionStart(
    string Database, string User, IReadOnlyList<KeyValuePair<string, string>> Settings, int ProcessId = 0);

/// <summary>What the door knows of the messages that follow an Execute.</summary>
public enum ExecuteHint
{
    /// <summary>Nothing: the statement runs in a transaction that stays open until Sync.</summary>
    None,

    /// <summary>
    /// The next message, already received, is Sync: the statement may be committed at once, be run again after a lost
    /// conflict, and read without locks. Saves a round trip or more; the meaning is the same.
    /// </summary>
    SyncFollows,
}
