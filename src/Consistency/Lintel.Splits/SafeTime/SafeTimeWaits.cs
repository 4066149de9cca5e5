using Lintel.Primitives.Time;
using Lintel.Splits.Replica;

namespace Lintel.Splits.SafeTime;

/// <summary>Reads that wait for the safe time of a replica to reach their timestamp.</summary>
public sealed class SafeTimeWaits
{
    private readonly SortedDictionary<(Timestamp At, ulong Order), TaskCompletionSource<bool>> _waits = [];
    private ulong _order;

    /// <summary>Reads that wait.</summary>
    public int Count => _waits.Count;

    /// <summary>Completes when the safe time has reached <paramref name="at"/>, or when patience ends.</summary>
    public async Task WaitAsync(Timestamp at, TimeSpan patience, TimeProvider time)
    {
        var key = (at, ++_order);
        TaskCompletionSource<bool> reached = BoundedWait.Source<bool>();
        _waits.Add(key, reached);
        await BoundedWait.ForAsync(reached, false, patience, time);
        _waits.Remove(key);
    }

    /// <summary>The safe time has grown.</summary>
    public void Reached(Timestamp safe)
    {
        foreach (((Timestamp At, ulong _) key, TaskCompletionSource<bool> reached) in _waits)
        {
            if (key.At > safe) return;
            reached.TrySetResult(true);
        }
    }
}
