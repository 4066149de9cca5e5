using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Tests.Cluster;

namespace Lintel.Splits.Tests.Campaign;

/// <summary>
/// What happens to the cluster meanwhile: crashes with lost and torn writes, pauses, cuts, clogs, stalled disks, clocks
/// without a bound, divisions, handovers and moves of replicas.
/// </summary>
internal sealed class CampaignFaults(SplitCluster cluster, Prng random)
{
    private readonly List<Task> _changes = [];
    private ulong _nextSplit = 100;

    public async Task RunAsync(double seconds)
    {
        TimeSpan end = cluster.World.Elapsed + TimeSpan.FromSeconds(seconds);
        while (cluster.World.Elapsed < end)
        {
            await cluster.Pause(0.05 + (random.NextDouble() * 1.2));
            Strike();
        }
    }

    /// <summary>Takes every fault back and starts every node.</summary>
    public void Heal()
    {
        cluster.World.Network.HealAll();
        cluster.World.Network.Conditions = new();
        foreach (ClusterNode node in cluster.Nodes)
        {
            node.Machine.TrueTime.IsBounded = true;
            node.Machine.Disk.Unstall();
            node.Machine.Resume();
            node.Machine.Start();
        }
    }

    public async Task Divide()
    {
        string at = "\x10" + (char)('a' + random.Next(1, 10));
        ClusterNode node = random.Pick([.. cluster.Nodes]);
        Key key = Key.FromText(at);
        var right = new SplitId(_nextSplit++);
        await Quietly(() => node.Ask(key, to => new DivideSplit(to, key, right)));
    }

    private void Strike()
    {
        ClusterNode node = random.Pick([.. cluster.Nodes]);
        switch (random.Next(16))
        {
            case 0 or 1 or 2:
                node.Machine.Crash(Kind());
                StartLater(node, random.NextDouble() * 2.5);
                break;
            case 3:
                foreach (ClusterNode each in cluster.Nodes)
                {
                    each.Machine.Crash(Kind());
                    StartLater(each, random.NextDouble() * 0.8);
                }

                break;
            case 4 or 5:
                node.Machine.Pause();
                cluster.World.After(TimeSpan.FromSeconds(random.NextDouble() * 3), node.Machine.Resume);
                break;
            case 6 or 7:
                cluster.Isolate(node);
                cluster.World.After(TimeSpan.FromSeconds(random.NextDouble() * 3), () => cluster.Rejoin(node));
                break;
            case 8:
                ClusterNode other = random.Pick([.. cluster.Others(node)]);
                cluster.World.Network.Cut(node.Machine.Id, other.Machine.Id);
                cluster.World.After(
                    TimeSpan.FromSeconds(random.NextDouble() * 3),
                    () => cluster.World.Network.Mend(node.Machine.Id, other.Machine.Id));
                break;
            case 9:
                foreach (ClusterNode to in cluster.Others(node))
                    cluster.World.Network.Clog(node.Machine.Id, to.Machine.Id, TimeSpan.FromSeconds(random.NextDouble()));
                break;
            case 10:
                node.Machine.TrueTime.IsBounded = false;
                cluster.World.After(TimeSpan.FromSeconds(random.NextDouble() * 3), () => node.Machine.TrueTime.IsBounded = true);
                break;
            case 11:
                node.Machine.Disk.Stall();
                cluster.World.After(TimeSpan.FromSeconds(random.NextDouble() * 1.5), node.Machine.Disk.Unstall);
                break;
            case 12:
                _changes.Add(Divide());
                break;
            case 13 or 14:
                _changes.Add(HandOver(node));
                break;
            default:
                _changes.Add(Move(node));
                break;
        }
    }

    private CrashKind Kind() => random.Chance(0.6) ? CrashKind.Power : CrashKind.Process;

    private void StartLater(ClusterNode node, double seconds) =>
        cluster.World.After(TimeSpan.FromSeconds(seconds), node.Machine.Start);

    private Task HandOver(ClusterNode through)
    {
        Key key = Key.FromText("\x10" + (char)('a' + random.Next(10)));
        NodeId target = random.Pick([.. cluster.Nodes]).Machine.Id;
        return Quietly(() => through.Ask(key, to => new TransferLease(to, target)));
    }

    private Task Move(ClusterNode through)
    {
        NodeId[] nodes = [.. cluster.Nodes.Select(node => node.Machine.Id)];
        random.Shuffle(nodes.AsSpan());
        SplitReplicaPlace[] places =
            [.. nodes.Take(3).Order().Select(node => new SplitReplicaPlace(node, ReplicaRole.Voter))];
        Key key = Key.FromText("\x10" + (char)('a' + random.Next(10)));
        return Quietly(async () =>
        {
            for (int attempt = 0; attempt < 3; attempt++)
            {
                SplitReply? reply = await through.Ask(key, to => new ChangeReplicas(to, places));
                if (reply is SplitReply.ReplicasChanged) return reply;
            }

            return null;
        });
    }

    private async Task Quietly(Func<Task<SplitReply?>> change)
    {
        try
        {
            SplitReply? reply = await change();
            cluster.World.Note("campaign", $"{reply}");
        }
        catch (NodeGoneException)
        {
            // Asked through a node that died.
        }
    }
}
