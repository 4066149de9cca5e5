using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// The SQL door of a node: gives each connection that Kestrel accepts a session of the engine. One door may serve several
/// addresses; limits and cancel keys are its own.
/// </summary>
public sealed class PostgresDoor : ConnectionHandler
{
    private readonly DoorServices _services;
    private readonly SessionRegistry _sessions;
    private int _starting;

    /// <summary>A door onto <paramref name="services"/>.</summary>
    public PostgresDoor(DoorServices services)
    {
        _services = services;
        _sessions = new SessionRegistry(services.Options.SessionsMax);
    }

    /// <summary>Sessions now.</summary>
    public int SessionCount => _sessions.Count;

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        int starting = Interlocked.Increment(ref _starting);
        bool hasStarted = false;
        try
        {
            if (starting > _services.Options.StartingMax)
            {
                DoorLog.TooManyStarting(_services.Log, connection.ConnectionId, starting);
                return;
            }

            using var client = new PostgresConnection(connection, _services, _sessions, OnStarted);
            await client.RunAsync();
        }
        finally
        {
            OnStarted();
        }

        void OnStarted()
        {
            if (hasStarted) return;
            hasStarted = true;
            Interlocked.Decrement(ref _starting);
        }
    }
}

/// <summary>Puts the door behind an address.</summary>
public static class PostgresListening
{
    /// <summary>Connections of this address go to <paramref name="door"/>.</summary>
    public static void UsePostgres(this ListenOptions listen, PostgresDoor door) => listen.Run(door.OnConnectedAsync);
}
