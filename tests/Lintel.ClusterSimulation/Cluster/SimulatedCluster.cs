using Lintel.ClusterSimulation.Checkers;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Keys;
using Lintel.Simulation;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Divide;
using Lintel.Splits.Host;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.ClusterSimulation.Cluster;

/// <summary>
/// A whole cluster in one simulated world: the real stores, routers and gateways over simulated doors, under the
/// checkers of the cluster's invariants.
/// </summary>
public sealed class SimulatedCluster
{
    private readonly SortedDictionary<NodeId, ClusterNode> _nodes = [];

    /// <summary>A cluster whose nodes are starting.</summary>
    public SimulatedCluster(ClusterOptions options)
    {
        Invariant.Costly = true;
        Options = options;
        World = new World(options.Seed, options.IsDetailed);
        NodeId[] ids = [.. Enumerable.Range(1, options.Nodes).Select(n => new NodeId((ulong)n))];
        System = ClusterBootstrap.SystemSplit(ids);
        foreach (NodeId id in ids)
        {
            var node = new ClusterNode(this, id);
            _nodes.Add(id, node);
            node.Machine.Start();
        }

        Invariants = new ClusterChecker(this);
        World.AddChecker("cluster", Invariants.Inspect);
    }

    /// <summary>What it is made of.</summary>
    public ClusterOptions Options { get; }

    /// <summary>The world it lives in.</summary>
    public World World { get; }

    /// <summary>The first split.</summary>
    public SplitDescriptor System { get; }

    /// <summary>What must hold at every moment.</summary>
    public ClusterChecker Invariants { get; }

    /// <summary>The nodes, by id.</summary>
    public IReadOnlyCollection<ClusterNode> Nodes => _nodes.Values;

    /// <summary>A node by its number, from 1.</summary>
    public ClusterNode Node(int number) => _nodes[new NodeId((ulong)number)];

    /// <summary>A node by its id.</summary>
    public ClusterNode Node(NodeId id) => _nodes[id];

    /// <summary>Lets virtual time pass.</summary>
    public Task Pause(TimeSpan duration) => Task.Delay(duration, World.Time);

    /// <summary>Who holds the lease of a split, or null.</summary>
    public ClusterNode? HolderOf(SplitId split)
    {
        foreach (ClusterNode node in Nodes)
        {
            if (node.Machine.State == NodeState.Up && node.Store?.Find(split)?.Leading is { HoldsLease: true }) return node;
        }

        return null;
    }

    /// <summary>Waits for something to come true; says what it was when it does not.</summary>
    public async Task Until(Func<bool> holds, TimeSpan within, string what)
    {
        TimeSpan deadline = World.Elapsed + within;
        while (!holds())
        {
            if (World.Elapsed > deadline) throw new NoProgressException($"{what} did not happen within {within}");
            await Pause(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Waits until the first split has a leaseholder and every gateway is open.</summary>
    public Task Ready() => Until(
        () => HolderOf(SplitId.System) is not null && Nodes.All(node => node.Gateway is not null),
        TimeSpan.FromSeconds(20),
        "the start of the cluster");

    /// <summary>Divides whoever owns a key at that key. False when it could not be done now.</summary>
    public async Task<bool> DivideAsync(ClusterNode through, Key at)
    {
        try
        {
            return await through.Machine.CallAsync(async () =>
            {
                if (through.Router is not { } router || through.Store is not { } store) return false;
                if ((await router.FindAsync(at)).Span.Start == at) return true;
                if (await SplitIds.AllocateAsync(router, through.NextTransaction(store)) is not { } right) return false;
                SplitReply? reply = await SplitWalk.AskAsync(router, at, to => new DivideSplit(to, at, right));
                World.Note("cluster", $"divide at {at} into {right}: {reply?.GetType().Name}");
                return reply is SplitReply.Divided;
            });
        }
        catch (NodeGoneException)
        {
            return false;
        }
        catch (Primitives.Errors.LintelException)
        {
            return false;
        }
    }

    /// <summary>Divides at each key, trying until it is done.</summary>
    public async Task DivideAllAsync(IEnumerable<Key> keys)
    {
        foreach (Key key in keys)
        {
            for (int attempt = 0; !await DivideAsync(Node(1 + (attempt % Nodes.Count)), key); attempt++)
            {
                if (attempt > 50) throw new NoProgressException($"no division at {key} succeeded");
                await Pause(TimeSpan.FromMilliseconds(100));
            }
        }
    }
}
