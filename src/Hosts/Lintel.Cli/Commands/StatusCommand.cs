using System.CommandLine;
using System.Globalization;
using Lintel.Cli.Output;
using Lintel.Doors.Console.Codec;

namespace Lintel.Cli.Commands;

/// <summary><c>lintel status</c>: the cluster on one screen.</summary>
internal static class StatusCommand
{
    private const int SplitsShown = 20;

    /// <summary>The command. Its exit code is 1 when something needs attention.</summary>
    public static Command Create() => NodeAccess.Create("status", "The cluster on one screen; exit code 1 when something needs attention", async (client, _, format, cancellation) =>
    {
        ClusterStatus status = await client.StatusAsync(cancellation);
        IReadOnlyList<string> troubles = TroublesOf(status);
        if (format == OutputFormat.Json) Printer.WriteJson(status);
        else Write(status, troubles);
        return troubles.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    });

    private static void Write(ClusterStatus status, IReadOnlyList<string> troubles)
    {
        Console.WriteLine($"cluster {status.Cluster}, as {status.AskedNode} sees it");
        NodeCommands.WriteNodes(status);
        SplitCommands.WriteSplits(status with { Splits = [.. status.Splits.Take(SplitsShown)] });
        if (status.Splits.Count > SplitsShown) Console.WriteLine($"and {status.Splits.Count - SplitsShown} more splits: lintel split list");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"clock: {status.Clock.Source}, {(status.Clock.Bounded ? "bounded" : "NOT BOUNDED")}, +/- {status.Clock.UncertaintyMicroseconds:0} us"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"commits through {status.AskedNode}: {status.Commits.Count}, p50 {status.Commits.LatencyMsP50:0.00} ms, p99 {status.Commits.LatencyMsP99:0.00} ms"));
        foreach (string trouble in troubles) Console.WriteLine($"attention: {trouble}");
    }

    private static List<string> TroublesOf(ClusterStatus status)
    {
        var troubles = new List<string>();
        foreach (NodeLine node in status.Nodes.Where(node => !node.Reachable)) troubles.Add($"node {node.Name} is not reachable");
        int leaderless = status.Splits.Count(split => split.Leaseholder.Length == 0);
        if (leaderless > 0) troubles.Add($"{leaderless} splits have no leaseholder");
        int behind = status.Splits.Count(split => split.Replicas.Any(replica => !replica.InSync));
        if (behind > 0) troubles.Add($"{behind} splits have a replica that is behind");
        if (!status.Clock.Bounded) troubles.Add("the clock has no bound that can be trusted");
        return troubles;
    }
}
