using Lintel.Environment;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Simulation;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Host;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Store;

namespace Lintel.Splits.Tests.Cluster;

/// <summary>A simulated cluster of split stores: the real code over simulated doors.</summary>
internal sealed class SplitCluster
{
    private readonly SortedDictionary<NodeId, ClusterNode> _nodes = [];
    private ulong _sequence;

    public SplitCluster(ulong seed, int nodes, SplitLimits? limits = null, int members = 0)
    {
        Invariant.Costly = true;
        World = new World(seed);
        World.AddChecker("split cluster", new ClusterChecks(this).Inspect);
        Limits = limits ?? SplitLimits.Default;
        var ids = Enumerable.Range(1, members == 0 ? nodes : members).Select(n => new NodeId((ulong)n)).ToArray();
        System = ClusterBootstrap.SystemSplit(ids);
        for (int n = 1; n <= nodes; n++)
        {
            var id = new NodeId((ulong)n);
            var node = new ClusterNode(this, id);
            _nodes.Add(id, node);
            node.Machine.Start();
        }
    }

    public World World { get; }

    /// <summary>A test's own count of parts of snapshots.</summary>
    public int Parts { get; set; }

    public SplitLimits Limits { get; }

    public SplitDescriptor System { get; }

    public IReadOnlyCollection<ClusterNode> Nodes => _nodes.Values;

    public ClusterNode Node(int number) => _nodes[new NodeId((ulong)number)];

    public void Run(Func<Task> body, double seconds = 120) => World.Run(body, TimeSpan.FromSeconds(seconds));

    public ClusterNode Node(NodeId id) => _nodes[id];

    /// <summary>Every other node.</summary>
    public IEnumerable<ClusterNode> Others(ClusterNode node) => Nodes.Where(other => other != node);

    /// <summary>Cuts a node off from all others, or takes that back.</summary>
    public void Isolate(ClusterNode node) =>
        World.Network.Partition([node.Machine.Id], [.. Others(node).Select(other => other.Machine.Id)]);

    public void Rejoin(ClusterNode node) =>
        World.Network.Rejoin([node.Machine.Id], [.. Others(node).Select(other => other.Machine.Id)]);

    /// <summary>How every replica of a split is, for people.</summary>
    public string Describe(SplitId split)
    {
        var lines = new List<string>();
        foreach (ClusterNode node in Nodes)
        {
            if (node.Store?.Find(split) is not { } replica)
            {
                lines.Add($"{node.Machine.Id} {node.Machine.State}: none");
                continue;
            }

            lines.Add(
                $"{node.Machine.Id} {node.Machine.State}: {replica.Peer.Role} of {replica.Peer.Term}, leader {replica.Peer.Leader}, promise "
                + $"{replica.Peer.Promise}, log to {replica.Peer.LastIndex} committed {replica.Peer.Committed} applied "
                + $"{replica.Machine.State.Applied}, asleep {replica.Peer.IsQuiesced}, lease {replica.Leading?.LeaseUntil}, silent {node.Store.Services.Support.IsSilent}, {replica.Descriptor}");
        }

        return string.Join('\n', lines);
    }

    /// <summary>Polls until something holds.</summary>
    public async Task Until(Func<bool> holds, string what, double seconds = 20)
    {
        TimeSpan deadline = World.Elapsed + TimeSpan.FromSeconds(seconds);
        while (!holds())
        {
            if (World.Elapsed > deadline) throw new TimeoutException($"not so after {seconds} s: {what}");
            await Pause(0.01);
        }
    }

    /// <summary>Until all the nodes have applied the same, and nothing is left to apply.</summary>
    public Task Level(SplitId split, params ClusterNode[] nodes) => Until(
        () =>
        {
            var applied = nodes.Select(node => node.Store?.Find(split)?.Machine.State.Applied.Value ?? 0).ToHashSet();
            return applied.Count == 1 && !applied.Contains(0)
                && nodes.All(node => node.Store!.Find(split)!.Peer.LastIndex == node.Store!.Find(split)!.Machine.State.Applied);
        },
        $"{split} level on {string.Join(',', nodes.Select(node => node.Machine.Id))}");

    public Task Pause(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), World.Time);

    /// <summary>A fresh transaction, as a gateway on that node would begin it.</summary>
    public TransactionId Begin(ClusterNode gateway) =>
        new(gateway.Machine.TrueTime.Now().Latest, gateway.Machine.Id, ++_sequence);

    /// <summary>Who holds the lease of a split, or null.</summary>
    public ClusterNode? HolderOf(SplitId split)
    {
        foreach (ClusterNode node in Nodes)
        {
            if (node.Machine.State == NodeState.Up && node.Store?.Find(split)?.Leading is { HoldsLease: true }) return node;
        }

        return null;
    }

    public async Task<ClusterNode> AwaitHolder(SplitId split, double seconds = 20)
    {
        TimeSpan deadline = World.Elapsed + TimeSpan.FromSeconds(seconds);
        while (World.Elapsed < deadline)
        {
            if (HolderOf(split) is { } holder) return holder;
            await Pause(0.02);
        }

        throw new TimeoutException($"nobody holds the lease of {split}\n{Describe(split)}");
    }
}

/// <summary>One node of a <see cref="SplitCluster"/>; its disk and its ordered store outlive its crashes.</summary>
internal sealed class ClusterNode : IDisposable
{
    private static readonly ClusterId Cluster = new(new Guid("11111111-1111-1111-1111-111111111111"));
    private readonly SplitCluster _cluster;
    private MemoryOrderedStore _ordered = new();

    public ClusterNode(SplitCluster cluster, NodeId id)
    {
        _cluster = cluster;
        Machine = cluster.World.AddNode(id, Boot);
        Machine.Crashed = _ =>
        {
            Store = null;
            Router = null;
            _ordered = _ordered.CrashCopy(cluster.World.RandomFor($"ordered store {id} at {cluster.World.EventCount}"));
        };
    }

    public SimulatedNode Machine { get; }

    public SplitStore? Store { get; private set; }

    public SplitRouter? Router { get; private set; }

    public void Dispose() => _ordered.Dispose();

    /// <summary>Sends as a gateway on this node does, from the world's side.</summary>
    public Task<SplitReply> Send(SplitRequest request) =>
        Machine.CallAsync(async () => await (Router ?? throw new NodeGoneException(Machine.Id, wasStarted: false)).SendAsync(request));

    /// <summary>Finds the owner of a key.</summary>
    public Task<SplitDescriptor> Find(Key key) =>
        Machine.CallAsync(async () => await (Router ?? throw new NodeGoneException(Machine.Id, wasStarted: false)).FindAsync(key));

    /// <summary>Asks whoever owns a key, following moves.</summary>
    public Task<SplitReply?> Ask(Key key, Func<SplitAddress, SplitRequest> request) =>
        Machine.CallAsync(async () => await SplitWalk.AskAsync(
            Router ?? throw new NodeGoneException(Machine.Id, wasStarted: false), key, request));

    /// <summary>Divides the split that holds a key, there.</summary>
    public async Task<SplitReply.Divided> Divide(string key, ulong right)
    {
        Key at = Key.FromText(key);
        SplitReply? reply = await Ask(at, to => new DivideSplit(to, at, new SplitId(right)));
        return reply as SplitReply.Divided ?? throw new InvalidOperationException($"divide at {key}: {reply}");
    }

    public SplitReplica Replica(SplitId split) =>
        Store?.Find(split) ?? throw new InvalidOperationException($"{Machine.Id} has no {split}");

    /// <summary>Versions of a key in this node's ordered store.</summary>
    public int CountVersions(Key key)
    {
        using IOrderedView view = _ordered.View();
        (byte[] start, byte[] end) = VersionKey.Bounds(new KeySpan(key, key.Next()));
        using IOrderedCursor cursor = view.Cursor(start, end);
        int count = 0;
        for (bool more = cursor.Seek(start); more; more = cursor.Next()) count++;
        return count;
    }

    public async Task<SplitReply?> Put(string key, string value)
    {
        Key at = Key.FromText(key);
        TransactionId transaction = _cluster.Begin(this);
        return await Ask(at, to => new CommitLocal(to, transaction, at, [Mutation.Put(at, Bytes(value))], LeaseSequence.None, 0));
    }

    public async Task<string?> Read(string key, Timestamp at = default, bool follower = false)
    {
        Key point = Key.FromText(key);
        SplitReply? reply = await Ask(point, to => new SnapshotRead(to, new ReadTarget.Points([point]), at, follower));
        return reply is SplitReply.SnapshotRows rows
            ? Text(rows.Read.Values[0])
            : throw new InvalidOperationException($"read of {key}: {reply}");
    }

    public static byte[] Bytes(string text) => global::System.Text.Encoding.UTF8.GetBytes(text);

    public static string? Text(ReadOnlyMemory<byte>? value) =>
        value is { } present ? global::System.Text.Encoding.UTF8.GetString(present.Span) : null;

    /// <summary>The directory of the ordered store is gone; the log is not.</summary>
    public void LoseOrderedStore() => _ordered = new MemoryOrderedStore();

    /// <summary>Kills the node and starts it again after a while.</summary>
    public async Task Restart(double downSeconds = 0.5, CrashKind kind = CrashKind.Power)
    {
        Machine.Crash(kind);
        await _cluster.Pause(downSeconds);
        Machine.Start();
    }

    private void Boot(NodeEnvironment environment) => _ = BootAsync(environment);

    private async Task BootAsync(NodeEnvironment environment)
    {
        try
        {
            var identity = new StoreIdentity(Cluster, new StoreId(new Guid((int)Machine.Id.Value, 0, 0, new byte[8])));
            SplitStore store = await SplitStore.OpenAsync(environment, identity, _ordered, _cluster.Limits, Fail);
            Router = new SplitRouter(store, _cluster.System);
            store.Services.Router = Router;
            await ClusterBootstrap.BeginAsync(store, _cluster.System);
            Store = store;
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        _cluster.World.Note(Machine.Id.ToString(), $"FAILED {failure}");
        Failures.Add(failure);
        throw new InvalidOperationException($"{Machine.Id} failed", failure);
    }

    public List<Exception> Failures { get; } = [];
}
