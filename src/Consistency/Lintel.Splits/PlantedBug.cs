namespace Lintel.Splits;

/// <summary>
/// Bugs that can be planted to show that the simulation finds them. Compiled in, so that the code that is tested is the
/// code that runs; only tests can select one, through <see cref="SplitLimits.Planted"/>.
/// </summary>
public enum PlantedBug
{
    /// <summary>None: the only value in production.</summary>
    None,

    /// <summary>A commit is acknowledged, and its locks released, before its timestamp has passed.</summary>
    NoCommitWait,

    /// <summary>A leaseholder believes in its lease longer than its supporters do.</summary>
    OverlappingLeases,

    /// <summary>A new leader does not lock what is prepared.</summary>
    ForgottenPrepare,

    /// <summary>A commit does not look whether its read locks are of this leadership.</summary>
    ForgottenReadLock,

    /// <summary>A replica serves reads at timestamps that may still be written at.</summary>
    EarlySafeTime,
}
