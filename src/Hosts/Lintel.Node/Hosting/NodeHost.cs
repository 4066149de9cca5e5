using System.Collections.Immutable;
using System.Security.Cryptography;
using Lintel.Doors.Console.Codec;
using Lintel.Doors.Console.Session;
using Lintel.Environment.Disk;
using Lintel.Environment.Network.Tcp;
using Lintel.Intent.Reconcile;
using Lintel.Node.Configuration;
using Lintel.Node.Control;
using Lintel.Node.Identity;
using Lintel.Node.Membership;
using Lintel.Node.Status;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Store;
using Lintel.Storage.Nodes;
using Lintel.Transactions.Api;
using Lintel.Transactions.Gateway;
using Microsoft.Extensions.Logging;

namespace Lintel.Node.Hosting;

/// <summary>
/// A running node: everything a configuration asks for, put together. Several may run in one process; they share nothing
/// but the process.
/// </summary>
public sealed class NodeHost : IAsyncDisposable
{
    private readonly NodeConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _log;
    private readonly AddressBook _book = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DirectoryDisk? _disk;
    private StoreRuntime? _runtime;
    private TransactionGateway? _gateway;
    private NodeMembership? _membership;
    private ControlPlane? _control;
    private NodeDrain? _drain;
    private ClusterStatusSource? _status;
    private ConsoleDoor? _console;
    private SqlService? _sql;
    private Task _background = Task.CompletedTask;
    private Exception? _failure;

    private NodeHost(NodeConfiguration configuration, TimeProvider time, ILoggerFactory loggers)
    {
        (_configuration, _time, _loggers) = (configuration, time, loggers);
        _log = loggers.CreateLogger<NodeHost>();
    }

    /// <summary>Who the node is.</summary>
    public NodeIdentity Identity { get; private set; } = null!;

    /// <summary>The node's transactions.</summary>
    public ITransactionSource Transactions => _gateway!;

    /// <summary>Completes when the node is recorded in the cluster and serves; fails when it never will.</summary>
    public Task WhenReady => _ready.Task;

    /// <summary>Completes when the node was stopped; fails with what took it out of service.</summary>
    public Task WhenEnded => _ended.Task;

    /// <summary>
    /// Starts a node. Returns when its store is open and the other nodes can reach it; a node that joins has been admitted
    /// by then. See <see cref="WhenReady"/> for the rest, which needs a majority of the cluster.
    /// </summary>
    /// <exception cref="LintelException">What is wrong with the directory, the identity, an address or the clock.</exception>
    public static async Task<NodeHost> StartAsync(
        NodeConfiguration configuration, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation = default)
    {
        var host = new NodeHost(configuration, time, loggers);
        try
        {
            await host.StartAsync(cancellation);
            return host;
        }
        catch
        {
            await host.StopAsync();
            throw;
        }
    }

    /// <summary>Stops serving, then closes everything. What was acknowledged is on the disk.</summary>
    public async Task StopAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stopping.Cancel();
            await _background;
            if (_sql is not null) await _sql.DisposeAsync();
            if (_console is not null) await _console.DisposeAsync();
            _gateway?.Dispose();
            if (_runtime is not null) await _runtime.DisposeAsync();
            _disk?.Dispose();
            if (Identity is { } identity) NodeLog.Stopped(_log, identity.Node);
            _ready.TrySetCanceled(_stopping.Token);
            if (_failure is { } failure) _ended.TrySetException(failure);
            else _ended.TrySetResult();
        }

        await ((Task)_ended.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task StartAsync(CancellationToken cancellation)
    {
        _disk = DirectoryDisk.Open(_configuration.DataDirectory);
        ImmutableArray<KnownNode> known = await KnownNodesFile.LoadAsync(_disk, cancellation);
        Identity = await NodeIdentityFile.LoadAsync(_disk, cancellation) ?? await BeginAsync(_disk, cancellation);
        CheckIdentity(Identity);
        if (Identity.Stage == IdentityStage.Joining)
        {
            (Identity, known) = await new JoinClient(_configuration, _time, _log).JoinAsync(Identity, cancellation);
            await KnownNodesFile.SaveAsync(_disk, known, cancellation);
            await NodeIdentityFile.SaveAsync(_disk, Identity, cancellation);
        }

        NodeLog.Identified(_log, _configuration.Name, Identity.Node, Identity.Cluster, Identity.Store.Value);
        LearnAddresses(known);
        _runtime = await StoreRuntime.OpenAsync(
            _configuration, Identity, _disk, _book, [.. _book.Addresses.Keys], _time, _loggers, OnFailure);
        NodeLog.StoreOpened(_log, Identity.Node, _runtime.Store.Replicas.Count);
        if (Identity.Stage != IdentityStage.Ready)
        {
            Identity = Identity with { Stage = IdentityStage.Ready };
            await NodeIdentityFile.SaveAsync(_disk, Identity, cancellation);
        }

        _gateway = new TransactionGateway(_runtime.Environment, _runtime.Router, _runtime.Incarnation);
        _membership = new NodeMembership(_configuration, Identity, _gateway, _book, _disk, _time, _log);
        _control = await ControlPlane.StartAsync(
            _runtime, Identity.Node, _configuration.DataDirectory, _gateway, ReadNodesAsync, _log);
        var splits = new SplitControl(_runtime.Environment, _runtime.Router, _gateway, Identity.Node);
        _drain = new NodeDrain(_runtime, _gateway, _membership, splits, _log);
        _status = new ClusterStatusSource(
            _configuration, Identity, _runtime, _membership, await ReplicaReports.StartAsync(_runtime), _gateway);
        if (_configuration.Addresses.Http is { } http)
        {
            var services = new ConsoleServices(
                Health, _status.ReadAsync, _membership.AdmitAsync, _drain.BeginAsync, _control.Services);
            _console = await ConsoleDoor.StartAsync(http.Listen, services, _loggers, cancellation);
        }

        _background = RunAsync();
    }

    private async Task<NodeIdentity> BeginAsync(DirectoryDisk disk, CancellationToken cancellation)
    {
        var store = new StoreId(new Guid(RandomNumberGenerator.GetBytes(16)));
        NodeId first = _configuration.Start?.IdOf(_configuration.Name) ?? NodeId.None;
        var identity = first.IsNone
            ? new NodeIdentity(_configuration.Name, store, default, NodeId.None, IdentityStage.Joining)
            : new NodeIdentity(_configuration.Name, store, _configuration.Start!.Cluster, first, IdentityStage.Creating);
        await NodeIdentityFile.SaveAsync(disk, identity, cancellation);
        return identity;
    }

    private void CheckIdentity(NodeIdentity identity)
    {
        bool nameFits = identity.Name == _configuration.Name;
        bool clusterFits = identity.Stage == IdentityStage.Joining
            || _configuration.Start is not { } start || start.Cluster == identity.Cluster;
        if (nameFits && clusterFits) return;
        throw new LintelException(ErrorCode.WrongCluster,
            $"{Path.GetFullPath(_configuration.DataDirectory)} belongs to another node",
            $"it is of node '{identity.Name}' of cluster {identity.Cluster}",
            "correct 'data', 'node' or 'cluster.id' in the configuration");
    }

    private void LearnAddresses(ImmutableArray<KnownNode> known)
    {
        // What the operator says now comes before what was seen last: when all nodes have moved, only that is right, and
        // when one has moved that this configuration has elsewhere, it connects by itself and its row corrects the book.
        foreach (KnownNode node in known) _book.Set(node.Id, node.Peer);
        if (_configuration.Start is { } start && start.Cluster == Identity.Cluster)
        {
            foreach (FirstNode node in start.Nodes) _book.Set(start.IdOf(node.Name), node.Peer);
        }

        _book.Set(Identity.Node, _configuration.Addresses.Peer.Advertised);
    }

    private async Task RunAsync()
    {
        try
        {
            await _membership!.RecordAsync(_stopping.Token);
            await _membership.RefreshAsync(_stopping.Token);
            if (_configuration.Addresses.Sql is { } sql) await StartSqlAsync(sql);
            NodeLog.Serving(_log, Identity.Node);
            _ready.TrySetResult();
            Task[] loops =
                [_membership.FollowAsync(_stopping.Token), _control!.RunAsync(_stopping.Token), _drain!.RunAsync(_stopping.Token)];
            Task first = await Task.WhenAny(loops);
            if (_stopping.IsCancellationRequested) await Task.WhenAll(loops);
            await first;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node is being stopped.
        }
        catch (Exception failure)
        {
            // The outermost frame of the node's own work: it cannot do without it.
            Fail(failure);
        }
    }

    private async Task StartSqlAsync(ListeningAddress address)
    {
        while (_sql is null)
        {
            try
            {
                _sql = await SqlService.StartAsync(
                    _configuration, address, _runtime!, _gateway!, ClusterTables.Create(_gateway!, _status!), _loggers, _stopping.Token);
                NodeLog.SqlServed(_log, Identity.Node, address.Listen);
            }
            catch (LintelException failure) when (NodeMembership.MayPass(failure.Error.Code))
            {
                NodeLog.NotRecordedYet(_log, Identity.Node, failure.Error);
                await Task.Delay(NodeMembership.Pause, _time, _stopping.Token);
            }
        }
    }

    // Failures of one request or message do not end the node; a lost disk and bugs do.
    private void OnFailure(Exception failure)
    {
        if (_stopping.IsCancellationRequested) return;
        if (failure is LintelException { Error.Code: not ErrorCode.DiskFailed } && _runtime?.Store.Failure is null)
            NodeLog.WorkFailed(_log, Identity.Node, failure);
        else
            Fail(failure);
    }

    private void Fail(Exception failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, null) is not null) return;
        NodeLog.Failed(_log, Identity.Node, failure);
        _ready.TrySetException(failure);
        _ended.TrySetException(failure);
    }

    private NodeHealth Health()
    {
        var problems = new List<string>();
        if (_failure is { } failure) problems.Add($"out of service: {failure.Message}");
        if (!_ready.Task.IsCompletedSuccessfully) problems.Add("not recorded in the cluster yet: a majority of the nodes is needed");
        if (_runtime is { } runtime)
        {
            if (runtime.Store.Failure is { } broken) problems.Add(broken.Error.ToString());
            if (!runtime.Environment.TrueTime.IsBounded) problems.Add("the clock has no bound that can be trusted");
        }

        bool serving = problems.Count == 0;
        if (_runtime is { Store.Services.IsDiskFull: true }) problems.Add("the disk is full: writes are refused until space is freed");
        return new NodeHealth(serving, problems);
    }

    private async Task<IReadOnlyList<NodeRecord>> ReadNodesAsync(CancellationToken cancellation)
    {
        await _membership!.RefreshAsync(cancellation);
        return _membership.Nodes;
    }

}
