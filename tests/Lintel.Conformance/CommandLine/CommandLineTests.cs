using System.Net;
using System.Net.Sockets;
using Lintel.Cli;
using Lintel.Cli.Local;
using Lintel.Cli.Output;
using Xunit;

namespace Lintel.Conformance.CommandLine;

/// <summary>The command line as scripts see it: exit codes, and a cluster from `up` to the end.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Spec = """
        kind: StoragePool
        name: main
        provider: FILE_THIN
        ---
        kind: ResourceGroup
        name: three-zones
        replicas: 3
        storagePools: [main]
        replicasOnDifferent: [zone]
        ---
        kind: Database
        name: bank
        resourceGroup: three-zones
        splitPerTable: true
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("lintel-cli-").FullName;

    [Theory]
    [InlineData(2, "nonsense")]
    [InlineData(2, "plan")]
    [InlineData(2, "status", "--output", "yaml")]
    [InlineData(2, "status", "--node", "no-port")]
    [InlineData(2, "up", "--port-base", "80")]
    [InlineData(2, "apply", "-f", "/nowhere/spec.yaml")]
    [InlineData(3, "status", "--node", "127.0.0.1:1")]
    [InlineData(1, "node", "start", "--config", "/nowhere/node.yaml")]
    [InlineData(0, "--help")]
    [InlineData(0, "split", "divide", "--help")]
    public async Task The_exit_code_says_whose_fault_it_was(int expected, params string[] arguments) =>
        Assert.Equal(expected, await Program.RunAsync(arguments));

    [Fact]
    [Trait("tier", "1")]
    public async Task A_cluster_comes_up_is_found_by_a_second_up_and_keeps_its_data_at_other_ports_too()
    {
        string spec = Path.Combine(_root, "bank.yaml");
        await File.WriteAllTextAsync(spec, Spec);
        for (int life = 1; life <= 2; life++)
        {
            int portBase = FreePortBase();
            var layout = new LocalLayout(Path.Combine(_root, "cluster"), portBase);
            using var stopping = new CancellationTokenSource();
            var cluster = new LocalCluster(layout, portBase);
            Task<ExitCode> running = cluster.RunAsync(spec, processes: false, stopping.Token);
            string node = layout.HttpOf(1).ToString();
            await Task.WhenAny(cluster.WhenReady, running).WaitAsync(TimeSpan.FromMinutes(2));
            Assert.False(running.IsCompleted);
            Assert.Equal(0, await Program.RunAsync(["database", "list", "--node", node, "-o", "json"]));
            Assert.Equal(0, await Program.RunAsync(["apply", "-f", spec, "--node", node]));
            Assert.Equal(0, await Program.RunAsync(["plan", "-f", spec, "--node", node]));
            Assert.Equal(1, await Program.RunAsync(["split", "divide", "99", "--node", node]));
            Assert.Equal(ExitCode.Done, await new LocalCluster(layout, portBase).RunAsync(spec, processes: false, CancellationToken.None));
            Assert.False(running.IsCompleted);
            stopping.Cancel();
            Assert.Equal(ExitCode.Done, await running);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    // The ports behind a base must be free too; a collision fails the start, loudly.
    private static int FreePortBase()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return Math.Clamp(port, 10_000, 65_000 - 64);
    }
}
