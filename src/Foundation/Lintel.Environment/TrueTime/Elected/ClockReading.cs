namespace Lintel.Environment.TrueTime.Elected;

/// <summary>The two clocks of a host, read together, in nanoseconds.</summary>
/// <param name="Monotonic">Since an origin of its own; never runs backwards.</param>
/// <param name="Wall">Since the Unix epoch; may be wrong and may be stepped.</param>
public readonly record struct ClockReading(long Monotonic, long Wall);
