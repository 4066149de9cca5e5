using Lintel.Primitives.Invariants;

namespace Lintel.Raft.Tests.Simulation;

public sealed class GroupSimulationTests
{
    private const int Steps = 3000;

    [Fact]
    public void Group_stays_safe_and_gets_going_again_under_faults() => RunSeeds(1, 100, withSupport: false);

    [Fact, Trait("tier", "2")]
    public void Group_stays_safe_over_a_campaign_of_seeds() => RunSeeds(10_000, 2000, withSupport: false);

    [Fact]
    public void Group_with_support_leases_stays_safe_and_its_leases_disjoint() => RunSeeds(1000, 200, withSupport: true);

    [Fact, Trait("tier", "2")]
    public void Leases_stay_disjoint_over_a_campaign_of_seeds() => RunSeeds(20_000, 2000, withSupport: true);

    [Fact]
    public void Acknowledging_before_the_sync_is_found() =>
        Assert.True(IsFound(seed => new GroupSimulation(seed, withSupport: false, acknowledgesBeforeSync: true)));

    [Fact]
    public void Withdrawing_support_before_it_expires_is_found() =>
        Assert.True(IsFound(seed => new GroupSimulation(seed, withSupport: true, withdrawsEarly: true)));

    private static void RunSeeds(ulong first, int count, bool withSupport)
    {
        int leaders = 0;
        int leases = 0;
        for (ulong seed = first; seed < first + (ulong)count; seed++)
        {
            var world = new GroupSimulation(seed, withSupport);
            try
            {
                world.Run(Steps);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}: {failure}");
            }

            leaders += world.Checker.LeadersSeen;
            leases += world.Checker.LeasesSeen;
        }

        Assert.True(leaders > 3 * count, $"only {leaders} leaders in {count} runs: too quiet to mean anything");
        if (withSupport) Assert.True(leases > count, $"only {leases} leases in {count} runs");
    }

    private static bool IsFound(Func<ulong, GroupSimulation> make)
    {
        for (ulong seed = 1; seed <= 200; seed++)
        {
            try
            {
                make(seed).Run(Steps);
            }
            catch (Exception found) when (found is Xunit.Sdk.XunitException or InvariantViolatedException)
            {
                return true;
            }
        }

        return false;
    }
}
