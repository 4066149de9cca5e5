using System.Security.Authentication;
using Lintel.Primitives.Errors;
using Lintel.Sql.Session;
using Lintel.Sql.Types;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Lintel.Doors.Postgres.Session;

/// <summary>One connection from its first byte to its last: handshake, session, and how it ends.</summary>
internal sealed class PostgresConnection(
    ConnectionContext connection, DoorServices services, SessionRegistry sessions, Action started) : IDisposable
{
    private readonly ClientWire _wire = new(connection, services.Options, services.Time);
    private readonly StatementCancellation _statement = new();

    /// <summary>Serves it. Throws only what is a bug.</summary>
    public async Task RunAsync()
    {
        CancellationToken stopping =
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using ITimer graceTimer = services.Time.CreateTimer(
            _ => _statement.Request(CancelReason.Shutdown), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using CancellationTokenRegistration onStop = stopping.Register(() =>
        {
            _wire.Input.Interrupt();
            graceTimer.Change(services.Options.ShutdownGrace, Timeout.InfiniteTimeSpan);
        });
        await using CancellationTokenRegistration onGone =
            connection.ConnectionClosed.Register(() => _statement.Request(CancelReason.ClientGone));
        try
        {
            await ServeAsync(stopping);
        }
        catch (FatalException fatal)
        {
            await SayLastWordAsync(fatal.Error);
        }
        catch (SqlException lost)
        {
            // A client that could not be written to; everything else has been answered where it happened.
            DoorLog.ConnectionLost(services.Log, connection.ConnectionId, lost.Error.Message);
        }
        catch (Exception broken) when (broken is IOException or AuthenticationException or OperationCanceledException)
        {
            DoorLog.ConnectionLost(services.Log, connection.ConnectionId, broken.Message);
        }
        catch (Exception bug) when (bug is not Primitives.Invariants.InvariantViolatedException)
        {
            DoorLog.ConnectionFailed(services.Log, connection.ConnectionId, bug);
            await SayLastWordAsync(new SqlError(
                SqlStates.InternalError, "internal error, the connection is closed", bug.Message,
                "This is a bug in Lintel. Please report what the client did."));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _statement.Dispose();
        _wire.Dispose();
    }

    private async Task ServeAsync(CancellationToken stopping)
    {
        SessionHandle? handle = null;
        await using var handshake = new Handshake(_wire, connection, services.Options, sessions, services.Users);
        try
        {
            StartupSettings? settings = await ShakeHandsAsync(handshake);
            if (settings is null) return;
            handle = sessions.TryAdd(_statement)
                ?? throw new FatalException(SqlStates.TooManyConnections, "sorry, too many clients already");
            started();
            var events = new SessionEvents(_wire);
            await using SqlSession session = await OpenAsync(settings, handle, events);
            Greet(session, handle);
            events.Open();
            using var client = new ClientSession(_wire, session, _statement, services.Time, services.Log, stopping);
            await client.RunAsync();
        }
        finally
        {
            if (handle is not null) sessions.Remove(handle);
        }
    }

    private async ValueTask<StartupSettings?> ShakeHandsAsync(Handshake handshake)
    {
        await using ITimer deadline = services.Time.CreateTimer(
            _ => _wire.Abort("start-up took too long"), null, services.Options.StartupTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            return await handshake.RunAsync();
        }
        catch (LintelException unavailable)
        {
            throw new FatalException(ErrorTable.Translate(unavailable.Error));
        }
    }

    private async ValueTask<SqlSession> OpenAsync(StartupSettings settings, SessionHandle handle, SessionEvents events)
    {
        var start = new SessionStart(settings.Database, settings.User, settings.Settings, handle.ProcessId);
        try
        {
            return await services.Engine.OpenSessionAsync(start, events, connection.ConnectionClosed);
        }
        catch (SqlException refused)
        {
            throw new FatalException(refused.Error);
        }
    }

    private void Greet(SqlSession session, SessionHandle handle)
    {
        foreach ((string name, string value) in session.ReportedSettings) _wire.Write.ParameterStatus(name, value);
        _wire.Write.BackendKey(handle.ProcessId, handle.Key);
    }

    private async ValueTask SayLastWordAsync(SqlError error)
    {
        DoorLog.ConnectionEnded(services.Log, connection.ConnectionId, error.SqlState, error.Message);
        if (_wire.IsLost) return;
        _wire.Write.Error("FATAL", error);
        try
        {
            await _wire.FlushAsync();
        }
        catch (SqlException lost)
        {
            DoorLog.ConnectionLost(services.Log, connection.ConnectionId, lost.Error.Message);
        }
    }
}
