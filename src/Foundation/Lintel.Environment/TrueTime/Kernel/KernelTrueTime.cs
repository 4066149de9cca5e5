using Lintel.Primitives.Time;

namespace Lintel.Environment.TrueTime.Kernel;

/// <summary>
/// TrueTime from the kernel, for hosts whose clocks are disciplined (chrony, ntpd, PTP): the wall clock plus and minus
/// the bound that the kernel keeps. The bound is refused while the kernel says that nothing synchronises the clock, and
/// when it is wider than <paramref name="uncertaintyMax"/>: then the node is unbounded until that is over.
///
/// The kernel is asked every <see cref="RefreshAfter"/>; in between the monotonic clock carries the reading on, at the
/// rate error that the kernel itself assumes. Safe to use from any thread.
/// </summary>
public sealed class KernelTrueTime(TimeProvider time, Func<KernelClockReading> read, TimeSpan uncertaintyMax) : ITrueTime
{
    // The kernel widens its bound by 500 ppm (MAXFREQ of <linux/timex.h>); so does this between two readings.
    private const long DriftPpm = 500;
    private readonly HostMonotonic _monotonic = new(time);
    private readonly MonotonicFloor _floor = new();
    private readonly long _uncertaintyMax = uncertaintyMax.Ticks * 100;
    private Sample? _sample;

    /// <summary>How old a reading of the kernel may be.</summary>
    public static TimeSpan RefreshAfter { get; } = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public bool IsBounded => TryRead(out _);

    /// <inheritdoc/>
    public TrueTimeInterval Now()
    {
        TryRead(out TrueTimeInterval interval);
        return interval;
    }

    private bool TryRead(out TrueTimeInterval interval)
    {
        long now = _monotonic.Nanoseconds();
        Sample sample = Volatile.Read(ref _sample) is { } recent && now - recent.At < RefreshAfter.Ticks * 100 ? recent : Refresh();
        long passed = Math.Max(0, now - sample.At);
        long error = sample.Reading.ErrorMax + sample.Width + ((passed / 1_000_000) + 1) * DriftPpm;
        long wall = sample.Reading.Wall + passed;
        bool agrees = _floor.TryRaise(wall - error, wall + error, out interval);
        return agrees && sample.Reading.IsSynchronized && error <= _uncertaintyMax;
    }

    // A pause between the monotonic and the kernel's reading goes into the bound.
    private Sample Refresh()
    {
        long before = _monotonic.Nanoseconds();
        KernelClockReading reading = read();
        long after = _monotonic.Nanoseconds();
        var sample = new Sample(after, after - before, reading);
        Volatile.Write(ref _sample, sample);
        return sample;
    }

    private sealed record Sample(long At, long Width, KernelClockReading Reading);
}
