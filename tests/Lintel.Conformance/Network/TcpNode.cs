using System.Collections.Concurrent;
using Lintel.Environment.Network;
using Lintel.Environment.Network.Tcp;
using Lintel.Environment.Scheduling;
using Lintel.Primitives.Identifiers;
using Microsoft.Extensions.Logging;

namespace Lintel.Conformance.Network;

/// <summary>A node that is nothing but a network: it keeps the frames it got and the lines it logged.</summary>
internal sealed class TcpNode : IAsyncDisposable
{
    public static readonly ClusterId Cluster = new(new Guid("6b1f6e0c-0000-4000-8000-000000000001"));
    private readonly ConcurrentQueue<Exception> _failures = new();
    private int _inside;

    private TcpNode(TcpNetworkOptions options, AddressBook book, TaskCompletionSource? gate)
    {
        Book = book;
        Log = new LinesLogged();
        Context = new SerialContext(_failures.Enqueue);
        Network = new TcpNetwork(options, book, Context, TimeProvider.System, Log);
        Network.WhenLost((peer, _) => Lost.Enqueue(peer));
        Network.Receive((from, frame) =>
        {
            if (SynchronizationContext.Current != Context || Interlocked.Increment(ref _inside) != 1)
                _failures.Enqueue(new InvalidOperationException("a frame was delivered outside the context, or beside another"));
            gate?.Task.Wait();
            Received.Enqueue((from, frame.ToArray()));
            Interlocked.Decrement(ref _inside);
        });
    }

    public AddressBook Book { get; }

    public LinesLogged Log { get; }

    public SerialContext Context { get; }

    public TcpNetwork Network { get; }

    public ConcurrentQueue<(NodeId From, byte[] Frame)> Received { get; } = new();

    public ConcurrentQueue<NodeId> Lost { get; } = new();

    public IReadOnlyCollection<Exception> Failures => _failures;

    public NodeAddress Address => new("127.0.0.1", Network.LocalEndPoint!.Port);

    public static async Task<TcpNode> StartAsync(
        ulong id, AddressBook book, Func<TcpNetworkOptions, TcpNetworkOptions>? change = null, TaskCompletionSource? gate = null)
    {
        var options = new TcpNetworkOptions { Cluster = Cluster, Self = new NodeId(id), Incarnation = (ulong)Random.Shared.NextInt64() };
        var node = new TcpNode(change?.Invoke(options) ?? options, book, gate);
        await node.Network.StartAsync();
        return node;
    }

    public bool Send(ulong to, byte[] frame, NetworkLane lane = NetworkLane.Control) => Network.TrySend(new NodeId(to), lane, frame);

    /// <summary>Waits until a condition holds; it is looked at again and again, up to ten seconds.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        for (int i = 0; i < 1000; i++)
        {
            if (holds()) return;
            await Task.Delay(10);
        }

        Xunit.Assert.Fail($"not within ten seconds: {what}");
    }

    public ValueTask DisposeAsync() => Network.DisposeAsync();

    /// <summary>Collects what is logged at warning and above.</summary>
    internal sealed class LinesLogged : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public void AddProvider(ILoggerProvider provider) =>
            throw new NotSupportedException("this factory is itself the one place that lines go to");

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) Lines.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
