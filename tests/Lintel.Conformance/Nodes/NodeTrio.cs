using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lintel.Doors.Console.Codec;
using Lintel.Environment.Network.Tcp;
using Lintel.Node.Configuration;
using Lintel.Node.Hosting;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Transactions.Api;
using Microsoft.Extensions.Logging;

namespace Lintel.Conformance.Nodes;

/// <summary>Three real nodes in this process: real TCP over loopback, real disks, real time.</summary>
internal sealed class NodeTrio : IAsyncDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("lintel-trio-").FullName;
    private readonly ClusterStart _start;
    private readonly int[] _sqlPorts = FreePorts(4);
    private readonly int[] _httpPorts = FreePorts(4);
    private readonly int _latePeerPort = FreePorts(1)[0];
    private readonly SortedDictionary<int, NodeHost> _nodes = [];
    private readonly LinesOnFailure _lines = new();

    public NodeTrio()
    {
        int[] peers = FreePorts(3);
        _start = new ClusterStart(new ClusterId(Guid.NewGuid()),
            [.. peers.Select(static (port, i) => new FirstNode($"n{i + 1}", new NodeAddress("127.0.0.1", port)))]);
    }

    public NodeHost this[int number] => _nodes[number];

    /// <summary>The lines the nodes logged, for messages of failed tests.</summary>
    public string Log => _lines.Text;

    public static async Task<NodeTrio> StartAsync()
    {
        var trio = new NodeTrio();
        for (int n = 1; n <= 3; n++) await trio.StartAsync(n);
        for (int n = 1; n <= 3; n++) await trio.ReadyAsync(n);
        return trio;
    }

    public NodeConfiguration ConfigurationOf(int number) => new()
    {
        Name = $"n{number}",
        Properties = ImmutableSortedDictionary<string, string>.Empty.Add("zone", $"{(char)('a' + number - 1)}"),
        DataDirectory = Path.Combine(_root, $"n{number}"),
        Addresses = new NodeAddresses(
            Listening(number > 3 ? _latePeerPort : _start.Nodes[number - 1].Peer.Port),
            Listening(_sqlPorts[number - 1]),
            Listening(_httpPorts[number - 1])),
        Start = number > 3 ? null : _start,
        Join = number > 3 ? [new NodeAddress("127.0.0.1", 1), new NodeAddress("127.0.0.1", _httpPorts[1])] : [],
        Clock = new ClockConfiguration { AnchorDirectory = Path.Combine(_root, "clock") },
        Sql = new SqlDoorConfiguration { TrustLoopback = true },
        Limits = new NodeLimits { BallastBytes = 1 << 20 },
    };

    public string ConnectionTo(int number) =>
        $"Host=127.0.0.1;Port={_sqlPorts[number - 1]};Username=admin;Database=postgres;Timeout=30;Command Timeout=30;Pooling=false";

    public async Task StartAsync(int number) =>
        _nodes[number] = await NodeHost.StartAsync(ConfigurationOf(number), TimeProvider.System, _lines);

    public async Task StopAsync(int number)
    {
        await _nodes[number].StopAsync();
        _nodes.Remove(number);
    }

    /// <summary>What the HTTP door of a node answers.</summary>
    public async Task<(int Status, string Body)> HttpAsync(int number, string path, HttpMethod? method = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, $"http://127.0.0.1:{_httpPorts[number - 1]}{path}");
        using HttpResponseMessage response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public async Task<ClusterStatus> StatusAsync(int number)
    {
        (int status, string body) = await HttpAsync(number, "/status");
        Xunit.Assert.Equal(200, status);
        return System.Text.Json.JsonSerializer.Deserialize<ClusterStatus>(body, System.Text.Json.JsonSerializerOptions.Web)!;
    }

    /// <summary>Looks at the status through a node again and again until it is as expected.</summary>
    public async Task<ClusterStatus> UntilAsync(int number, Func<ClusterStatus, bool> expected, string what)
    {
        ClusterStatus status = await StatusAsync(number);
        for (int i = 0; i < 300 && !expected(status); i++)
        {
            await Task.Delay(100);
            status = await StatusAsync(number);
        }

        Xunit.Assert.True(expected(status), $"not within 30 seconds: {what}\n{System.Text.Json.JsonSerializer.Serialize(status)}\n{Log}");
        return status;
    }

    public Task ReadyAsync(int number) => _nodes[number].WhenReady.WaitAsync(TimeSpan.FromSeconds(30));

    public static Key KeyOf(string name) => new(Encoding.UTF8.GetBytes($"\x20test-{name}"));

    public async Task PutAsync(int number, string key, string value)
    {
        using var within = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _nodes[number].Transactions.RunAsync("put", async transaction =>
        {
            await transaction.PutAsync(KeyOf(key), Encoding.UTF8.GetBytes(value), within.Token);
            return true;
        }, within.Token);
    }

    public async Task<string?> GetAsync(int number, string key)
    {
        using var within = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using ISnapshotReader reader = await _nodes[number].Transactions.SnapshotAsync(SnapshotBound.Strong, within.Token);
        ReadOnlyMemory<byte>? value = await reader.GetAsync(KeyOf(key), LockStrength.Shared, within.Token);
        return value is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NodeHost node in _nodes.Values) await node.StopAsync();
        Directory.Delete(_root, recursive: true);
    }

    private static ListeningAddress Listening(int port) =>
        new(new IPEndPoint(IPAddress.Loopback, port), new NodeAddress("127.0.0.1", port));

    private static int[] FreePorts(int count)
    {
        TcpListener[] held = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in held) listener.Start();
        int[] ports = [.. held.Select(static listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in held) listener.Dispose();
        return ports;
    }

    private sealed class LinesOnFailure : ILoggerFactory, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public void AddProvider(ILoggerProvider provider) =>
            throw new NotSupportedException("this factory is itself the one place that lines go to");

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) _lines.Enqueue($"{logLevel} {eventId.Id}: {formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
