namespace Lintel.Doors.Postgres.Session;

/// <summary>Why a running statement is to be given up.</summary>
internal enum CancelReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Another connection asked for it with the right key.</summary>
    Requested,

    /// <summary>The client is gone.</summary>
    ClientGone,

    /// <summary>The node stops.</summary>
    Shutdown,
}

/// <summary>
/// The token that the statements of one connection run under. A request reaches the statement that runs at that moment
/// and none that comes later; between statements it is forgotten, as in PostgreSQL. The source is used again until it
/// has been cancelled.
/// </summary>
internal sealed class StatementCancellation : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private bool _isRunning;

    /// <summary>Why the last statement was cancelled.</summary>
    public CancelReason Reason { get; private set; }

    /// <summary>A statement begins.</summary>
    public CancellationToken Begin()
    {
        lock (_gate)
        {
            _isRunning = true;
            Reason = CancelReason.None;
            if (!_source.TryReset())
            {
                _source.Dispose();
                _source = new CancellationTokenSource();
            }

            return _source.Token;
        }
    }

    /// <summary>The statement has ended.</summary>
    public void End()
    {
        lock (_gate) _isRunning = false;
    }

    /// <summary>Cancels the statement that runs, if one does.</summary>
    public void Request(CancelReason reason)
    {
        CancellationTokenSource source;
        lock (_gate)
        {
            if (!_isRunning) return;
            Reason = reason;
            source = _source;
        }

        try
        {
            // Outside of the gate: what waits on the token may run on from here.
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The statement ended and the connection with it, in between.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isRunning = false;
            _source.Dispose();
        }
    }
}
