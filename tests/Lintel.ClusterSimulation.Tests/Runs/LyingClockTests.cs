using Lintel.ClusterSimulation.Runs;
using Xunit;

namespace Lintel.ClusterSimulation.Tests.Runs;

/// <summary>
/// Clocks that leave their bounds and do not say so break what is promised of order and freshness, as in every such
/// system. They break no log and lose no acknowledged write.
/// </summary>
[Trait("tier", "1")]
public sealed class LyingClockTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(6UL)]
    [InlineData(11UL)]
    public void Nothing_acknowledged_is_lost_and_replicas_stay_equal(ulong seed)
    {
        RunReport report = SimulationRun.Execute(new RunOptions("set", seed) { ClocksLie = true });
        Assert.True(report.IsClean, report.ToString());
    }
}
