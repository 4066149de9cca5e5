using System.Globalization;
using Xunit;

namespace Lintel.Splits.Tests.Campaign;

/// <summary>
/// Campaigns over random seeds. One seed is replayed with
/// <c>LINTEL_SEED=n tests/Lintel.Splits.Tests/bin/Release/net10.0/Lintel.Splits.Tests -method '*One_seed*'</c>.
/// </summary>
public sealed class SplitCampaignTests
{
    [Fact]
    [Trait("tier", "1")]
    public void Random_faults_break_no_promise() => Run(first: 1, count: 12);

    [Fact]
    [Trait("tier", "2")]
    public void Random_faults_break_no_promise_over_two_thousand_seeds() => Run(first: 1_000, count: 2_000);

    [Fact]
    [Trait("tier", "2")]
    public void One_seed() => Run(Asked("LINTEL_SEED", 1), (int)Asked("LINTEL_SEEDS", 1));

    [Fact]
    [Trait("tier", "1")]
    public void A_seed_gives_the_same_run_twice()
    {
        var first = new SplitCampaign(5);
        var second = new SplitCampaign(5);
        Assert.Null(first.Run());
        Assert.Null(second.Run());
        Assert.Equal(first.Cluster.World.Trace.Hash, second.Cluster.World.Trace.Hash);
    }

    private static ulong Asked(string variable, ulong otherwise) =>
        ulong.TryParse(System.Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out ulong asked) ? asked : otherwise;

    private static void Run(ulong first, int count)
    {
        long done = 0;
        for (ulong seed = first; seed < first + (ulong)count; seed++)
        {
            var campaign = new SplitCampaign(seed);
            string? wrong;
            try
            {
                wrong = campaign.Run();
            }
            catch (Exception failure)
            {
                wrong = failure.ToString();
            }

            Assert.True(wrong is null, $"LINTEL_SEED={seed}: {wrong}\n{campaign.Cluster.World.Trace.Tail(80)}");
            done += campaign.Clients.Done;
        }

        Assert.True(done > 30 * count, $"only {done} operations were done");
    }
}
