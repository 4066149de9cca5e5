using System.Security.Cryptography;
using Lintel.Environment;
using Lintel.Environment.Disk;
using Lintel.Environment.Network.Tcp;
using Lintel.Environment.Scheduling;
using Lintel.Environment.TrueTime;
using Lintel.Node.Configuration;
using Lintel.Node.Identity;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Splits;
using Lintel.Splits.Host;
using Lintel.Splits.Log;
using Lintel.Splits.Routing;
using Lintel.Splits.Store;
using Lintel.Splits.Store.Rocks;
using Microsoft.Extensions.Logging;

namespace Lintel.Node.Hosting;

/// <summary>
/// The consistency plane of a running node: its store and what it stands on, opened and closed in the right order. The
/// directory's lock is held by the disk for as long as any of it may write.
/// </summary>
internal sealed class StoreRuntime : IAsyncDisposable
{
    private const string OrderedDirectory = "ordered";

    private StoreRuntime(NodeEnvironment environment, SerialContext context, TcpNetwork network, RocksOrderedStore ordered)
    {
        Environment = environment;
        Context = context;
        Network = network;
        Ordered = ordered;
    }

    public NodeEnvironment Environment { get; }

    public SerialContext Context { get; }

    public TcpNetwork Network { get; }

    public RocksOrderedStore Ordered { get; }

    public SplitStore Store { get; private set; } = null!;

    public SplitRouter Router { get; private set; } = null!;

    /// <summary>How schema changes reach the other nodes, once SQL has begun to start.</summary>
    public SchemaPeers? Peers { get; set; }

    /// <summary>Differs in every life of the node; a third of a day of them at one start per second fits.</summary>
    public uint Incarnation { get; private init; }

    /// <summary>Opens everything and serves the other nodes. What was opened is closed again when it fails.</summary>
    public static async Task<StoreRuntime> OpenAsync(
        NodeConfiguration configuration,
        NodeIdentity identity,
        IDisk disk,
        AddressBook book,
        IReadOnlyList<NodeId> knownNodes,
        TimeProvider time,
        ILoggerFactory loggers,
        Action<Exception> onFailure)
    {
        ITrueTime trueTime = NodeClock.Open(configuration.Clock, time);
        uint life = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
        if (identity.Stage == IdentityStage.Ready && !await StoreLog.ExistsAsync(disk)) throw LogIsMissing(configuration);
        RocksOrderedStore ordered = await BlockingCall.RunAsync(() => RocksOrderedStore.Open(
            Path.Combine(configuration.DataDirectory, OrderedDirectory),
            new StoreIdentity(identity.Cluster, identity.Store),
            identity.Stage == IdentityStage.Ready ? RocksOpening.Existing : RocksOpening.Create,
            configuration.Limits.Rocks));
        var context = new SerialContext(onFailure);
        var options = new TcpNetworkOptions
        {
            Cluster = identity.Cluster, Self = identity.Node, Incarnation = life, Listen = configuration.Addresses.Peer.Listen,
        };
        var network = new TcpNetwork(options, book, context, time, loggers);
        var random = new Prng(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        var environment = new NodeEnvironment(time, trueTime, disk, network, random, context);
        var runtime = new StoreRuntime(environment, context, network, ordered) { Incarnation = life };
        try
        {
            await context.CallAsync(() => runtime.OpenStoreAsync(configuration, identity, knownNodes, onFailure));
            await network.StartAsync();
            return runtime;
        }
        catch
        {
            await runtime.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the store: what is under way ends, the ordered store is flushed, and nothing writes any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await Network.DisposeAsync();
        if (Store is { } store)
        {
            await Context.CallAsync(async () =>
            {
                await store.CloseAsync();
                return true;
            });
        }

        await Ordered.FlushAsync();
        Ordered.Dispose();
    }

    private async Task<bool> OpenStoreAsync(
        NodeConfiguration configuration, NodeIdentity identity, IReadOnlyList<NodeId> knownNodes, Action<Exception> onFailure)
    {
        Store = await SplitStore.OpenAsync(
            Environment, new StoreIdentity(identity.Cluster, identity.Store), Ordered, SplitLimits.Default, onFailure,
            new LogOptions
            {
                MemoryBytesMax = configuration.Limits.RaftLogMemoryBytes,
                BallastBytes = configuration.Limits.BallastBytes,
                WriteAheadBytes = 1 << 20,
            });
        // The router needs nodes to ask, not the truth: whoever has no replica of the system split says so.
        Router = new SplitRouter(Store, ClusterBootstrap.SystemSplit(knownNodes));
        Store.Services.Router = Router;
        if (configuration.Start is { } start && start.IdOf(configuration.Name) == identity.Node)
        {
            NodeId[] first = [.. start.Nodes.Select((_, i) => new NodeId((ulong)i + 1))];
            await ClusterBootstrap.BeginAsync(Store, ClusterBootstrap.SystemSplit(first));
        }

        return true;
    }

    private static LintelException LogIsMissing(NodeConfiguration configuration) => new(
        ErrorCode.NotFound, $"the Raft log of node '{configuration.Name}' is missing",
        $"{Path.GetFullPath(configuration.DataDirectory)} had one: without it the node has forgotten its votes",
        "mount or restore the directory; or empty it and let the node join under another name");
}
