using Lintel.Environment.TrueTime.Kernel;
using Lintel.Foundation.Tests.Worlds;
using Lintel.Primitives.Time;
using Xunit;

namespace Lintel.Foundation.Tests.TrueTime;

/// <summary>The source that believes the kernel.</summary>
public sealed class KernelTrueTimeTests
{
    private const long Millisecond = 1_000_000;
    private readonly ManualTime _time = new();
    private KernelClockReading _kernel = new(1_000_000 * Millisecond, 2 * Millisecond, true);
    private int _reads;

    [Fact]
    public void The_interval_is_the_kernels_bound_around_its_clock()
    {
        TrueTimeInterval now = Clock().Now();
        Assert.InRange(now.Earliest.Nanoseconds, 999_997 * Millisecond, 999_998 * Millisecond);
        Assert.InRange(now.Latest.Nanoseconds, 1_000_002 * Millisecond, 1_000_003 * Millisecond);
        Assert.True(Clock().IsBounded);
    }

    [Fact]
    public void Between_two_readings_the_monotonic_clock_carries_it_on_and_the_bound_widens()
    {
        KernelTrueTime clock = Clock();
        TrueTimeInterval before = clock.Now();
        _time.Advance(TimeSpan.FromMilliseconds(10));
        TrueTimeInterval after = clock.Now();
        Assert.Equal(1, _reads);
        Assert.Equal(TimeSpan.FromMicroseconds(10_000 - 5), after.Earliest - before.Earliest);
        Assert.Equal(TimeSpan.FromMicroseconds(10_000 + 5), after.Latest - before.Latest);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        clock.Now();
        Assert.Equal(2, _reads);
    }

    [Fact]
    public void An_unsynchronised_kernel_is_refused_and_believed_again_afterwards()
    {
        KernelTrueTime clock = Clock();
        Assert.True(clock.IsBounded);
        _kernel = _kernel with { IsSynchronized = false };
        Pass();
        Assert.False(clock.IsBounded);
        _kernel = _kernel with { IsSynchronized = true };
        Pass();
        Assert.True(clock.IsBounded);
    }

    [Fact]
    public void A_bound_that_is_too_wide_is_refused()
    {
        _kernel = _kernel with { ErrorMax = 11 * Millisecond };
        Assert.False(Clock().IsBounded);
    }

    [Fact]
    public void A_clock_that_is_stepped_back_does_not_take_earliest_with_it_and_is_unbounded_until_it_has_caught_up()
    {
        KernelTrueTime clock = Clock();
        Timestamp promised = clock.Now().Earliest;
        _kernel = _kernel with { Wall = _kernel.Wall - (100 * Millisecond) };
        Pass();
        Assert.False(clock.IsBounded);
        Assert.Equal(new TrueTimeInterval(promised, promised), clock.Now());
        _kernel = _kernel with { Wall = _kernel.Wall + (100 * Millisecond) };
        Pass();
        Assert.True(clock.IsBounded);
    }

    [Fact]
    public void The_real_call_answers_or_says_why_not()
    {
        if (!OperatingSystem.IsLinux()) return;
        KernelClockReading reading = KernelClock.Read();
        Assert.True(reading.ErrorMax >= 0);
        Assert.InRange(reading.Wall, new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * Millisecond, long.MaxValue);
    }

    private KernelTrueTime Clock() => new(
        _time,
        () =>
        {
            _reads++;
            return _kernel;
        },
        TimeSpan.FromMilliseconds(10));

    private void Pass() => _time.Advance(KernelTrueTime.RefreshAfter);
}
