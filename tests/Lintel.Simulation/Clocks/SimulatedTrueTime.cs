using Lintel.Environment.TrueTime;
using Lintel.Primitives.Time;

namespace Lintel.Simulation.Clocks;

/// <summary>
/// A node's TrueTime, made from true time, an error that drifts, and a stated uncertainty. While honest the error stays
/// within the uncertainty, so the interval contains true time; <see cref="IsLying"/> lets it leave the bound, which is
/// what a broken clock source does. Belongs to the machine: <c>Earliest</c> never decreases, across restarts too.
/// </summary>
public sealed class SimulatedTrueTime(World world) : ITrueTime
{
    private Timestamp _lastEarliest;
    private TimeSpan _offset;
    private long _offsetSince;
    private double _drift;

    /// <summary>Half the width of the interval.</summary>
    public TimeSpan Uncertainty { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Whether the error may exceed the uncertainty.</summary>
    public bool IsLying { get; set; }

    /// <inheritdoc/>
    public bool IsBounded { get; set; } = true;

    /// <summary>The clock's error now: what its middle adds to true time.</summary>
    public TimeSpan Error
    {
        get
        {
            TimeSpan raw = _offset + ((world.Elapsed - new TimeSpan(_offsetSince)) * _drift);
            if (IsLying) return raw;
            return raw > Uncertainty ? Uncertainty : raw < -Uncertainty ? -Uncertainty : raw;
        }
    }

    /// <summary>Sets the error and how it grows: 0.0001 adds 100 microseconds a second.</summary>
    public void SetError(TimeSpan offset, double drift = 0)
    {
        _offset = offset;
        _offsetSince = world.Elapsed.Ticks;
        _drift = drift;
    }

    /// <inheritdoc/>
    public TrueTimeInterval Now()
    {
        world.RequireInside();
        Timestamp middle = world.TrueNow + Error;
        _lastEarliest = Timestamp.Later(_lastEarliest, middle - Uncertainty);
        return new TrueTimeInterval(_lastEarliest, Timestamp.Later(middle + Uncertainty, _lastEarliest));
    }
}
