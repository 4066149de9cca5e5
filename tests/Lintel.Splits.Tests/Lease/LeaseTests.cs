using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Lease;

public sealed class LeaseTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_paused_leader_serves_nothing_stale_when_it_wakes(ulong seed)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode old = await cluster.AwaitHolder(SplitId.System);
            await old.Put("\x10k", "old");
            old.Machine.Pause();
            ClusterNode other = cluster.Others(old).First();
            Assert.IsType<SplitReply.Committed>(await other.Put("\x10k", "new"));
            old.Machine.Resume();
            Assert.Equal("new", await old.Read("\x10k"));
            foreach (ClusterNode node in cluster.Nodes) Assert.Equal("new", await node.Read("\x10k"));
        });
    }

    [Fact]
    public void A_transfer_moves_the_lease_at_once_and_timestamps_go_on_growing()
    {
        var cluster = new SplitCluster(seed: 2, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode old = await cluster.AwaitHolder(SplitId.System);
            Timestamp before = Assert.IsType<SplitReply.Committed>(await old.Put("\x10k", "1")).At;
            foreach (ClusterNode heir in cluster.Others(old).Append(old))
            {
                TimeSpan began = cluster.World.Elapsed;
                SplitReply? reply = await cluster.HolderOf(SplitId.System)!.Ask(
                    Primitives.Keys.Key.FromText("\x10k"), to => new TransferLease(to, heir.Machine.Id));
                Assert.IsType<SplitReply.Done>(reply);
                Timestamp after = Assert.IsType<SplitReply.Committed>(await heir.Put("\x10k", "2")).At;
                Assert.True(after > before);
                Assert.Equal(heir, cluster.HolderOf(SplitId.System));
                Assert.InRange((cluster.World.Elapsed - began).TotalSeconds, 0, 0.5);
                before = after;
            }
        });
    }

    [Fact]
    public void A_new_leaseholder_assigns_above_what_the_old_one_served()
    {
        var cluster = new SplitCluster(seed: 3, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode old = await cluster.AwaitHolder(SplitId.System);
            await old.Put("\x10k", "1");
            Timestamp ahead = old.Machine.TrueTime.Now().Latest + TimeSpan.FromMilliseconds(600);
            Assert.Equal("1", await old.Read("\x10k", ahead));
            ClusterNode heir = cluster.Others(old).First();
            await old.Ask(Primitives.Keys.Key.FromText("\x10k"), to => new TransferLease(to, heir.Machine.Id));
            Timestamp at = Assert.IsType<SplitReply.Committed>(await heir.Put("\x10k", "2")).At;
            Assert.True(at > ahead, $"{at} is not above {ahead}");
            Assert.Equal("1", await heir.Read("\x10k", ahead));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_leader_whose_clock_loses_its_bound_gives_up_its_leases_and_comes_back(ulong seed)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode old = await cluster.AwaitHolder(SplitId.System);
            await old.Put("\x10k", "1");
            old.Machine.TrueTime.IsBounded = false;
            Assert.Null(cluster.HolderOf(SplitId.System));
            TimeSpan began = cluster.World.Elapsed;
            ClusterNode other = cluster.Others(old).First();
            Assert.IsType<SplitReply.Committed>(await other.Put("\x10k", "2"));
            Assert.InRange((cluster.World.Elapsed - began).TotalSeconds, 0, 3);
            Assert.Equal("2", await old.Read("\x10k"));
            Assert.NotEqual(old, cluster.HolderOf(SplitId.System));
            old.Machine.TrueTime.IsBounded = true;
            await cluster.Pause(1.5);
            Assert.IsType<SplitReply.Done>(await other.Ask(
                Primitives.Keys.Key.FromText("\x10k"), to => new TransferLease(to, old.Machine.Id)));
            Assert.Equal("2", await old.Read("\x10k"));
            Assert.Equal(old, cluster.HolderOf(SplitId.System));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Clocks_that_differ_within_their_bounds_change_nothing(ulong seed)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        int sign = -1;
        foreach (ClusterNode node in cluster.Nodes)
        {
            node.Machine.TrueTime.Uncertainty = TimeSpan.FromMilliseconds(40);
            node.Machine.TrueTime.SetError(TimeSpan.FromMilliseconds(39 * sign++), drift: 0.0002 * sign);
            node.Machine.Clock.SetRate(1 + (0.0002 * sign));
        }

        cluster.Run(async () =>
        {
            await cluster.AwaitHolder(SplitId.System);
            Timestamp last = Timestamp.Zero;
            for (int i = 0; i < 30; i++)
            {
                ClusterNode node = cluster.Node(1 + (i % 3));
                Timestamp at = Assert.IsType<SplitReply.Committed>(await node.Put("\x10k", $"{i}")).At;
                Assert.True(at > last);
                Assert.True(at < cluster.World.TrueNow, "the timestamp was waited out in true time");
                last = at;
                Assert.Equal($"{i}", await cluster.Node(1 + ((i + 1) % 3)).Read("\x10k"));
                if (i % 10 != 9) continue;
                ClusterNode holder = await cluster.AwaitHolder(SplitId.System);
                await holder.Restart();
                await cluster.Until(() => holder.Router is not null, "booted");
            }
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_leader_whose_disk_stalls_gives_up_its_leases_and_comes_back(ulong seed)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode old = await cluster.AwaitHolder(SplitId.System);
            await old.Put("\x10k", "1");
            old.Machine.Disk.Stall();
            Task<SplitReply?> stuck = old.Put("\x10k", "2");
            await cluster.Until(() => cluster.HolderOf(SplitId.System) is { } other && other != old, "another leads", 4);
            Assert.IsType<SplitReply.Committed>(await cluster.Others(old).First().Put("\x10k", "3"));
            old.Machine.Disk.Unstall();
            await stuck;
            Assert.Equal("3", await old.Read("\x10k"));
        });
    }

    [Fact]
    public void A_cluster_of_one_serves_and_restarts()
    {
        var cluster = new SplitCluster(seed: 1, nodes: 1);
        cluster.Run(async () =>
        {
            ClusterNode node = await cluster.AwaitHolder(SplitId.System);
            Assert.IsType<SplitReply.Committed>(await node.Put("\x10k", "1"));
            await node.Divide("\x10m", 7);
            Assert.IsType<SplitReply.Committed>(await node.Put("\x10z", "2"));
            await node.Restart();
            await cluster.AwaitHolder(SplitId.System);
            await cluster.AwaitHolder(new SplitId(7));
            Assert.Equal("1", await node.Read("\x10k"));
            Assert.Equal("2", await node.Read("\x10z"));
        });
    }

    [Fact]
    [Trait("tier", "1")]
    public void A_leader_that_restarts_with_a_shorter_log_lets_the_others_lead()
    {
        // The voters promised themselves to the node that led. It lives, so their promise would last, but it can no longer
        // win: it has to release them.
        for (ulong seed = 1; seed <= 8; seed++)
        {
            var cluster = new SplitCluster(seed, nodes: 3);
            cluster.Run(async () =>
            {
                ClusterNode old = await cluster.AwaitHolder(SplitId.System);
                await old.Put("\x10k", "1");
                old.Machine.Disk.Stall();
                Task<SplitReply?> behind = old.Put("\x10k", "2");
                await cluster.Until(
                    () => cluster.Others(old).All(node => node.Replica(SplitId.System).Peer.StableIndex > old.Replica(SplitId.System).Peer.StableIndex),
                    "the others have more");
                old.Machine.Crash();
                old.Machine.Disk.Unstall();
                old.Machine.Start();
                await Assert.ThrowsAnyAsync<Exception>(() => behind);
                TimeSpan restarted = cluster.World.Elapsed;
                ClusterNode other = cluster.Others(old).First();
                Assert.IsType<SplitReply.Committed>(await other.Put("\x10k2", "3"));
                Assert.InRange((cluster.World.Elapsed - restarted).TotalSeconds, 0, 4);
                Assert.Equal("2", await old.Read("\x10k"));
            });
        }
    }
}
