namespace Lintel.Simulation.Nodes;

/// <summary>What a crash takes with it.</summary>
public enum CrashKind
{
    /// <summary>The process dies; the operating system keeps what was written and not synced (kill -9).</summary>
    Process,

    /// <summary>The machine loses power: what was not synced may be lost or torn.</summary>
    Power,
}
