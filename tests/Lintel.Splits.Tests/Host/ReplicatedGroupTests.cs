using Lintel.Primitives.Identifiers;
using Lintel.Raft;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Requests;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Host;

public sealed class ReplicatedGroupTests
{
    [Fact]
    public void A_commit_at_one_node_is_read_at_every_other()
    {
        var cluster = new SplitCluster(seed: 1, nodes: 3);
        cluster.Run(async () =>
        {
            await cluster.AwaitHolder(SplitId.System);
            Assert.IsType<SplitReply.Committed>(await cluster.Node(1).Put("\x10k", "v1"));
            foreach (ClusterNode node in cluster.Nodes) Assert.Equal("v1", await node.Read("\x10k"));
        });
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    public void When_the_leader_dies_another_serves_within_two_seconds_and_has_everything(ulong seed, bool asleep)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            for (int i = 0; i < 20; i++) Assert.IsType<SplitReply.Committed>(await leader.Put($"\x10k{i}", $"v{i}"));
            if (asleep) await cluster.Until(() => leader.Replica(SplitId.System).Peer.IsQuiesced, "asleep");
            leader.Machine.Crash();
            TimeSpan died = cluster.World.Elapsed;
            ClusterNode client = cluster.Others(leader).First();
            Assert.Equal("v19", await client.Read("\x10k19"));
            Assert.InRange((cluster.World.Elapsed - died).TotalSeconds, 0.0, 2.0);
            for (int i = 0; i < 20; i++) Assert.Equal($"v{i}", await client.Read($"\x10k{i}"));
            Assert.IsType<SplitReply.Committed>(await client.Put("\x10k0", "after"));
        });
    }

    [Theory]
    [InlineData(1, CrashKind.Power)]
    [InlineData(2, CrashKind.Power)]
    [InlineData(3, CrashKind.Process)]
    public void A_restart_of_all_nodes_keeps_everything_acknowledged(ulong seed, CrashKind kind)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        cluster.Run(async () =>
        {
            for (int round = 0; round < 3; round++)
            {
                await cluster.AwaitHolder(SplitId.System);
                for (int i = 0; i < 10; i++)
                    Assert.IsType<SplitReply.Committed>(await cluster.Node(1 + (i % 3)).Put($"\x10k{round}.{i}", $"v{i}"));
                foreach (ClusterNode node in cluster.Nodes) node.Machine.Crash(kind);
                await cluster.Pause(0.1);
                foreach (ClusterNode node in cluster.Nodes) node.Machine.Start();
            }

            await cluster.AwaitHolder(SplitId.System);
            for (int round = 0; round < 3; round++)
            {
                for (int i = 0; i < 10; i++) Assert.Equal($"v{i}", await cluster.Node(2).Read($"\x10k{round}.{i}"));
            }
        });
    }

    [Fact]
    public void A_node_that_was_away_catches_up_by_the_log()
    {
        var cluster = new SplitCluster(seed: 3, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            ClusterNode away = cluster.Others(leader).First();
            await leader.Put("\x10k", "before");
            away.Machine.Crash();
            for (int i = 0; i < 50; i++) Assert.IsType<SplitReply.Committed>(await leader.Put("\x10k", $"v{i}"));
            away.Machine.Start();
            await cluster.Level(SplitId.System, [.. cluster.Nodes]);
            LogIndex first = away.Replica(SplitId.System).Machine.State.Applied;
            Assert.True(first.Value > 50);
            Assert.Equal(
                leader.Replica(SplitId.System).Machine.State.Checksum, away.Replica(SplitId.System).Machine.State.Checksum);
        });
    }

    [Fact]
    public void A_leader_without_a_quorum_acknowledges_nothing_and_the_others_go_on()
    {
        var cluster = new SplitCluster(seed: 4, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode old = await cluster.AwaitHolder(SplitId.System);
            await old.Put("\x10k", "first");
            cluster.Isolate(old);
            Task<SplitReply?> cutOff = old.Put("\x10k", "lost");
            ClusterNode other = cluster.Others(old).First();
            Assert.IsType<SplitReply.Committed>(await other.Put("\x10k", "second"));
            cluster.Rejoin(old);
            Assert.IsNotType<SplitReply.Committed>(await cutOff);
            Assert.Equal("second", await old.Read("\x10k"));
        });
    }

    [Fact]
    public void A_single_commit_is_one_sync_on_each_node_and_one_message_each_way()
    {
        var cluster = new SplitCluster(seed: 5, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            await leader.Put("\x10warm", "up");
            await cluster.Pause(0.5);
            long syncs = leader.Machine.Disk.Syncs;
            int messages = 0;
            cluster.World.Network.Admit = (from, _, frame) =>
            {
                if (frame.Span[1] == Splits.Host.NodeService.Raft && from == leader.Machine.Id) messages++;
                return true;
            };
            await leader.Put("\x10k", "v");
            Assert.Equal(1, leader.Machine.Disk.Syncs - syncs);
            cluster.World.Network.Admit = null;
        });
    }

    [Fact]
    public void Commits_that_come_together_share_syncs()
    {
        var cluster = new SplitCluster(seed: 6, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            await leader.Put("\x10warm", "up");
            await cluster.Pause(0.5);
            long syncs = leader.Machine.Disk.Syncs;
            SplitReply?[] replies = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => leader.Put($"\x10k{i}", "v")));
            Assert.All(replies, reply => Assert.IsType<SplitReply.Committed>(reply));
            Assert.InRange(leader.Machine.Disk.Syncs - syncs, 1, 5);
        });
    }
}
