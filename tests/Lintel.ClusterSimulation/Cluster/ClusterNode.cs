using Lintel.Environment;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Host;
using Lintel.Splits.Routing;
using Lintel.Splits.Store;
using Lintel.Transactions.Gateway;

namespace Lintel.ClusterSimulation.Cluster;

/// <summary>One node of a <see cref="SimulatedCluster"/>; its disk and its ordered store outlive its crashes.</summary>
#pragma warning disable CA1001 // the store is memory only, and lives as long as the machine
public sealed class ClusterNode
#pragma warning restore CA1001
{
    private static readonly ClusterId Cluster = new(new Guid("11111111-1111-1111-1111-111111111111"));
    private readonly SimulatedCluster _cluster;
    private SimulatedOrderedStore _ordered;
    private ulong _transactions;
    private uint _lives;

    internal ClusterNode(SimulatedCluster cluster, NodeId id)
    {
        _cluster = cluster;
        _ordered = new SimulatedOrderedStore(cluster.World, id, cluster.Options.TearsBatches);
        Machine = cluster.World.AddNode(id, Boot);
        Machine.Disk.Conditions = Machine.Disk.Conditions with { SyncLies = cluster.Options.LosesSyncs };
        Machine.Crashed = _ =>
        {
            (Store, Router, Gateway) = (null, null, null);
            _ordered = _ordered.CrashCopy();
        };
    }

    /// <summary>The simulated machine.</summary>
    public SimulatedNode Machine { get; }

    /// <summary>Its number, from 1.</summary>
    public int Number => (int)Machine.Id.Value;

    /// <summary>The splits here; null while it is down or starting.</summary>
    public SplitStore? Store { get; private set; }

    /// <summary>The router; null while it is down or starting.</summary>
    public SplitRouter? Router { get; private set; }

    /// <summary>The gateway; null while it is down or starting.</summary>
    public TransactionGateway? Gateway { get; private set; }

    /// <summary>The gateway, or the exception that says that nobody is there.</summary>
    public TransactionGateway RequireGateway() => Gateway ?? throw new NodeGoneException(Machine.Id, wasStarted: false);

    internal TransactionId NextTransaction(SplitStore store) => new(
        store.Services.Environment.TrueTime.Now().Latest, Machine.Id, (1UL << 60) + ((ulong)_lives << 32) + ++_transactions);

    private void Boot(NodeEnvironment environment) => _ = BootAsync(environment);

    private async Task BootAsync(NodeEnvironment environment)
    {
        try
        {
            uint life = ++_lives;
            var identity = new StoreIdentity(Cluster, new StoreId(new Guid((int)Machine.Id.Value, 0, 0, new byte[8])));
            SplitStore store = await SplitStore.OpenAsync(environment, identity, _ordered, _cluster.Options.Splits, Fail);
            var router = new SplitRouter(store, _cluster.System);
            store.Services.Router = router;
            await ClusterBootstrap.BeginAsync(store, _cluster.System);
            (Store, Router) = (store, router);
            Gateway = new TransactionGateway(environment, router, life, _cluster.Options.Gateway);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    // A bug of a node ends the run: it is thrown on the world's own turn. A disk that was made to fail is no bug: then
    // the node is started anew, as an operator would.
    private void Fail(Exception failure)
    {
        if (failure is LintelException { Error.Code: ErrorCode.DiskFailed } && Machine.Disk.Conditions.SyncFailureChance > 0)
        {
            _cluster.World.After(TimeSpan.FromMilliseconds(100), () =>
            {
                Machine.Disk.Conditions = Machine.Disk.Conditions with { SyncFailureChance = 0 };
                Machine.Crash(CrashKind.Process);
                Machine.Start();
            });
            return;
        }

        _cluster.World.Note(Machine.Id.ToString(), $"FAILED {failure.Message}");
        _cluster.World.After(TimeSpan.Zero, () => throw new InvalidOperationException($"{Machine.Id} failed", failure));
    }
}
