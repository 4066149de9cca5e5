namespace Lintel.ClusterSimulation.Faults;

/// <summary>What a run may be disturbed by. A seed selects some: all at once hide each other's effects.</summary>
public enum FaultKind
{
    /// <summary>Frames are lost.</summary>
    Loss,

    /// <summary>Some frames take a hundred times longer.</summary>
    Delay,

    /// <summary>Frames overtake each other.</summary>
    Reorder,

    /// <summary>Frames arrive twice.</summary>
    Duplicate,

    /// <summary>The nodes fall into two sides that do not hear each other.</summary>
    Partition,

    /// <summary>One direction between two nodes is cut.</summary>
    OneWayCut,

    /// <summary>One direction between two nodes holds everything back for a while.</summary>
    Clog,

    /// <summary>A process is killed and started again.</summary>
    ProcessCrash,

    /// <summary>A machine loses power: what was not synced is lost or torn.</summary>
    PowerCrash,

    /// <summary>A node stops in its tracks and goes on later.</summary>
    Pause,

    /// <summary>A node's TrueTime jumps within its bound, or drifts there.</summary>
    ClockError,

    /// <summary>A node's oscillator runs fast or slow.</summary>
    ClockRate,

    /// <summary>A node's clock has no bound for a while, and says so.</summary>
    ClockUnbounded,

    /// <summary>A disk is slow, or stops answering for a while.</summary>
    SlowDisk,

    /// <summary>A disk fails a sync: the store goes out of service, and its node is started anew.</summary>
    DiskFailure,

    /// <summary>A disk is full for a while.</summary>
    DiskFull,

    /// <summary>A split is divided.</summary>
    Divide,

    /// <summary>A leaseholder hands over.</summary>
    Transfer,

    /// <summary>The replicas of a split move.</summary>
    Move,

    /// <summary>
    /// A node's clock leaves its bound and does not say so: outside of what the promise covers, so it is never drawn, only
    /// asked for.
    /// </summary>
    ClockLie,
}
