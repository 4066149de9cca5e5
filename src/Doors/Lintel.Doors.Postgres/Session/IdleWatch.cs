namespace Lintel.Doors.Postgres.Session;

/// <summary>
/// Watches how long a session has waited for its client. One timer for the connection's life, armed only while a limit is
/// set; its ringing interrupts the wait, and the session then asks <see cref="IsOver"/>.
/// </summary>
internal sealed class IdleWatch(TimeProvider time, MessageInput input) : IDisposable
{
    private ITimer? _timer;
    private long _since;
    private TimeSpan _limit;

    /// <summary>Whether the limit of the current wait has been reached.</summary>
    public bool IsOver => _limit > TimeSpan.Zero && time.GetElapsedTime(_since) >= _limit;

    /// <summary>A wait begins; a limit of zero is none.</summary>
    public void Start(TimeSpan limit)
    {
        _limit = limit;
        if (limit <= TimeSpan.Zero) return;
        _since = time.GetTimestamp();
        _timer ??= time.CreateTimer(
            static input => ((MessageInput)input!).Interrupt(), input, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The wait is over.</summary>
    public void Stop()
    {
        if (_limit > TimeSpan.Zero) _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _limit = TimeSpan.Zero;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();
}
