using Lintel.Primitives.Identifiers;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Host;

public sealed class QuiescenceTests
{
    [Fact]
    [Trait("tier", "1")]
    public void A_hundred_idle_splits_cost_as_many_messages_as_one()
    {
        double one = FramesPerSecondAndPair(splits: 1, out double eventsOfOne);
        double hundred = FramesPerSecondAndPair(splits: 100, out double eventsOfHundred);
        Assert.InRange(one, 8, 12);
        Assert.InRange(hundred, one - 1, one + 1);
        Assert.InRange(eventsOfHundred, 0, 2 * eventsOfOne);
    }

    private static double FramesPerSecondAndPair(int splits, out double eventsPerSecond)
    {
        var cluster = new SplitCluster(seed: 1, nodes: 3);
        double frames = 0;
        double events = 0;
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            for (int i = 1; i < splits; i++) await leader.Divide($"\x10{i:000}", (ulong)i + 1);
            await cluster.Pause(20);
            foreach (ClusterNode n in cluster.Nodes)
            {
                Assert.True(splits == n.Store!.Replicas.Count, n.Machine.Id + " has " + n.Store!.Replicas.Count + "\n" + cluster.Describe(n.Store.Replicas[^1].Split) + "\n" + cluster.Describe(new SplitId(n.Store.Replicas[^1].Split.Value + 1)));
                foreach (Splits.Replica.SplitReplica r in n.Store.Replicas)
                    Assert.True(r.Peer.IsQuiesced, n.Machine.Id + ": " + cluster.Describe(r.Split));
            }

            await cluster.Pause(2);
            long before = cluster.World.Network.Delivered;
            long eventsBefore = cluster.World.EventCount;
            await cluster.Pause(10);
            frames = (cluster.World.Network.Delivered - before) / 10.0 / 6;
            events = (cluster.World.EventCount - eventsBefore) / 10.0;
            Assert.True(cluster.Nodes.All(n => n.Store!.Replicas.All(r => r.Peer.IsQuiesced)));
        }, seconds: 300);
        eventsPerSecond = events;
        return frames;
    }
}
