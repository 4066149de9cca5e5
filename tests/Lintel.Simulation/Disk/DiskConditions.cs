namespace Lintel.Simulation.Disk;

/// <summary>How a node's disk behaves. Changed at any time; operations already under way keep their duration.</summary>
public sealed record DiskConditions
{
    /// <summary>Least duration of a read, a write or a directory operation.</summary>
    public TimeSpan OperationMin { get; init; } = TimeSpan.FromMicroseconds(20);

    /// <summary>Most of the same.</summary>
    public TimeSpan OperationMax { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>Least duration of a sync.</summary>
    public TimeSpan SyncMin { get; init; } = TimeSpan.FromMicroseconds(300);

    /// <summary>Most of the same.</summary>
    public TimeSpan SyncMax { get; init; } = TimeSpan.FromMilliseconds(3);

    /// <summary>Everything takes this many times as long.</summary>
    public double Slowness { get; init; } = 1;

    /// <summary>Bytes the disk holds; beyond, writes fail with DiskFull.</summary>
    public long Capacity { get; init; } = 1L << 34;

    /// <summary>Chance that a sync fails with DiskFailed; what it covered is then lost for good.</summary>
    public double SyncFailureChance { get; init; }

    /// <summary>Chance that a read fails with DiskFailed.</summary>
    public double ReadFailureChance { get; init; }

    /// <summary>Whether a sync answers without making anything durable.</summary>
    public bool SyncLies { get; init; }
}
