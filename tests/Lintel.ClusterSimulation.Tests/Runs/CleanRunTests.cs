using Lintel.ClusterSimulation.Runs;
using Lintel.ClusterSimulation.Workloads;
using Xunit;

namespace Lintel.ClusterSimulation.Tests.Runs;

/// <summary>The real code, under every workload and a few seeds of faults.</summary>
[Trait("tier", "1")]
public sealed class CleanRunTests
{
    public static TheoryData<string, ulong> Runs { get; } = MakeRuns();

    [Theory]
    [MemberData(nameof(Runs))]
    public void Nothing_is_found(string workload, ulong seed)
    {
        RunReport report = SimulationRun.Execute(new RunOptions(workload, seed));
        Assert.True(report.IsClean, report.ToString());
    }

    private static TheoryData<string, ulong> MakeRuns()
    {
        var runs = new TheoryData<string, ulong>();
        foreach (string workload in WorkloadCatalog.Names)
        {
            for (ulong seed = 1; seed <= 3; seed++) runs.Add(workload, seed);
        }

        return runs;
    }
}
