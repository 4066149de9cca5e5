using Lintel.Primitives.Time;

namespace Lintel.Environment.TrueTime;

/// <summary>
/// Keeps <see cref="ITrueTime"/>'s promise that Earliest never decreases, whatever a clock underneath does, from any
/// thread. An interval that lies wholly below what was promised is answered as the promised instant alone, and does not
/// count as bounded.
/// </summary>
internal sealed class MonotonicFloor
{
    private long _earliest;

    /// <summary>The interval with its earliest raised to what was promised before; false when it contradicts that.</summary>
    internal bool TryRaise(long earliest, long latest, out TrueTimeInterval interval)
    {
        long promised = Volatile.Read(ref _earliest);
        while (earliest > promised)
        {
            long seen = Interlocked.CompareExchange(ref _earliest, earliest, promised);
            if (seen == promised)
            {
                promised = earliest;
                break;
            }

            promised = seen;
        }

        interval = new TrueTimeInterval(new Timestamp(promised), new Timestamp(Math.Max(latest, promised)));
        return latest >= promised;
    }

    /// <summary>The highest earliest answered so far.</summary>
    internal long Promised => Volatile.Read(ref _earliest);
}
