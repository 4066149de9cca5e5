using Lintel.Cli.Api;
using Lintel.Cli.Commands;
using Lintel.Cli.Output;
using Lintel.Doors.Console.Codec;
using Lintel.Node.Configuration;
using Lintel.Node.Hosting;
using Lintel.Primitives.Errors;
using Microsoft.Extensions.Logging;

namespace Lintel.Cli.Local;

/// <summary>A cluster of three nodes on this machine, from `up` to Ctrl-C.</summary>
internal sealed class LocalCluster(LocalLayout layout, int portBase)
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the spec is applied and the cluster is described.</summary>
    public Task WhenReady => _ready.Task;

    /// <summary>Starts, applies the spec, says how to use it, and waits for the end.</summary>
    public async Task<ExitCode> RunAsync(string specPath, bool processes, CancellationToken cancellation)
    {
        string spec = await SpecCommands.ReadAsync(specPath, cancellation);
        if (RunningCluster.Find(layout.Root) is { } running)
        {
            Console.WriteLine($"a cluster runs here already (process {running.Process}); stop it with Ctrl-C there, or: kill {running.Process}");
            Console.WriteLine($"its nodes: {string.Join(", ", running.Http)}; see it with: ./lintel status");
            return ExitCode.Done;
        }

        layout.EnsureConfigurations();
        Console.WriteLine($"starting three nodes in {(processes ? "three processes" : "one process")}; data is in {layout.Root}");
        return processes ? await RunProcessesAsync(spec, cancellation) : await RunInProcessAsync(spec, cancellation);
    }

    /// <summary>Waits until every node serves; says what is missing when that takes too long.</summary>
    public static async Task WhenServingAsync(LocalLayout layout, Task ended, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(ReadyWithin);
        for (int node = 0; node < LocalLayout.Nodes.Count; node++)
        {
            using var client = new NodeClient(layout.HttpOf(node));
            NodeHealth? last = null;
            while (last is not { Serving: true })
            {
                if (ended.IsCompleted) await ended;
                if (patience.IsCancellationRequested)
                {
                    throw new LintelException(
                        ErrorCode.Unavailable,
                        $"node {LocalLayout.Nodes[node]} does not serve after {ReadyWithin.TotalSeconds:0} s",
                        last is null ? "it does not answer" : string.Join("; ", last.Problems),
                        $"see the logs in {layout.Root}");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
                last = await client.TryHealthAsync(cancellation);
            }
        }
    }

    private async Task<ExitCode> RunInProcessAsync(string spec, CancellationToken stopping)
    {
        using var lines = new FileLog(Path.Combine(layout.Root, "lintel.log"), LogLevel.Information);
        var nodes = new List<NodeHost>();
        try
        {
            for (int node = 0; node < LocalLayout.Nodes.Count; node++)
                nodes.Add(await NodeHost.StartAsync(ConfigurationReader.ReadFile(layout.ConfigurationOf(node)), TimeProvider.System, lines, stopping));
            Task ended = Task.WhenAny(nodes.Select(node => node.WhenEnded)).Unwrap();
            return await ServeAsync(spec, new Dictionary<string, int>(), ended, stopping);
        }
        finally
        {
            RunningCluster.Forget(layout.Root);
            foreach (NodeHost node in nodes) await node.StopAsync();
        }
    }

    private async Task<ExitCode> RunProcessesAsync(string spec, CancellationToken stopping)
    {
        var nodes = new List<NodeProcess>();
        try
        {
            for (int node = 0; node < LocalLayout.Nodes.Count; node++)
                nodes.Add(NodeProcess.Start(LocalLayout.Nodes[node], layout.ConfigurationOf(node), layout.LogOf(node)));
            // A node that ends (or is killed, to see what happens) does not end the others; none left does.
            Task ended = Task.WhenAll(nodes.Select(node => node.WhenEnded));
            return await ServeAsync(spec, nodes.ToDictionary(node => node.Name, node => node.Id, StringComparer.Ordinal), ended, stopping);
        }
        finally
        {
            RunningCluster.Forget(layout.Root);
            await Task.WhenAll(nodes.Select(node => node.StopAsync()));
            foreach (NodeProcess node in nodes) node.Dispose();
        }
    }

    private async Task<ExitCode> ServeAsync(string spec, IReadOnlyDictionary<string, int> processes, Task ended, CancellationToken stopping)
    {
        string[] http = [.. Enumerable.Range(0, LocalLayout.Nodes.Count).Select(node => layout.HttpOf(node).ToString())];
        new RunningCluster(System.Environment.ProcessId, portBase, http, processes).Save(layout.Root);
        try
        {
            await WhenServingAsync(layout, ended, stopping);
            using (var client = new NodeClient(layout.HttpOf(0)))
            {
                PlanAnswer applied = await client.ApplyAsync(spec, stopping);
                Console.WriteLine(applied.Steps.Count == 0 ? "the spec is applied already" : $"applied the spec: {applied.Steps.Count} changes");
                Describe(await client.DatabasesAsync(stopping), processes);
            }

            _ready.TrySetResult();
            await ended.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            Console.WriteLine("stopping ...");
            return ExitCode.Done;
        }

        await Console.Error.WriteLineAsync($"error: no node runs any more; see the logs in {layout.Root}");
        return ExitCode.Failed;
    }

    private void Describe(DatabaseList databases, IReadOnlyDictionary<string, int> processes)
    {
        Console.WriteLine();
        for (int node = 0; node < LocalLayout.Nodes.Count; node++)
        {
            string name = LocalLayout.Nodes[node];
            string process = processes.TryGetValue(name, out int id) ? $", process {id}" : "";
            Console.WriteLine($"  node {name}  zone {LocalLayout.ZoneOf(node)}  SQL {layout.SqlOf(node)}  HTTP {layout.HttpOf(node)}{process}");
        }

        foreach (DatabaseLine database in databases.Databases.Where(database => database.ResourceGroup.Length > 0))
        {
            Console.WriteLine();
            Console.WriteLine($"  database {database.Name} ({database.ResourceGroup}): {database.Splits.Count} splits, replicas on {string.Join(", ", database.Nodes)}");
            Console.WriteLine($"    psql \"host={layout.SqlOf(0).Host} port={layout.SqlOf(0).Port} dbname={database.Name} user=admin\"");
            Console.WriteLine($"    Host={layout.SqlOf(0).Host};Port={layout.SqlOf(0).Port};Database={database.Name};Username=admin");
        }

        Console.WriteLine();
        Console.WriteLine("  see it:  ./lintel status      stop it:  Ctrl-C      (data is kept)");
    }
}
