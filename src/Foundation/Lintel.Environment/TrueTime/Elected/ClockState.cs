namespace Lintel.Environment.TrueTime.Elected;

/// <summary>
/// What an elected clock knows, as a value that any thread may compute the interval from.
/// </summary>
/// <param name="Status">Where it stands.</param>
/// <param name="Bound">The interval at the reading of its last change. Meaningless while unsynchronized.</param>
/// <param name="GrowthPpm">How fast it widens.</param>
/// <param name="SlewPpm">How much faster than the monotonic clock it runs.</param>
/// <param name="ValidUntil">The reading up to which it may be used.</param>
/// <param name="Why">Why it is unsynchronized, for the log; null otherwise.</param>
public sealed record ClockState(ClockStatus Status, ClockBound Bound, long GrowthPpm, long SlewPpm, long ValidUntil, string? Why)
{
    /// <summary>The interval at a reading of the monotonic clock.</summary>
    public ClockBound At(long monotonic)
    {
        ClockBound moved = Bound.MovedTo(monotonic, GrowthPpm);
        if (SlewPpm == 0) return moved;
        long steered = (long)((Int128)(monotonic - Bound.At) * SlewPpm / 1_000_000);
        return moved with { Low = moved.Low + steered, High = moved.High + steered };
    }

    /// <summary>Whether it knows the time within the given half width, at a reading.</summary>
    public bool IsBoundedAt(long monotonic, long uncertaintyMax)
    {
        if (Status == ClockStatus.Unsynchronized || monotonic > ValidUntil) return false;
        ClockBound now = At(monotonic);
        return (now.High - now.Low) / 2 <= uncertaintyMax;
    }
}
