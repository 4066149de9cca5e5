namespace Lintel.Environment.TrueTime.Elected;

/// <summary>Where an elected clock stands. The words of log, status and metrics.</summary>
public enum ClockStatus
{
    /// <summary>It does not know the cluster's time: it has just started, or doubts what it knew.</summary>
    Unsynchronized = 0,

    /// <summary>It follows the time source's answers.</summary>
    Following = 1,

    /// <summary>It is the source, and still answers with the interval it had as a follower of the one before.</summary>
    TakingOver = 2,

    /// <summary>It is the source; its clock is the cluster's time.</summary>
    Source = 3,
}
