using Lintel.ClusterSimulation.Workloads;

namespace Lintel.ClusterSimulation.Runs;

/// <summary>Many runs, until one finds something.</summary>
public static class Campaign
{
    /// <summary>
    /// Runs seeds from <paramref name="first"/> on, the workloads in turn, and returns the first that found something, or
    /// null. <paramref name="onReport"/> sees each.
    /// </summary>
    public static RunReport? FirstFound(
        IReadOnlyList<string> workloads, ulong first, int seeds, Bug bug = Bug.None, Action<RunReport>? onReport = null)
    {
        for (int i = 0; i < seeds; i++)
        {
            var options = new RunOptions(workloads[i % workloads.Count], first + (ulong)i) { Bug = bug };
            RunReport report = SimulationRun.Execute(options);
            onReport?.Invoke(report);
            if (!report.IsClean) return report;
        }

        return null;
    }

    /// <summary>The workloads that are most likely to show a bug.</summary>
    public static IReadOnlyList<string> WorkloadsFor(Bug bug) => bug switch
    {
        Bug.None => WorkloadCatalog.Names,
        Bug.NoCommitWait => ["comments", "append"],
        Bug.LostSync => ["set", "bank"],
        Bug.ForgottenPrepare => ["bank", "append"],
        Bug.ForgottenReadLock => ["append", "bank"],
        Bug.EarlySafeTime => ["bank", "long-fork"],
        _ => ["append", "bank", "set"],
    };
}
