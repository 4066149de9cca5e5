using Lintel.Identity.Users;
using Lintel.Sql.Session;
using Microsoft.Extensions.Logging;

namespace Lintel.Doors.Postgres.Session;

/// <summary>What the SQL door of a node stands on.</summary>
/// <param name="Engine">SQL.</param>
/// <param name="Users">Who may come in.</param>
/// <param name="Options">How the door behaves.</param>
/// <param name="Time">Timeouts.</param>
/// <param name="Log">Where it logs.</param>
public sealed record DoorServices(
    SqlEngine Engine, UserDirectory Users, DoorOptions Options, TimeProvider Time, ILogger Log);
