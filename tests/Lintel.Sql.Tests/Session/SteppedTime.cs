using Lintel.Environment.TrueTime;
using Lintel.Primitives.Time;

namespace Lintel.Sql.Tests.Session;

/// <summary>Time that moves only when it is told to, for the wall clock, timers and TrueTime alike. Thread-safe.</summary>
internal sealed class SteppedTime : TimeProvider, ITrueTime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly Lock _gate = new();
    private readonly List<SteppedTimer> _timers = [];
    private long _ticks;
    private long _readings;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public bool IsBounded => true;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Volatile.Read(ref _ticks));

    public override long GetTimestamp() => Volatile.Read(ref _ticks);

    /// <summary>A nanosecond later at each reading, as a clock is: what waits for an instant to pass need not be told to.</summary>
    public TrueTimeInterval Now()
    {
        var now = new Timestamp(Timestamp.From(GetUtcNow()).Nanoseconds + Interlocked.Increment(ref _readings));
        return new TrueTimeInterval(now, now);
    }

    /// <summary>Moves on, a millisecond at a time, until a task has ended.</summary>
    public async Task RunUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        await task;
    }

    /// <summary>Moves on; timers that come due fire in order.</summary>
    public void Advance(TimeSpan by)
    {
        long end = Volatile.Read(ref _ticks) + by.Ticks;
        while (true)
        {
            SteppedTimer? next;
            lock (_gate)
            {
                next = _timers.Where(t => t.Due <= end).MinBy(t => t.Due);
                if (next is not null)
                {
                    _timers.Remove(next);
                    _ticks = Math.Max(_ticks, next.Due);
                }
            }

            if (next is null) break;
            next.Fire();
        }

        Volatile.Write(ref _ticks, end);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SteppedTimer(SteppedTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = time._ticks + dueTime.Ticks;
                time._timers.Add(this);
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (time._gate) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
