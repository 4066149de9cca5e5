namespace Lintel.ClusterSimulation.Runs;

/// <summary>What identifies a run: equal options give equal runs.</summary>
/// <param name="Workload">Its name in the catalog.</param>
/// <param name="Seed">Everything that looks like chance comes from here.</param>
public sealed record RunOptions(string Workload, ulong Seed)
{
    /// <summary>A bug to plant.</summary>
    public Bug Bug { get; init; }

    /// <summary>
    /// Whether clocks leave their bounds without saying so. Then only what does not rest on clocks is required: the
    /// replicated logs, and that what was acknowledged is there at the end.
    /// </summary>
    public bool ClocksLie { get; init; }

    /// <summary>How long faults last, in virtual time.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the trace shows every frame and disk operation.</summary>
    public bool IsDetailed { get; init; }

    /// <summary>The command that does this run again.</summary>
    public string Command =>
        $"dotnet run -c Release --project tests/Lintel.ClusterSimulation -- --workload {Workload} --seed {Seed}"
        + (Bug == Bug.None ? "" : $" --bug {Bug}") + (ClocksLie ? " --lying-clocks" : "");
}
