namespace Lintel.Environment.TrueTime.Kernel;

/// <summary>What the kernel says of its clock at one instant.</summary>
/// <param name="Wall">The clock: nanoseconds since the Unix epoch.</param>
/// <param name="ErrorMax">How far it may be from the true time at most, in nanoseconds.</param>
/// <param name="IsSynchronized">Whether something disciplines the clock; without it the error means nothing.</param>
public readonly record struct KernelClockReading(long Wall, long ErrorMax, bool IsSynchronized);
