using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// The real network: checksummed frames over TCP, one connection per pair of nodes and lane, over Kestrel's sockets and
/// pipes. Loops on the thread pool do the work; <see cref="TrySend"/> only queues, from any thread, and what arrives is
/// handed over on the store's context. Nothing that a peer or a stranger sends does more than close its connection.
/// Life: construct, <see cref="Receive"/>, <see cref="StartAsync"/>, dispose.
/// </summary>
public sealed class TcpNetwork : INetwork, IAsyncDisposable
{
    // A peer that the address book does not know makes lanes too when it connects; a cluster has fewer nodes than this.
    private const int LanesMax = 4096;
    private const string ShuttingDown = "this node is shutting down";
    private readonly TcpNetworkOptions _options;
    private readonly AddressBook _book;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly FrameInbox _inbox;
    private readonly Greeter _greeter;
    private readonly NetworkDialer _dialer;
    private readonly BackgroundLoops _loops;
    private readonly SocketTransportFactory _transport;
    private readonly SocketConnectionContextFactory _sockets;
    private readonly ConcurrentDictionary<(NodeId Peer, NetworkLane Lane), PeerLane> _lanes = new();
    private readonly ConcurrentDictionary<NodeConnection, PeerLane> _live = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private IConnectionListener? _listener;
    private int _greeting;

    /// <summary>
    /// A network that delivers on <paramref name="context"/>. Addresses come from <paramref name="book"/>, which may
    /// change at any time.
    /// </summary>
    public TcpNetwork(
        TcpNetworkOptions options, AddressBook book, SynchronizationContext context, TimeProvider time, ILoggerFactory loggers)
    {
        (_options, _book, _time) = (options, book, time);
        _log = loggers.CreateLogger<TcpNetwork>();
        _stopped = _stopping.Token;
        Counters = new NetworkCounters(options.Self);
        _inbox = new FrameInbox(context);
        _greeter = new Greeter(options);
        _loops = new BackgroundLoops(failure => NetworkLog.LoopFailed(_log, options.Self, failure));
        _transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { NoDelay = true }), loggers);
        _sockets = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), _log);
        _dialer = new NetworkDialer(
            options, _greeter, _sockets, time, (connection, lane, incarnation) => Run(connection, lane, incarnation, isDialedHere: true));
        _book.Changed += OnAddressChanged;
    }

    /// <inheritdoc/>
    public NodeId Self => _options.Self;

    /// <summary>What it has done so far.</summary>
    public NetworkCounters Counters { get; }

    /// <summary>Where it listens, once <see cref="StartAsync"/> has returned.</summary>
    public IPEndPoint? LocalEndPoint => (IPEndPoint?)_listener?.EndPoint;

    /// <summary>Whether the control lane to <paramref name="peer"/> has a connection now.</summary>
    public bool IsConnected(NodeId peer) => _lanes.TryGetValue((peer, NetworkLane.Control), out PeerLane? lane) && lane.IsConnected;

    /// <summary>Begins to listen. Fails as FailedPrecondition when the address cannot be had.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        try
        {
            _listener = await _transport.BindAsync(_options.Listen, cancellation);
        }
        catch (Exception failed) when (failed is SocketException or AddressInUseException or IOException)
        {
            throw new LintelException(
                new LintelError(
                    ErrorCode.FailedPrecondition,
                    $"cannot listen for other nodes at {_options.Listen}",
                    failed.Message,
                    "stop what uses the address, or choose another"),
                failed);
        }

        NetworkLog.Listening(_log, Self, _listener.EndPoint);
        _loops.Start(AcceptAsync);
    }

    /// <inheritdoc/>
    public bool TrySend(NodeId to, NetworkLane lane, ReadOnlyMemory<byte> frame)
    {
        if (_stopped.IsCancellationRequested) return false;
        if (to == Self)
        {
            _inbox.Loop(Self, frame);
            return true;
        }

        if (LaneTo(to, lane, isKnown: _book.Addresses.ContainsKey(to)) is { } known) return known.TrySend(frame);
        Counters.Dropped(1);
        return false;
    }

    /// <inheritdoc/>
    public void Receive(Action<NodeId, ReadOnlyMemory<byte>> onFrame) => _inbox.Receive(onFrame);

    /// <inheritdoc/>
    public void WhenLost(Action<NodeId, NetworkLane> onLost) => _inbox.WhenLost(onLost);

    /// <summary>Closes every connection and waits until nothing of this network runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopped.IsCancellationRequested) return;
        _book.Changed -= OnAddressChanged;
        _stopping.Cancel();
        if (_listener is not null)
        {
            await _listener.UnbindAsync();
            await _listener.DisposeAsync();
        }

        foreach (NodeConnection connection in _live.Keys) connection.Abort(ShuttingDown);
        await _loops.DrainAsync();
        _sockets.Dispose();
        Counters.Dispose();
        _stopping.Dispose();
    }

    private PeerLane? LaneTo(NodeId peer, NetworkLane lane, bool isKnown)
    {
        if (_lanes.TryGetValue((peer, lane), out PeerLane? known)) return known;
        if (!isKnown || _lanes.Count >= LanesMax) return null;
        return _lanes.GetOrAdd((peer, lane), static (key, network) => network.CreateLane(key.Peer, key.Lane), this);
    }

    private PeerLane CreateLane(NodeId peer, NetworkLane lane) =>
        new(peer, lane, _options, _book, _dialer, _inbox, _loops, Counters, _time, _log, _stopped);

    private void OnAddressChanged(NodeId node)
    {
        foreach (NetworkLane lane in (ReadOnlySpan<NetworkLane>)[NetworkLane.Control, NetworkLane.Bulk])
        {
            if (_lanes.TryGetValue((node, lane), out PeerLane? known)) known.OnAddressChanged();
        }
    }

    private async Task AcceptAsync()
    {
        while (await _listener!.AcceptAsync() is { } transport)
        {
            if (_stopped.IsCancellationRequested || Interlocked.Increment(ref _greeting) > _options.HandshakesMax)
            {
                Interlocked.Decrement(ref _greeting);
                Counters.Refused();
                transport.Abort();
                await transport.DisposeAsync();
                continue;
            }

            _loops.Start(() => AnswerAsync(transport));
        }
    }

    private async Task AnswerAsync(ConnectionContext transport)
    {
        try
        {
            if (await TryAnswerAsync(transport) is { } hello && LaneTo(hello.From, hello.Lane, isKnown: true) is { } lane)
            {
                Run(transport, lane, hello.Incarnation, isDialedHere: false);
                return;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _greeting);
        }

        // Completing first sends what was answered; the peer needs the words more than the speed.
        await transport.Transport.Output.CompleteAsync();
        await transport.DisposeAsync();
    }

    private async Task<Hello?> TryAnswerAsync(ConnectionContext transport)
    {
        using var timeout = new CancellationTokenSource(_options.HandshakeTimeout, _time);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_stopped, timeout.Token);
        LintelError why;
        try
        {
            if (transport.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket) ConnectionSocket.Prepare(socket, _options.SilenceMax);
            return await _greeter.AnswerAsync(transport.Transport, cancellation.Token);
        }
        catch (LintelException refused)
        {
            why = refused.Error;
        }
        catch (OperationCanceledException)
        {
            why = new LintelError(ErrorCode.Timeout, "nobody greeted in time", $"the bound is {_options.HandshakeTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException)
        {
            why = new LintelError(ErrorCode.Unavailable, "the connection broke before the greeting", broken.Message);
        }

        Counters.Refused();
        if (!_stopped.IsCancellationRequested) NetworkLog.Refused(_log, Self, transport.RemoteEndPoint, why);
        return null;
    }

    private void Run(ConnectionContext transport, PeerLane lane, ulong incarnation, bool isDialedHere)
    {
        var connection = new NodeConnection(transport, lane, incarnation, isDialedHere, _inbox, Counters, _options.FrameLengthMax, _time);
        _live[connection] = lane;
        lane.Adopt(connection);
        _loops.Start(() => RunAsync(transport, lane, connection));
        if (_stopped.IsCancellationRequested) connection.Abort(ShuttingDown);
    }

    private async Task RunAsync(ConnectionContext transport, PeerLane lane, NodeConnection connection)
    {
        try
        {
            await connection.RunAsync();
        }
        finally
        {
            _live.TryRemove(connection, out _);
            lane.OnClosed(connection);
            await transport.DisposeAsync();
        }
    }
}
