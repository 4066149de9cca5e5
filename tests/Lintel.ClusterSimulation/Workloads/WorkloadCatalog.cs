using Lintel.Simulation;

namespace Lintel.ClusterSimulation.Workloads;

/// <summary>The workloads by name. "churn" is the bank under divisions, handovers and moves that never stop.</summary>
public static class WorkloadCatalog
{
    /// <summary>The workload whose topology is disturbed whatever the seed says.</summary>
    public const string Churn = "churn";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["register", "append", "bank", "long-fork", "monotonic", "set", "sequential", "comments", Churn];

    /// <summary>A fresh workload.</summary>
    public static Workload Make(string name, World world) => name switch
    {
        "register" => new RegisterWorkload(world),
        "append" => new AppendWorkload(world),
        "bank" or Churn => new BankWorkload(world),
        "long-fork" => new LongForkWorkload(world),
        "monotonic" => new MonotonicWorkload(world),
        "set" => new SetWorkload(world),
        "sequential" => new SequentialWorkload(world),
        "comments" => new CommentsWorkload(world),
        _ => throw new ArgumentException($"there is no workload {name}; there are: {string.Join(", ", Names)}", nameof(name)),
    };
}
