using System.Collections.Concurrent;

namespace Lintel.Cli.Demo;

/// <summary>What the clients know of their transfers: the other side of the books. Used by all of them at once.</summary>
internal sealed class BankLedger(TimeProvider time)
{
    private readonly ConcurrentBag<long> _acknowledged = [];
    private readonly ConcurrentBag<long> _uncertain = [];
    private readonly Lock _gate = new();
    private long _last = time.GetTimestamp();
    private long _retries;
    private long _reconnects;
    private TimeSpan _longestPause;

    /// <summary>Ids of transfers whose commit was acknowledged.</summary>
    public IReadOnlyCollection<long> Acknowledged => _acknowledged;

    /// <summary>Ids of transfers whose commit was asked for, and whose answer was lost.</summary>
    public IReadOnlyCollection<long> Uncertain => _uncertain;

    /// <summary>Transfers that lost a conflict, or their node before the commit, and were begun again.</summary>
    public long Retries => Volatile.Read(ref _retries);

    /// <summary>Connections that were lost.</summary>
    public long Reconnects => Volatile.Read(ref _reconnects);

    /// <summary>The longest time in which no client had a commit acknowledged.</summary>
    public TimeSpan LongestPause
    {
        get
        {
            lock (_gate) return _longestPause;
        }
    }

    /// <summary>A commit was acknowledged.</summary>
    public void OnAcknowledged(long transfer)
    {
        _acknowledged.Add(transfer);
        lock (_gate)
        {
            long now = time.GetTimestamp();
            TimeSpan pause = time.GetElapsedTime(_last, now);
            if (pause > _longestPause) _longestPause = pause;
            _last = now;
        }
    }

    /// <summary>The answer to a commit was lost.</summary>
    public void OnUncertain(long transfer) => _uncertain.Add(transfer);

    /// <summary>A transfer was begun again.</summary>
    public void OnRetry() => Interlocked.Increment(ref _retries);

    /// <summary>A connection was lost.</summary>
    public void OnReconnect() => Interlocked.Increment(ref _reconnects);

    /// <summary>Pauses are counted from now on: what passed before was not the cluster's.</summary>
    public void Begin()
    {
        lock (_gate) (_last, _longestPause) = (time.GetTimestamp(), TimeSpan.Zero);
    }
}
