namespace Lintel.Simulation.Nodes;

/// <summary>What a simulated node is doing.</summary>
public enum NodeState
{
    /// <summary>Not running: never started, or crashed.</summary>
    Down,

    /// <summary>Running.</summary>
    Up,

    /// <summary>Stopped in its tracks (SIGSTOP, a long collection): nothing runs until it resumes, then everything does.</summary>
    Paused,
}
