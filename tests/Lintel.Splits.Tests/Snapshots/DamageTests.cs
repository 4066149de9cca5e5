using Lintel.Primitives.Identifiers;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Snapshots;

public sealed class DamageTests
{
    private static readonly SplitId Right = new(7);

    [Theory]
    [Trait("tier", "1")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_replica_whose_log_is_damaged_is_taken_out_and_made_anew_by_its_group(ulong seed)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            await leader.Divide("\x10m", Right.Value);
            await cluster.AwaitHolder(Right);
            for (int i = 0; i < 30; i++)
            {
                await leader.Put($"\x10" + $"a{i}", "left");
                await leader.Put($"\x10z{i}", "right");
            }

            ClusterNode bad = cluster.Others(leader).First();
            bad.Machine.Crash();
            FlipInTheMiddle(bad, cluster.World.Seed);
            bad.Machine.Start();
            await cluster.Until(() => bad.Store is not null, "booted");
            Assert.NotEmpty(bad.Store!.Damaged);
            SplitId[] damaged = [.. bad.Store.Damaged];
            ulong[] generations = [.. damaged.Select(split => leader.Replica(split).Descriptor.Generation)];
            Assert.All(damaged, split => Assert.Null(bad.Store.Find(split)));

            await cluster.Until(
                () => damaged.All(split => bad.Store.Find(split)?.Peer.Configuration.IsVoter(bad.Machine.Id) ?? false), "back", 60);
            Assert.Empty(bad.Store.Damaged);
            foreach (SplitId split in damaged) await cluster.Level(split, [.. cluster.Nodes]);
            for (int i = 0; i < damaged.Length; i++)
            {
                SplitDescriptor now = bad.Replica(damaged[i]).Descriptor;
                Assert.True(now.Generation >= generations[i] + 3, "out, in as a learner, a voter again");
                Assert.Equal(3, now.Replicas.Count(place => place.Role == ReplicaRole.Voter));
            }

            // It counts again: with another node down it is needed for every commit.
            cluster.Others(leader).Last().Machine.Crash();
            Assert.IsType<SplitReply.Committed>(await leader.Put("\x10" + "a0", "more"));
            Assert.IsType<SplitReply.Committed>(await leader.Put("\x10z0", "more"));
            Assert.Equal("left", await bad.Read("\x10" + "a29"));
            Assert.Equal("right", await bad.Read("\x10z29"));
        });
    }

    [Fact]
    public void A_damaged_replica_neither_votes_nor_serves()
    {
        var cluster = new SplitCluster(seed: 4, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            for (int i = 0; i < 30; i++) await leader.Put($"\x10k{i}", "v");
            ClusterNode bad = cluster.Others(leader).First();
            ClusterNode good = cluster.Others(leader).Last();
            bad.Machine.Crash();
            good.Machine.Crash();
            FlipInTheMiddle(bad, 4);
            bad.Machine.Start();
            await cluster.Pause(15);
            Assert.Null(cluster.HolderOf(SplitId.System));
            Assert.Contains(SplitId.System, bad.Store!.Damaged);
            good.Machine.Start();
            await cluster.AwaitHolder(SplitId.System);
            Assert.Equal("v", await good.Read("\x10k29"));
            await cluster.Until(() => bad.Store!.Damaged.Count == 0 && bad.Store.Find(SplitId.System) is not null, "made anew", 60);
        });
    }

    [Fact]
    public void A_store_that_lost_its_data_but_not_its_log_is_made_anew()
    {
        var cluster = new SplitCluster(seed: 5, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            for (int i = 0; i < 30; i++) await leader.Put($"\x10k{i}", "v");
            ClusterNode bad = cluster.Others(leader).First();
            bad.Machine.Crash();
            bad.LoseOrderedStore();
            bad.Machine.Start();
            await cluster.Until(() => bad.Store is not null, "booted");
            Assert.Contains(SplitId.System, bad.Store!.Damaged);
            await cluster.Until(
                () => bad.Store.Find(SplitId.System)?.Peer.Configuration.IsVoter(bad.Machine.Id) ?? false, "back", 60);
            await cluster.Level(SplitId.System, [.. cluster.Nodes]);
            Assert.Equal("v", await bad.Read("\x10k29"));
        });
    }

    // Flips bits well before the end of the log, so that it is damage and no torn tail.
    private static void FlipInTheMiddle(ClusterNode node, ulong seed)
    {
        string file = node.Machine.Disk.FileNames.Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Order().Last();
        long length = node.Machine.Disk.LengthOf(file);
        for (long at = length / 4; at < length / 2; at += 97 + (long)seed) node.Machine.Disk.FlipBits(file, at, 0x10);
    }
}
