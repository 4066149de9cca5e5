using Lintel.Doors.Postgres.Codec;
using Lintel.Sql.Session;
using Lintel.Sql.Types;
using Microsoft.Extensions.Logging;

namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// The command loop of one connection, from the first ReadyForQuery to its end.
///
/// A simple query is answered to its ReadyForQuery. Extended messages are answered one by one; after an error everything
/// up to Sync is skipped. Output goes to the socket at ReadyForQuery and at Flush, and only when no further complete
/// message is at hand: a pipelining client is answered in few packets. It also goes when it is large.
/// </summary>
internal sealed class ClientSession : IDisposable
{
    private readonly ClientWire _wire;
    private readonly SqlSession _session;
    private readonly StatementCancellation _statement;
    private readonly CancellationToken _stopping;
    private readonly ResultSink _sink;
    private readonly ExtendedProtocol _extended;
    private readonly IdleWatch _idle;
    private readonly ILogger _log;
    private bool _isSkipping;
    private bool _wantsFlush;

    public ClientSession(
        ClientWire wire, SqlSession session, StatementCancellation statement, TimeProvider time, ILogger log,
        CancellationToken stopping)
    {
        _log = log;
        _wire = wire;
        _session = session;
        _statement = statement;
        _stopping = stopping;
        _sink = new ResultSink(wire);
        _sink.Attach(session);
        _extended = new ExtendedProtocol(wire, session, _sink);
        _idle = new IdleWatch(time, wire.Input);
    }

    /// <summary>Serves the client until it leaves. Throws what ends the connection otherwise.</summary>
    public async ValueTask RunAsync()
    {
        Ready();
        while (true)
        {
            if (!_wire.Input.TryNext(out InputEvent next)) next = await WaitAsync();
            if (next.Kind == InputKind.End) return;
            if (next.Kind == InputKind.Malformed) throw FatalException.Protocol(next.Reason!);
            if (next.Kind == InputKind.Interrupted || next.Frame.Kind == FrontendKind.Terminate)
            {
                if (next.Kind == InputKind.Frame) return;
                CheckWhyInterrupted();
                continue;
            }

            if (_stopping.IsCancellationRequested) throw Stopping();
            await HandleAsync(next.Frame);
            if (_wire.IsFull) await _wire.FlushAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _idle.Dispose();

    private async ValueTask<InputEvent> WaitAsync()
    {
        if (_wantsFlush)
        {
            await _wire.FlushAsync();
            _wantsFlush = false;
        }

        _idle.Start(_session.Status == TransactionStatus.Idle
            ? _session.IdleSessionTimeout
            : _session.IdleInTransactionTimeout);
        try
        {
            return await _wire.Input.NextAsync();
        }
        finally
        {
            if (!_idle.IsOver) _idle.Stop();
        }
    }

    // A late ring of the timer, or a cancel that came too late, are no reason.
    private void CheckWhyInterrupted()
    {
        if (_stopping.IsCancellationRequested) throw Stopping();
        if (!_idle.IsOver) return;
        throw _session.Status == TransactionStatus.Idle
            ? new FatalException(SqlStates.IdleSessionTimeout, "terminating connection due to idle-session timeout")
            : new FatalException(
                SqlStates.IdleInTransactionSessionTimeout, "terminating connection due to idle-in-transaction timeout");
    }

    private async ValueTask HandleAsync(FrontendFrame frame)
    {
        if (_isSkipping && frame.Kind is not FrontendKind.Sync) return;
        CancellationToken cancellation = _statement.Begin();
        try
        {
            // After Begin: whoever vanishes from here on cancels the statement.
            if (_wire.IsLost) throw ConnectionLost.WhileReading();
            await DispatchAsync(frame, cancellation);
        }
        catch (SqlException failed)
        {
            EndIfFatal();
            if (failed.Error.SqlState == SqlStates.InternalError && failed.InnerException is { } bug) DoorLog.StatementFailed(_log, bug);
            _wire.Write.Error("ERROR", failed.Error);
            // What the door refused itself has to fail the transaction too; for the session's own errors it is done.
            if (frame.Kind is not FrontendKind.Sync) await _session.FailAsync();
            if (frame.Kind is FrontendKind.Query or FrontendKind.Sync or FrontendKind.FunctionCall) Ready();
            else _isSkipping = true;
        }
        finally
        {
            _statement.End();
        }
    }

    private ValueTask DispatchAsync(FrontendFrame frame, CancellationToken cancellation)
    {
        switch (frame.Kind)
        {
            case FrontendKind.Query:
                return QueryAsync(frame, cancellation);
            case FrontendKind.Parse:
                return _extended.ParseAsync(frame, cancellation);
            case FrontendKind.Bind:
                _extended.Bind(frame);
                return default;
            case FrontendKind.Describe:
                _extended.Describe(frame);
                return default;
            case FrontendKind.Execute:
                ExecuteHint hint = _wire.Input.NextIsSync ? ExecuteHint.SyncFollows : ExecuteHint.None;
                return _extended.ExecuteAsync(frame, hint, cancellation);
            case FrontendKind.Close:
                return _extended.CloseAsync(frame);
            case FrontendKind.Flush:
                _wantsFlush = true;
                return default;
            case FrontendKind.Sync:
                return SyncAsync(cancellation);
            case FrontendKind.CopyData or FrontendKind.CopyDone or FrontendKind.CopyFail:
                // The rest of a COPY that failed here before the client had heard of it.
                return default;
            case FrontendKind.FunctionCall:
                throw new SqlException(
                    SqlStates.FeatureNotSupported, "the function call protocol is not supported",
                    hint: "Call the function in a SELECT.");
            default:
                throw FatalException.Protocol($"unexpected message type {(char)frame.Kind}");
        }
    }

    private async ValueTask QueryAsync(FrontendFrame frame, CancellationToken cancellation)
    {
        await _session.RunScriptAsync(ReadQuery(frame), _sink, cancellation);
        EndIfFatal();
        Ready();
    }

    private async ValueTask SyncAsync(CancellationToken cancellation)
    {
        _isSkipping = false;
        await _session.SyncAsync(cancellation);
        Ready();
    }

    private string ReadQuery(FrontendFrame frame)
    {
        if (!QueryMessage.TryParse(_wire.Input.Payload(frame), out QueryMessage message))
            throw FatalException.Protocol("invalid Query message");
        return WireText.Decode(message.Text);
    }

    private void Ready()
    {
        _wire.Write.Ready(_session.Status);
        _extended.Settle();
        _wantsFlush = true;
    }

    private void EndIfFatal()
    {
        if (_wire.Fatal is not null) throw _wire.Fatal;
        if (_wire.IsLost) throw new FatalException(SqlStates.ConnectionFailure, "connection to client lost");
        if (_statement.Reason == CancelReason.Shutdown) throw Stopping();
    }

    private static FatalException Stopping() =>
        new(SqlStates.AdminShutdown, "terminating connection due to administrator command");
}
