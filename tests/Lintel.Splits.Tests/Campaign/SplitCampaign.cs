using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Simulation.Checkers;
using Lintel.Simulation.Network;
using Lintel.Splits.Routing;
using Lintel.Splits.Tests.Cluster;

namespace Lintel.Splits.Tests.Campaign;

/// <summary>
/// One run of random clients and random faults over a cluster of split stores, all of it from the seed. First everything
/// may fail for a while; then all is healed, and the cluster must come to rest with every acknowledged write in place.
/// </summary>
internal sealed class SplitCampaign
{
    private const double FaultSeconds = 14;
    private readonly SplitCluster _cluster;
    private readonly Prng _random;
    private readonly CampaignFaults _faults;
    private readonly CampaignClients _clients;

    public SplitCampaign(ulong seed)
    {
        _random = Prng.ForPurpose(seed, "campaign");
        int nodes = _random.Chance(0.4) ? 5 : 3;
        var limits = new SplitLimits
        {
            FlushInterval = TimeSpan.FromMilliseconds(_random.Next(300, 4000)),
            KeepEntries = (ulong)_random.Next(1, 60),
            SnapshotChunkBytes = _random.Next(200, 4000),
            QuiesceTicks = _random.Next(2, 30),
            StagedRowsPerStep = _random.Next(1, 8),
            KeepAlive = TimeSpan.FromSeconds(_random.Next(1, 4)),
            PageRowsMax = _random.Next(1, 10),
        };
        _cluster = new SplitCluster(seed, nodes, limits, members: 3);
        _cluster.World.Network.Conditions = new NetworkConditions
        {
            DropChance = _random.Chance(0.3) ? _random.NextDouble() * 0.02 : 0,
            DuplicateChance = _random.Chance(0.3) ? _random.NextDouble() * 0.05 : 0,
            ReorderChance = _random.Chance(0.3) ? _random.NextDouble() * 0.1 : 0,
            SlowChance = _random.Chance(0.3) ? _random.NextDouble() * 0.02 : 0,
            DelayMean = TimeSpan.FromMicroseconds(_random.Next(100, 3000)),
        };
        foreach (ClusterNode node in _cluster.Nodes)
        {
            var uncertainty = TimeSpan.FromMilliseconds(_random.Next(1, 30));
            node.Machine.TrueTime.Uncertainty = uncertainty;
            node.Machine.TrueTime.SetError(
                uncertainty * ((2 * _random.NextDouble()) - 1), ((2 * _random.NextDouble()) - 1) * 0.001);
            node.Machine.Clock.SetRate(1 + (((2 * _random.NextDouble()) - 1) * 0.001));
        }

        _clients = new CampaignClients(_cluster, _random);
        _faults = new CampaignFaults(_cluster, _random);
    }

    public SplitCluster Cluster => _cluster;

    public CampaignClients Clients => _clients;

    /// <summary>Runs; what is wrong, or null.</summary>
    public string? Run()
    {
        string? wrong = null;
        _cluster.Run(async () => wrong = await RunAsync(), seconds: 400);
        return wrong;
    }

    private async Task<string?> RunAsync()
    {
        await _cluster.AwaitHolder(SplitId.System);
        if (_random.Chance(0.7)) await _faults.Divide();
        Task traffic = _clients.RunAsync();
        await _faults.RunAsync(FaultSeconds);
        _faults.Heal();
        await _cluster.Pause(3);
        _clients.Stop = true;
        await traffic;
        if (await ComeToRest() is { } restless) return restless;
        await _clients.ReadAllAsync();
        IReadOnlyList<Anomaly> anomalies = RegisterChecker.Check(_clients.Registers);
        if (anomalies.Count > 0) return anomalies[0].ToString();
        return _clients.Inconsistent ?? await _clients.CheckSnapshotsAsync();
    }

    // Every split has a leaseholder, its replicas agree, and no transaction is left over.
    private async Task<string?> ComeToRest()
    {
        TimeSpan deadline = _cluster.World.Elapsed + TimeSpan.FromSeconds(60);
        while (Restless() is { } why)
        {
            if (_cluster.World.Elapsed > deadline) return $"not at rest: {why}";
            await _cluster.Pause(0.1);
        }

        return null;
    }

    private string? Restless()
    {
        var splits = new SortedSet<SplitId>();
        foreach (ClusterNode node in _cluster.Nodes)
        {
            if (node.Store is null) return $"{node.Machine.Id} is not up";
            if (node.Store.Damaged.Count > 0) return $"{node.Machine.Id} has damage";
            foreach (var replica in node.Store.Replicas) splits.Add(replica.Split);
        }

        foreach (SplitId split in splits)
        {
            ClusterNode? holder = _cluster.HolderOf(split);
            if (holder is null) return $"nobody leads\n{_cluster.Describe(split)}";
            SplitDescriptor descriptor = holder.Replica(split).Descriptor;
            foreach (ClusterNode node in _cluster.Nodes)
            {
                if (node.Store!.Find(split) is not { } replica)
                {
                    if (descriptor.IsOn(node.Machine.Id)) return $"{node.Machine.Id} lacks it\n{_cluster.Describe(split)}";
                    continue;
                }

                if (!descriptor.IsOn(node.Machine.Id)) return $"{node.Machine.Id} has left it\n{_cluster.Describe(split)}";
                if (replica.Machine.State.Applied != holder.Replica(split).Peer.LastIndex)
                    return $"{node.Machine.Id} is behind\n{_cluster.Describe(split)}";
                if (replica.Machine.Pending.Count > 0) return $"{node.Machine.Id} has {replica.Machine.Pending.Values.First()} in {split}";
                if (replica.Machine.Unresolved.Count > 0) return $"{node.Machine.Id} has {replica.Machine.Unresolved.Keys.First()} to tell in {split}";
            }
        }

        return null;
    }
}
