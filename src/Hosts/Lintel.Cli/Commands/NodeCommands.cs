using System.CommandLine;
using System.Globalization;
using Lintel.Cli.Api;
using Lintel.Cli.Local;
using Lintel.Cli.Output;
using Lintel.Doors.Console.Codec;
using Lintel.Node.Configuration;
using Lintel.Node.Hosting;
using Microsoft.Extensions.Logging;

namespace Lintel.Cli.Commands;

/// <summary><c>lintel node ...</c>: runs a node, lists them, drains one.</summary>
internal static class NodeCommands
{
    /// <summary>The command.</summary>
    public static Command Create() => new("node", "Run, list and drain nodes")
    {
        CreateStart(),
        NodeAccess.Create("list", "All nodes of the cluster", ListAsync),
        CreateDrain(),
    };

    private static Command CreateStart()
    {
        var config = new Option<string>("--config", "-c") { Description = "The node's configuration, YAML", Required = true };
        var log = new Option<string?>("--log") { Description = "File to log to; default: standard error" };
        var command = new Command("start", "Run a node until it is told to stop (Ctrl-C or SIGTERM)") { config, log };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(() => StartAsync(parsed.GetRequiredValue(config), parsed.GetValue(log), cancellation)));
        return command;
    }

    private static Command CreateDrain()
    {
        var name = new Argument<string>("node") { Description = "The node's name" };
        return NodeAccess.Create(
            "drain",
            "Move everything off a node, so that it can be taken away",
            async (client, parsed, format, cancellation) =>
            {
                NodeHealth answer = await client.DrainAsync(parsed.GetRequiredValue(name), cancellation);
                if (format == OutputFormat.Json) Printer.WriteJson(answer);
                else Console.WriteLine($"node {parsed.GetRequiredValue(name)} is being drained; follow it with `lintel node list`");
                return ExitCode.Done;
            },
            name);
    }

    private static async Task<ExitCode> StartAsync(string config, string? log, CancellationToken cancellation)
    {
        NodeConfiguration configuration = ConfigurationReader.ReadFile(config);
        using var lines = new FileLog(log, LogLevel.Information);
        await using NodeHost host = await NodeHost.StartAsync(configuration, TimeProvider.System, lines, cancellation);
        try
        {
            await host.WhenEnded.WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to stop: by Ctrl-C or SIGTERM.
        }

        await host.StopAsync();
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ListAsync(NodeClient client, ParseResult parsed, OutputFormat format, CancellationToken cancellation)
    {
        ClusterStatus status = await client.StatusAsync(cancellation);
        if (format == OutputFormat.Json) Printer.WriteJson(status.Nodes);
        else WriteNodes(status);
        return ExitCode.Done;
    }

    /// <summary>The nodes as a table.</summary>
    public static void WriteNodes(ClusterStatus status) => Printer.WriteTable(
        ["node", "zone", "state", "reachable", "replicas", "leases", "peers", "SQL", "HTTP"],
        status.Nodes.Select(node => new[]
        {
            node.Name, node.Zone, node.State, node.Reachable ? "yes" : "NO", Number(node.Replicas), Number(node.Leases), node.PeerAddress, node.SqlAddress, node.HttpAddress,
        }));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
