using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Replica;

public sealed class MembershipTests
{
    private static readonly Key Low = Key.FromText("\x10");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_split_moves_to_three_other_nodes_under_traffic(ulong seed)
    {
        var cluster = new SplitCluster(seed, nodes: 6, members: 3);
        cluster.Run(async () =>
        {
            ClusterNode first = await cluster.AwaitHolder(SplitId.System);
            await first.Divide("\x10", 7);
            await cluster.AwaitHolder(new SplitId(7));
            bool stop = false;
            int last = 0;
            Task traffic = Traffic(async () =>
            {
                while (!stop)
                {
                    if (await cluster.Node(1).Put("\x10k", $"{last + 1}") is SplitReply.Committed) last++;
                    await cluster.Pause(0.002);
                }
            });
            await Change(cluster, 4, 5, 6);
            stop = true;
            await traffic;
            Assert.InRange(last, 10, 100_000);
            ClusterNode holder = await cluster.AwaitHolder(new SplitId(7));
            Assert.InRange(holder.Machine.Id.Value, 4ul, 6ul);
            await cluster.Until(() => Enumerable.Range(1, 3).All(n => cluster.Node(n).Store!.Find(new SplitId(7)) is null), "gone", 30);
            foreach (ClusterNode node in cluster.Nodes) Assert.Equal($"{last}", await node.Read("\x10k"));

            // And back: a node that left may be let in again.
            await Change(cluster, 1, 2, 6);
            foreach (ClusterNode node in cluster.Nodes) Assert.Equal($"{last}", await node.Read("\x10k"));
            holder = await cluster.AwaitHolder(new SplitId(7));
            await cluster.Level(new SplitId(7), cluster.Node(1), cluster.Node(2), cluster.Node(6));
        }, seconds: 300);
    }

    [Fact]
    public void A_node_that_was_down_while_it_was_taken_out_finds_out_and_erases_its_replica()
    {
        var cluster = new SplitCluster(seed: 4, nodes: 4, members: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            await leader.Divide("\x10", 7);
            await cluster.AwaitHolder(new SplitId(7));
            ClusterNode away = cluster.Others(leader).First(node => node.Machine.Id.Value <= 3);
            away.Machine.Crash();
            await cluster.Pause(2);
            int[] stay = [.. Enumerable.Range(1, 4).Where(n => (ulong)n != away.Machine.Id.Value)];
            await Change(cluster, stay);
            away.Machine.Start();
            await cluster.Until(() => away.Store is not null, "booted");
            Assert.NotNull(away.Store!.Find(new SplitId(7)));
            await cluster.Until(() => away.Store.Find(new SplitId(7)) is null, "erased", 30);
        });
    }

    private static Task Traffic(Func<Task> body) => body();

    private static async Task Change(SplitCluster cluster, params int[] nodes)
    {
        SplitReplicaPlace[] places = [.. nodes.Select(n => new SplitReplicaPlace(new NodeId((ulong)n), ReplicaRole.Voter))];
        for (int attempt = 0; attempt < 20; attempt++)
        {
            if ((await cluster.Node(nodes[0]).Find(Low)).Split != new SplitId(7)) 
                cluster.Node(nodes[0]).Router!.Correct(new SplitAddress(SplitId.System, 1), []);
            SplitReply reply = await cluster.Node(nodes[0]).Send(new ChangeReplicas((await cluster.Node(nodes[0]).Find(Low)).Address, places));
            if (reply is SplitReply.ReplicasChanged changed)
            {
                Assert.Equal(places, changed.Now.Replicas);
                return;
            }

            await cluster.Pause(0.1);
        }

        Assert.Fail("the replicas were not changed");
    }
}
