namespace Lintel.Simulation.Clocks;

/// <summary>
/// A node's oscillator: maps true time to the node's monotonic time through a rate, and adds an offset for the wall
/// clock. It belongs to the machine, so it survives crashes of the node.
/// </summary>
public sealed class NodeClock(World world)
{
    private long _trueBase;
    private long _localBase;

    /// <summary>How fast the clock runs: 1.0002 gains 200 microseconds a second. Changing it keeps the reading.</summary>
    public double Rate { get; private set; } = 1.0;

    /// <summary>What the wall clock adds to true time; nothing may decide by it.</summary>
    public TimeSpan WallOffset { get; set; }

    /// <summary>Monotonic reading.</summary>
    public TimeSpan Monotonic => new(_localBase + (long)((world.Elapsed.Ticks - _trueBase) * Rate));

    /// <summary>Changes the rate from now on. Timers that are already set keep the instant they were set for.</summary>
    public void SetRate(double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        _localBase = Monotonic.Ticks;
        _trueBase = world.Elapsed.Ticks;
        Rate = rate;
    }

    /// <summary>Moves the monotonic clock forward at once, as after a suspended virtual machine.</summary>
    public void Jump(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        _localBase = Monotonic.Ticks + by.Ticks;
        _trueBase = world.Elapsed.Ticks;
    }

    /// <summary>The true duration of a local one.</summary>
    internal TimeSpan ToTrue(TimeSpan local) => new((long)Math.Ceiling(local.Ticks / Rate));
}
