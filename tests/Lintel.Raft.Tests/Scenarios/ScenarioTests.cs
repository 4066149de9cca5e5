using Lintel.DataDriven;

namespace Lintel.Raft.Tests.Scenarios;

/// <summary>One file per feature of the core; each opens with what it is about.</summary>
public sealed class ScenarioTests
{
    public static TheoryData<string> Files => new(DataFile.List("Scenarios/testdata"));

    [Theory]
    [MemberData(nameof(Files))]
    public void The_group_does_what_the_scenario_says(string file)
    {
        var group = new ScenarioGroup();
        DataFile.Run(file, group.Handle);
    }
}
