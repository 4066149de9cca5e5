namespace Lintel.Environment.TrueTime.Elected;

/// <summary>The cluster's time was in [Low, High] when this node's monotonic clock read At; all in nanoseconds.</summary>
public readonly record struct ClockBound(long At, long Low, long High)
{
    /// <summary>The bound at another reading, wider by the given rate.</summary>
    public ClockBound MovedTo(long monotonic, long growthPpm)
    {
        long passed = monotonic - At;
        if (passed == 0) return this;
        long growth = ((Math.Abs(passed) / 1_000_000) + 1) * growthPpm;
        return new ClockBound(monotonic, Low + passed - growth, High + passed + growth);
    }

    /// <summary>Whether the two, taken at the same reading, have an instant in common.</summary>
    public bool Meets(ClockBound other) => Low <= other.High && other.Low <= High;

    /// <summary>What the two, taken at the same reading, have in common.</summary>
    public ClockBound And(ClockBound other) => this with { Low = Math.Max(Low, other.Low), High = Math.Min(High, other.High) };
}
