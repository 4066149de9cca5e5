using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Divide;

public sealed class DivideTests
{
    private static readonly SplitId Right = new(7);
    private static readonly Key A = Key.FromText("\x10" + "a");
    private static readonly Key B = Key.FromText("\x10" + "z");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_right_side_has_its_leaseholder_at_once_and_routers_are_corrected(ulong seed)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            foreach (ClusterNode node in cluster.Nodes)
            {
                await node.Put("\x10" + "a", "left");
                await node.Put("\x10" + "z", "right");
            }

            SplitReply.Divided divided = await leader.Divide("\x10" + "m", Right.Value);
            TimeSpan began = cluster.World.Elapsed;
            foreach (ClusterNode node in cluster.Nodes)
            {
                Assert.Equal("right", await node.Read("\x10" + "z"));
                Assert.Equal("left", await node.Read("\x10" + "a"));
            }

            Assert.InRange((cluster.World.Elapsed - began).TotalSeconds, 0, 0.2);
            Assert.Equal(leader, cluster.HolderOf(Right));
            Assert.Equal(divided.Left.Span.End, divided.Right.Span.Start);
            Assert.True(divided.Right.Generation > 1);
            await cluster.Pause(2);

            // A router that never heard of it finds it in the meta range.
            ClusterNode fresh = cluster.Others(leader).First();
            await fresh.Restart();
            await cluster.Until(() => fresh.Router is not null, "booted");
            Assert.Equal(Right, (await fresh.Find(B)).Split);
            Assert.Equal("right", await fresh.Read("\x10" + "z"));
        });
    }

    [Fact]
    [Trait("tier", "1")]
    public void Dividing_under_traffic_loses_nothing_and_survives_a_restart_of_all()
    {
        for (ulong seed = 1; seed <= 3; seed++)
        {
            var cluster = new SplitCluster(seed, nodes: 3);
            cluster.Run(async () =>
            {
                ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
                bool stop = false;
                int[] last = new int[26];
                Task[] writers = [.. Enumerable.Range(0, 26).Select(i => Write(i))];

                async Task Write(int i)
                {
                    ClusterNode node = cluster.Node(1 + (i % 3));
                    for (int n = 1; !stop; n++)
                    {
                        if (await node.Put($"\x10{(char)('a' + i)}", $"{n}") is SplitReply.Committed) last[i] = n;
                        else n--;
                    }
                }

                ulong id = 10;
                foreach (char at in "mgtcwj") await leader.Divide($"\x10{at}", id++);
                await cluster.Pause(1);
                stop = true;
                await Task.WhenAll(writers);
                Assert.All(last, n => Assert.InRange(n, 10, 1_000_000));
                foreach (ClusterNode node in cluster.Nodes) node.Machine.Crash();
                foreach (ClusterNode node in cluster.Nodes) node.Machine.Start();
                for (ulong split = 10; split < id; split++) await cluster.AwaitHolder(new SplitId(split));
                await cluster.AwaitHolder(SplitId.System);
                for (int i = 0; i < 26; i++)
                    Assert.Equal($"{last[i]}", await cluster.Node(1 + ((i + 1) % 3)).Read($"\x10{(char)('a' + i)}"));
            });
        }
    }

    [Fact]
    public void Transactions_on_the_left_go_on_and_those_that_touched_the_right_are_told()
    {
        var cluster = new SplitCluster(seed: 3, nodes: 3, SplitLimits.Default with { LongTransactionAge = TimeSpan.FromMinutes(1) });
        cluster.Run(async () =>
        {
            ClusterNode node = await cluster.AwaitHolder(SplitId.System);
            TransactionId left = cluster.Begin(node);
            TransactionId both = cluster.Begin(node);
            var ofLeft = Assert.IsType<SplitReply.LockedRows>(await node.Ask(A, to => Read(to, left, KeySpan.Of(A))));
            var ofBoth = Assert.IsType<SplitReply.LockedRows>(await node.Ask(
                A, to => Read(to, both, new KeySpan(Key.FromText("\x10" + "b"), B))));
            await node.Divide("\x10" + "m", Right.Value);
            Assert.IsType<SplitReply.Committed>(await node.Ask(
                A, to => new CommitLocal(to, left, A, [Put(A, "1")], ofLeft.Lease, 0)));
            Assert.IsType<SplitRefusal.Aborted>(await node.Ask(
                A, to => new CommitLocal(to, both, A, [Put(A, "2")], ofBoth.Lease, 0)));
            Assert.Equal("1", await node.Read("\x10" + "a"));
        });
    }

    [Fact]
    public void A_division_is_put_off_for_a_long_transaction_on_the_right()
    {
        var cluster = new SplitCluster(seed: 3, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode node = await cluster.AwaitHolder(SplitId.System);
            TransactionId copy = cluster.Begin(node);
            var staged = Assert.IsType<SplitReply.Staged>(await node.Ask(B, to => new Stage(to, copy, 1, [Put(B, "1")], LeaseSequence.None)));
            Key at = Key.FromText("\x10" + "m");
            Assert.IsType<SplitRefusal.Busy>(await node.Ask(at, to => new DivideSplit(to, at, Right)));
            Assert.IsType<SplitReply.Committed>(await node.Ask(B, to => new CommitLocal(to, copy, B, [], staged.Lease, 1)));
            await node.Divide("\x10" + "m", Right.Value);
            await cluster.AwaitHolder(Right);
            Assert.Equal("1", await node.Read("\x10" + "z"));
        });
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void A_prepared_transaction_is_carried_to_both_sides(ulong seed, bool crash)
    {
        var cluster = new SplitCluster(seed, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode node = await cluster.AwaitHolder(SplitId.System);
            Key anchor = Key.FromText("\x10" + "A");
            await node.Divide("\x10" + "B", 20);
            await cluster.AwaitHolder(new SplitId(20));
            TransactionId transaction = cluster.Begin(node);
            KeySpan participant = (await node.Find(A)).Span;
            Timestamp prepared = Assert.IsType<SplitReply.Prepared>(await node.Ask(
                A, to => new Prepare(to, transaction, anchor, [Put(A, "1"), Put(B, "1")], LeaseSequence.None, 0))).At;
            await node.Divide("\x10" + "m", Right.Value);
            ClusterNode holder = await cluster.AwaitHolder(Right);
            if (crash) await holder.Restart();
            ClusterNode client = cluster.Others(holder).First();
            Task<string?> reads = client.Read("\x10" + "z");
            await cluster.Pause(1);
            Assert.False(reads.IsCompleted);
            Assert.IsType<SplitReply.Committed>(await client.Ask(
                anchor, to => new Decide(to, transaction, anchor, [], LeaseSequence.None, 0, [participant], prepared)));
            Assert.Contains(await reads, new[] { null, "1" });
            Assert.Equal("1", await client.Read("\x10" + "z"));
            Assert.Equal("1", await client.Read("\x10" + "a"));
            await cluster.Until(
                () => cluster.Nodes.All(n => n.Store?.Replicas.All(r => r.Machine.Pending.Count == 0) ?? false), "resolved");
        });
    }

    [Fact]
    [Trait("tier", "1")]
    public void A_split_that_grows_too_large_divides_by_itself()
    {
        var limits = new SplitLimits { DivideAtBytes = 200_000 };
        var cluster = new SplitCluster(seed: 5, nodes: 3, limits);
        cluster.Run(async () =>
        {
            ClusterNode node = await cluster.AwaitHolder(SplitId.System);
            string value = new('v', 1000);
            for (int i = 0; i < 60; i++)
                await Task.WhenAll(Enumerable.Range(0, 20).Select(j => node.Put($"\x10{j:00}{i:000}", value)));
            await cluster.Pause(10);
            var splits = node.Store!.Replicas.Select(replica => replica.Descriptor).OrderBy(d => d.Span.Start).ToList();
            Assert.InRange(splits.Count, 5, 20);
            Assert.Equal(Key.Min, splits[0].Span.Start);
            for (int i = 1; i < splits.Count; i++) Assert.Equal(splits[i - 1].Span.End, splits[i].Span.Start);
            Assert.All(node.Store!.Replicas, replica => Assert.InRange(replica.Machine.State.Bytes, 0, 250_000));
            foreach (SplitDescriptor descriptor in splits.Skip(1))
                Assert.Equal(descriptor, await cluster.Node(2).Machine.CallAsync(async () =>
                {
                    cluster.Node(2).Router!.Correct(descriptor.Address, []);
                    return await cluster.Node(2).Router!.FindAsync(descriptor.Span.Start);
                }));
            Assert.Equal(value, await cluster.Node(3).Read("\x10" + "19059"));
        });
    }

    private static LockingRead Read(SplitAddress to, TransactionId transaction, KeySpan span) =>
        new(to, transaction, new ReadTarget.Rows(span, 0, Descending: false), ReadLock.Shared);

    private static Mutation Put(Key key, string value) => Mutation.Put(key, ClusterNode.Bytes(value));
}
