namespace Lintel.Simulation.Network;

/// <summary>How the network between the nodes behaves where nothing is cut.</summary>
public sealed record NetworkConditions
{
    /// <summary>The least a frame takes.</summary>
    public TimeSpan DelayMin { get; init; } = TimeSpan.FromMicroseconds(100);

    /// <summary>The mean of what comes on top of it, exponentially distributed.</summary>
    public TimeSpan DelayMean { get; init; } = TimeSpan.FromMicroseconds(200);

    /// <summary>Chance that a frame takes a hundred times longer.</summary>
    public double SlowChance { get; init; }

    /// <summary>Chance that a frame is lost.</summary>
    public double DropChance { get; init; }

    /// <summary>Chance that a frame arrives twice.</summary>
    public double DuplicateChance { get; init; }

    /// <summary>Chance that a frame does not wait for those sent before it.</summary>
    public double ReorderChance { get; init; }

    /// <summary>What one lane between two nodes carries.</summary>
    public long BytesPerSecond { get; init; } = 125_000_000;

    /// <summary>Frames that one lane between two nodes holds; more are refused to the sender.</summary>
    public int LaneCapacity { get; init; } = 4_096;
}
