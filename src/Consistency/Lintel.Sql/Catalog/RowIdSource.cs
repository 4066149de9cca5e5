using Lintel.Environment.TrueTime;
using Lintel.Primitives.Identifiers;

namespace Lintel.Sql.Catalog;

/// <summary>
/// Hidden row ids of tables without primary key: 15 bits of node, 48 bits of time in units of 4,096 ns since 2025.
/// Each is above the one before it on the same node, also after a restart as long as the clock moved on; should two
/// ever meet, the insert finds its key taken and the transaction is refused, so nothing is overwritten.
/// Thread-safe.
/// </summary>
public sealed class RowIdSource(ITrueTime trueTime, NodeId node)
{
    private const int TimeBits = 48;
    private const int UnitShift = 12;
    private static readonly long Epoch = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() * 1_000_000_000;
    private readonly long _prefix = (long)(node.Value & 0x7FFF) << TimeBits;
    private long _last;

    /// <summary>The next id; never negative.</summary>
    public long Next()
    {
        long now = Math.Max(0, trueTime.Now().Latest.Nanoseconds - Epoch) >> UnitShift;
        while (true)
        {
            long last = Volatile.Read(ref _last);
            long next = Math.Max(now, last + 1);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
                return _prefix | (next & ((1L << TimeBits) - 1));
        }
    }
}
