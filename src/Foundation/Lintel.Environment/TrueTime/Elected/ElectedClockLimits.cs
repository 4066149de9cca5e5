namespace Lintel.Environment.TrueTime.Elected;

/// <summary>
/// What an elected clock assumes, and its bounds. Must be equal on all nodes. A follower's bound grows by 2 x drift +
/// slew: its own clock may be off one way, the source's the other, and the source steers.
/// </summary>
public sealed record ElectedClockLimits
{
    /// <summary>How far a monotonic clock's rate may be off, in parts per million.</summary>
    public int DriftPpm { get; init; } = 200;

    /// <summary>How fast the source steers towards its wall clock at most, in parts per million.</summary>
    public int SlewPpm { get; init; } = 50;

    /// <summary>How long what a source has answered is used; measured from when it was asked.</summary>
    public TimeSpan AnswerLife { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a deposed source may go on answering before it learns of it, one poll interval included.</summary>
    public TimeSpan DeposedMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Half the width of an interval above which it does not count as bounded.</summary>
    public TimeSpan UncertaintyMax { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How far the monotonic and the wall clock may move apart at once before neither is trusted.</summary>
    public TimeSpan JumpMax { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How often the other nodes are asked.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromMilliseconds(200);

    internal long GrowthPpm => (2L * DriftPpm) + SlewPpm;
}
