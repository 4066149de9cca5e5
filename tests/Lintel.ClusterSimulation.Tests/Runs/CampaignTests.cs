using System.Collections.Concurrent;
using Lintel.ClusterSimulation.Runs;
using Lintel.ClusterSimulation.Workloads;
using Xunit;

namespace Lintel.ClusterSimulation.Tests.Runs;

/// <summary>The real code over many seeds, the workloads in turn. Runs side by side: each is its own world.</summary>
[Trait("tier", "2")]
public sealed class CampaignTests(ITestOutputHelper output)
{
    private const int Seeds = 2_000;
    private const ulong First = 10_000;

    [Fact]
    public void Nothing_is_found_over_two_thousand_seeds()
    {
        var found = new ConcurrentBag<RunReport>();
        int done = 0;
        Parallel.For(0, Seeds, (i, loop) =>
        {
            string workload = WorkloadCatalog.Names[i % WorkloadCatalog.Names.Count];
            RunReport report = SimulationRun.Execute(new RunOptions(workload, First + (ulong)i));
            Interlocked.Increment(ref done);
            if (report.IsClean) return;
            found.Add(report);
            if (found.Count >= 5) loop.Stop();
        });
        output.WriteLine($"{done} seeds were run");
        Assert.True(found.IsEmpty, string.Join("\n\n", found));
    }
}
