namespace Lintel.Simulation.Checkers;

/// <summary>Why one transaction comes before another (Adya 1999, with the order of sessions and of real time).</summary>
[Flags]
internal enum DependencyKinds
{
    /// <summary>For no reason.</summary>
    None = 0,

    /// <summary>It wrote the version that the other wrote over.</summary>
    WriteWrite = 1,

    /// <summary>It wrote the version that the other read.</summary>
    WriteRead = 2,

    /// <summary>It read the version that the other wrote over.</summary>
    ReadWrite = 4,

    /// <summary>The same client had its answer before it asked for the other.</summary>
    Process = 8,

    /// <summary>It was answered before the other was invoked.</summary>
    RealTime = 16,
}
