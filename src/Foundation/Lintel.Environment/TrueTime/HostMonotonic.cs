namespace Lintel.Environment.TrueTime;

/// <summary>The monotonic clock of a <see cref="TimeProvider"/> in nanoseconds since its own origin (the host's boot).</summary>
public sealed class HostMonotonic(TimeProvider time)
{
    private readonly long _frequency = time.TimestampFrequency;

    /// <summary>Now.</summary>
    public long Nanoseconds()
    {
        long reading = time.GetTimestamp();
        if (_frequency == 1_000_000_000) return reading;
        return (long)((Int128)reading * 1_000_000_000 / _frequency);
    }
}
