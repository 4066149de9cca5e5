namespace Lintel.ClusterSimulation.Runs;

/// <summary>
/// Bugs that are planted to show that the simulation finds them. Where a seam suffices the bug is at the seam (a disk, an
/// ordered store); otherwise it is a <see cref="Lintel.Splits.PlantedBug"/>.
/// </summary>
public enum Bug
{
    /// <summary>The real code.</summary>
    None,

    /// <summary>A commit is acknowledged before its timestamp has passed.</summary>
    NoCommitWait,

    /// <summary>A leaseholder believes in its lease longer than its supporters do.</summary>
    OverlappingLeases,

    /// <summary>A sync is answered and makes nothing durable.</summary>
    LostSync,

    /// <summary>A new leader does not lock what is prepared.</summary>
    ForgottenPrepare,

    /// <summary>A commit does not look whether its read locks are of this leadership.</summary>
    ForgottenReadLock,

    /// <summary>Followers serve reads at timestamps that may still be written at.</summary>
    EarlySafeTime,

    /// <summary>The applied index is written before the data that it covers.</summary>
    AppliedAheadOfData,
}
