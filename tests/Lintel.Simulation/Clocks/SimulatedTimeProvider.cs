using Lintel.Simulation.Nodes;
using Lintel.Simulation.Scheduling;

namespace Lintel.Simulation.Clocks;

/// <summary>A <see cref="TimeProvider"/> over a node's clock, whose timers sit on the world's heap and die with the incarnation.</summary>
public sealed class SimulatedTimeProvider : TimeProvider
{
    private readonly World _world;
    private readonly NodeClock _clock;
    private readonly Incarnation? _owner;

    internal SimulatedTimeProvider(World world, NodeClock clock, Incarnation? owner)
    {
        _world = world;
        _clock = clock;
        _owner = owner;
    }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        _world.RequireInside();
        return _clock.Monotonic.Ticks;
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        _world.RequireInside();
        return World.Epoch.ToDateTimeOffset() + _clock.Monotonic + _clock.WallOffset;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeapTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class HeapTimer(SimulatedTimeProvider provider, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private Scheduled? _next;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            provider._world.RequireInside();
            if (_disposed) return false;
            _next?.Cancel();
            _next = null;
            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan) Arm(dueTime);
            return true;
        }

        public void Dispose()
        {
            _disposed = true;
            _next?.Cancel();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Arm(TimeSpan delay) => _next = provider._world.Schedule(
            provider._clock.ToTrue(delay), provider._owner, static timer => ((HeapTimer)timer!).Fire(), this);

        private void Fire()
        {
            if (_disposed) return;
            _next = null;
            if (_period > TimeSpan.Zero) Arm(_period);
            callback(state);
        }
    }
}
