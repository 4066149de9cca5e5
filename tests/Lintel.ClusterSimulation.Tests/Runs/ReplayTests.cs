using System.Diagnostics;
using Lintel.ClusterSimulation.Runs;
using Xunit;

namespace Lintel.ClusterSimulation.Tests.Runs;

/// <summary>Equal seeds give equal runs: in one process, and in another one, where hash codes of strings differ.</summary>
[Trait("tier", "1")]
public sealed class ReplayTests
{
    [Theory]
    [InlineData("append", 11UL)]
    [InlineData("churn", 12UL)]
    public void A_seed_gives_the_same_trace_again(string workload, ulong seed)
    {
        var options = new RunOptions(workload, seed);
        ulong hash = SimulationRun.Execute(options).Hash;
        Assert.Equal(hash, SimulationRun.Execute(options).Hash);
        Assert.Equal($"{hash:x16}", HashInAnotherProcess(options));
    }

    [Fact]
    public void A_failure_names_the_command_that_shows_it_again()
    {
        RunReport found = Campaign.FirstFound(["comments"], first: 1, seeds: 20, Bug.NoCommitWait)!;
        Assert.Contains("replay: dotnet run", found.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            $"--workload comments --seed {found.Options.Seed} --bug NoCommitWait", found.ToString(), StringComparison.Ordinal);
        Assert.Equal(found.Failure, SimulationRun.Execute(found.Options).Failure);
    }

    private static string HashInAnotherProcess(RunOptions options)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Lintel.ClusterSimulation.dll");
        using Process process = Process.Start(new ProcessStartInfo(
            "dotnet", [program, "--workload", options.Workload, "--seed", $"{options.Seed}"]) 
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        int at = output.IndexOf("hash ", StringComparison.Ordinal) + 5;
        return output.Substring(at, 16);
    }
}
