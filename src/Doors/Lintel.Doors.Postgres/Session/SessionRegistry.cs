using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Lintel.Doors.Postgres.Session;

/// <summary>What a session can be reached by from other connections.</summary>
/// <param name="ProcessId">What BackendKeyData and pg_backend_pid() say.</param>
/// <param name="Key">The secret that a cancel request must show.</param>
/// <param name="Statement">What it cancels.</param>
internal sealed record SessionHandle(int ProcessId, byte[] Key, StatementCancellation Statement);

/// <summary>The sessions of a door: their number is bounded, and cancel requests find them here.</summary>
internal sealed class SessionRegistry(int sessionsMax)
{
    private const int KeyLength = 4;
    private readonly ConcurrentDictionary<int, SessionHandle> _sessions = new();
    private int _count;
    private int _lastProcessId;

    /// <summary>Sessions now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a session under a process id of its own; null when there are as many as may be.</summary>
    public SessionHandle? TryAdd(StatementCancellation statement)
    {
        if (Interlocked.Increment(ref _count) > sessionsMax)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        byte[] key = RandomNumberGenerator.GetBytes(KeyLength);
        while (true)
        {
            int processId = Interlocked.Increment(ref _lastProcessId) & int.MaxValue;
            var handle = new SessionHandle(processId, key, statement);
            if (processId != 0 && _sessions.TryAdd(processId, handle)) return handle;
        }
    }

    /// <summary>The session is over.</summary>
    public void Remove(SessionHandle handle)
    {
        if (_sessions.TryRemove(handle.ProcessId, out _)) Interlocked.Decrement(ref _count);
    }

    /// <summary>Cancels what a session runs, if the key is its key. The asker learns nothing, and the comparison takes constant time.</summary>
    public void Cancel(int processId, ReadOnlySpan<byte> key)
    {
        if (!_sessions.TryGetValue(processId, out SessionHandle? handle)) return;
        if (CryptographicOperations.FixedTimeEquals(handle.Key, key)) handle.Statement.Request(CancelReason.Requested);
    }
}
