using Lintel.ClusterSimulation.Cluster;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Simulation.Network;
using Lintel.Simulation.Nodes;

namespace Lintel.ClusterSimulation.Faults;

/// <summary>
/// Disturbs a cluster as a plan says, until it is told to stop; then makes everything good again. Each fault takes
/// itself back after a while.
/// </summary>
public sealed class FaultInjector
{
    private const long Roomy = 1L << 34;
    private readonly SimulatedCluster _cluster;
    private readonly FaultPlan _plan;
    private readonly IReadOnlyList<Key> _cuts;
    private readonly Prng _random;
    private readonly TopologyFaults _topology;
    private bool _isOver;

    /// <summary>An injector that has not begun.</summary>
    public FaultInjector(SimulatedCluster cluster, FaultPlan plan, IReadOnlyList<Key> cuts)
    {
        (_cluster, _plan, _cuts) = (cluster, plan, cuts);
        _random = cluster.World.RandomFor("faults");
        _topology = new TopologyFaults(cluster, cluster.World.RandomFor("topology"));
    }

    /// <summary>Sets the clocks, which have an error also in a run without faults.</summary>
    public void SetClocks()
    {
        foreach (ClusterNode node in _cluster.Nodes)
        {
            node.Machine.TrueTime.Uncertainty = _plan.Uncertainty;
            node.Machine.TrueTime.SetError(_random.Between(-_plan.Uncertainty, _plan.Uncertainty));
        }
    }

    /// <summary>Begins.</summary>
    public void Begin()
    {
        _cluster.World.Network.Conditions = new NetworkConditions
        {
            DropChance = Has(FaultKind.Loss) ? _random.NextDouble() * 0.08 : 0,
            SlowChance = Has(FaultKind.Delay) ? _random.NextDouble() * 0.03 : 0,
            ReorderChance = Has(FaultKind.Reorder) ? _random.NextDouble() * 0.2 : 0,
            DuplicateChance = Has(FaultKind.Duplicate) ? _random.NextDouble() * 0.1 : 0,
        };
        Next();
    }

    /// <summary>Ends all faults and what they left behind.</summary>
    public void Heal()
    {
        _isOver = true;
        _cluster.World.Note("faults", "everything is made good");
        _cluster.World.Network.Conditions = new NetworkConditions();
        _cluster.World.Network.HealAll();
        foreach (ClusterNode node in _cluster.Nodes)
        {
            node.Machine.Resume();
            node.Machine.Disk.Unstall();
            node.Machine.Disk.Conditions = node.Machine.Disk.Conditions with
            {
                Slowness = 1, SyncFailureChance = 0, Capacity = Roomy,
            };
            node.Machine.Clock.SetRate(1);
            node.Machine.TrueTime.IsBounded = true;
            node.Machine.TrueTime.IsLying = false;
            node.Machine.Start();
        }
    }

    private bool Has(FaultKind kind) => _plan.Kinds.Contains(kind);

    private void Next()
    {
        if (_plan.Kinds.Count == 0) return;
        _cluster.World.After(_random.Between(TimeSpan.FromMilliseconds(1), _plan.Every * 2), () =>
        {
            if (_isOver) return;
            Inject(_random.Pick(_plan.Kinds));
            Next();
        });
    }

    private void Inject(FaultKind kind)
    {
        ClusterNode node = _cluster.Node(1 + _random.Next(_cluster.Nodes.Count));
        ClusterNode other = _cluster.Node(1 + _random.Next(_cluster.Nodes.Count));
        TimeSpan duration = _random.Chance(0.8)
            ? _random.Between(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(900))
            : _random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4));
        switch (kind)
        {
            case FaultKind.Partition: Partition(duration); break;
            case FaultKind.OneWayCut: Cut(node.Machine.Id, other.Machine.Id, duration); break;
            case FaultKind.Clog: _cluster.World.Network.Clog(node.Machine.Id, other.Machine.Id, duration); break;
            case FaultKind.ProcessCrash: Crash(node, CrashKind.Process, duration); break;
            case FaultKind.PowerCrash: Crash(node, CrashKind.Power, duration); break;
            case FaultKind.Pause: Pause(node, duration); break;
            case FaultKind.ClockError: Shift(node); break;
            case FaultKind.ClockRate: node.Machine.Clock.SetRate(1 + ((_random.NextDouble() - 0.5) * 0.002)); break;
            case FaultKind.ClockUnbounded: Unbind(node, duration); break;
            case FaultKind.SlowDisk: Slow(node, duration); break;
            case FaultKind.DiskFailure: FailDisk(node); break;
            case FaultKind.DiskFull: FillDisk(node, duration); break;
            case FaultKind.ClockLie: Lie(node, duration); break;
            case FaultKind.Divide when _cuts.Count > 0: _topology.Divide(node, _random.Pick(_cuts)); break;
            case FaultKind.Transfer: _topology.Transfer(node, other); break;
            case FaultKind.Move: _topology.Move(node); break;
        }
    }

    private void Partition(TimeSpan duration)
    {
        var one = new List<NodeId>();
        var rest = new List<NodeId>();
        foreach (ClusterNode node in _cluster.Nodes) (_random.Chance(0.4) ? one : rest).Add(node.Machine.Id);
        _cluster.World.Note("faults", $"partition of {string.Join(' ', one)} for {duration}");
        _cluster.World.Network.Partition(one, rest);
        _cluster.World.After(duration, () => _cluster.World.Network.Rejoin(one, rest));
    }

    private void Cut(NodeId from, NodeId to, TimeSpan duration)
    {
        if (from == to) return;
        _cluster.World.Note("faults", $"cut from {from} to {to} for {duration}");
        _cluster.World.Network.Cut(from, to);
        _cluster.World.After(duration, () => _cluster.World.Network.Mend(from, to));
    }

    // Any number of nodes may be down at a time; a majority comes back before long.
    private void Crash(ClusterNode node, CrashKind kind, TimeSpan duration)
    {
        if (node.Gateway is null) return;
        node.Machine.Crash(kind);
        _cluster.World.After(duration, node.Machine.Start);
    }

    private void Pause(ClusterNode node, TimeSpan duration)
    {
        node.Machine.Pause();
        _cluster.World.After(duration, node.Machine.Resume);
    }

    private void Shift(ClusterNode node)
    {
        TimeSpan bound = node.Machine.TrueTime.Uncertainty;
        TimeSpan error = _random.Between(-bound, bound);
        _cluster.World.Note(node.Machine.Id.ToString(), $"clock error {error.TotalMilliseconds} ms");
        node.Machine.TrueTime.SetError(error, (_random.NextDouble() - 0.5) * 0.0004);
    }

    private void Unbind(ClusterNode node, TimeSpan duration)
    {
        _cluster.World.Note(node.Machine.Id.ToString(), $"clock without bound for {duration}");
        node.Machine.TrueTime.IsBounded = false;
        _cluster.World.After(duration, () => node.Machine.TrueTime.IsBounded = true);
    }

    // The store goes out of service by itself; the cluster's node sees to it that it is started anew.
    private void FailDisk(ClusterNode node)
    {
        _cluster.World.Note(node.Machine.Id.ToString(), "disk fails");
        node.Machine.Disk.Conditions = node.Machine.Disk.Conditions with { SyncFailureChance = 1 };
    }

    private void FillDisk(ClusterNode node, TimeSpan duration)
    {
        _cluster.World.Note(node.Machine.Id.ToString(), $"disk is full for {duration}");
        node.Machine.Disk.Conditions = node.Machine.Disk.Conditions with { Capacity = 0 };
        _cluster.World.After(duration, () =>
            node.Machine.Disk.Conditions = node.Machine.Disk.Conditions with { Capacity = Roomy });
    }

    private void Lie(ClusterNode node, TimeSpan duration)
    {
        TimeSpan error = _random.Between(TimeSpan.FromSeconds(-2), TimeSpan.FromSeconds(2));
        _cluster.World.Note(node.Machine.Id.ToString(), $"clock lies by {error.TotalMilliseconds} ms for {duration}");
        node.Machine.TrueTime.IsLying = true;
        node.Machine.TrueTime.SetError(error);
        _cluster.World.After(duration, () => node.Machine.TrueTime.IsLying = false);
    }

    private void Slow(ClusterNode node, TimeSpan duration)
    {
        if (_random.Chance(0.3))
        {
            node.Machine.Disk.Stall();
            _cluster.World.After(duration, node.Machine.Disk.Unstall);
            return;
        }

        double slowness = 1 + (_random.NextDouble() * 30);
        node.Machine.Disk.Conditions = node.Machine.Disk.Conditions with { Slowness = slowness };
        _cluster.World.After(duration, () =>
            node.Machine.Disk.Conditions = node.Machine.Disk.Conditions with { Slowness = 1 });
    }
}
