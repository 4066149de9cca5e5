using Lintel.ClusterSimulation.Runs;
using Xunit;

namespace Lintel.ClusterSimulation.Tests.Runs;

/// <summary>The simulation bites: each planted bug is found within 200 seeds.</summary>
[Trait("tier", "2")]
public sealed class PlantedBugTests
{
    private const int SeedsMax = 200;

    public static TheoryData<Bug> Bugs { get; } = [.. Enum.GetValues<Bug>().Where(bug => bug != Bug.None)];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_found(Bug bug)
    {
        RunReport? found = Campaign.FirstFound(Campaign.WorkloadsFor(bug), first: 1, SeedsMax, bug);
        Assert.True(found is not null, $"{SeedsMax} seeds did not show {bug}");
    }
}
