using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.SafeTime;

public sealed class SnapshotReadTests
{
    private static readonly Key A = Key.FromText("\x10" + "a");

    [Fact]
    public void Followers_serve_reads_at_a_timestamp_without_asking_and_all_answer_the_same_for_ever()
    {
        var cluster = new SplitCluster(seed: 1, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            var seen = new List<(Timestamp At, string? Value)>();
            for (int i = 0; i < 20; i++)
            {
                Timestamp at = Assert.IsType<SplitReply.Committed>(await leader.Put("\x10" + "a", $"{i}")).At;
                seen.Add((at, $"{i}"));
                seen.Add((at.Previous(), i == 0 ? null : $"{i - 1}"));
            }

            await cluster.Pause(1);
            ClusterNode follower = cluster.Others(leader).First();
            cluster.Isolate(follower);
            foreach ((Timestamp at, string? value) in seen) Assert.Equal(value, await Local(follower, at));
            cluster.Rejoin(follower);
            leader.Machine.Crash();
            await cluster.AwaitHolder(SplitId.System);
            foreach ((Timestamp at, string? value) in seen)
            {
                Assert.Equal(value, await follower.Read("\x10" + "a", at));
                Assert.Equal(value, await follower.Read("\x10" + "a", at, follower: true));
            }
        });
    }

    [Fact]
    public void The_safe_time_of_an_idle_split_grows_without_its_log_and_stays_behind_true_time()
    {
        var cluster = new SplitCluster(seed: 2, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            await leader.Put("\x10" + "a", "1");
            await cluster.Until(() => leader.Replica(SplitId.System).Peer.IsQuiesced, "asleep");
            ulong applied = leader.Replica(SplitId.System).Machine.State.Applied.Value;
            for (int i = 0; i < 20; i++)
            {
                await cluster.Pause(0.37);
                foreach (ClusterNode node in cluster.Nodes)
                {
                    Timestamp safe = node.Replica(SplitId.System).SafeTime;
                    Assert.InRange((cluster.World.TrueNow - safe).TotalSeconds, 0, 0.3);
                }
            }

            Assert.Equal(applied, leader.Replica(SplitId.System).Machine.State.Applied.Value);
        });
    }

    [Fact]
    public void A_prepared_transaction_holds_the_safe_time_back_until_it_is_decided()
    {
        var cluster = new SplitCluster(seed: 3, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            TransactionId transaction = cluster.Begin(leader);
            Timestamp prepared = Assert.IsType<SplitReply.Prepared>(await leader.Ask(A, to => new Prepare(
                to, transaction, A, [Mutation.Put(A, ClusterNode.Bytes("1"))], LeaseSequence.None, 0))).At;
            await cluster.Pause(1.5);
            foreach (ClusterNode node in cluster.Nodes)
                Assert.Equal(prepared.Previous(), node.Replica(SplitId.System).SafeTime);

            // A strong read waits for the decision.
            Task<string?> strong = leader.Read("\x10" + "a");
            await cluster.Pause(0.5);
            Assert.False(strong.IsCompleted);
            Timestamp at = cluster.World.TrueNow + TimeSpan.FromMilliseconds(1);
            await cluster.Pause(0.1);
            await leader.Ask(A, to => new Resolve(to, transaction, new KeySpan(A, A.Next()), TransactionOutcome.Committed(at)));
            await strong;
            await cluster.Pause(0.5);
            foreach (ClusterNode node in cluster.Nodes)
            {
                Assert.True(node.Replica(SplitId.System).SafeTime > at);
                Assert.Equal("1", await Local(node, at));
                Assert.Null(await Local(node, at.Previous()));
            }
        });
    }

    [Fact]
    public void Old_versions_are_collected_and_a_read_below_the_horizon_is_refused()
    {
        var limits = new SplitLimits { VersionRetention = TimeSpan.FromSeconds(10) };
        var cluster = new SplitCluster(seed: 4, nodes: 3, limits);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            var times = new List<Timestamp>();
            for (int i = 0; i < 120; i++)
            {
                times.Add(Assert.IsType<SplitReply.Committed>(await leader.Put("\x10" + "a", $"{i}")).At);
                await cluster.Pause(0.25);
            }

            int refused = 0;
            for (int i = 0; i < times.Count; i++)
            {
                foreach (ClusterNode node in cluster.Nodes)
                {
                    SplitReply? reply = await node.Ask(
                        A, to => new SnapshotRead(to, new ReadTarget.Points([A]), times[i], FollowerAllowed: true));
                    if (reply is SplitRefusal.SnapshotTooOld) refused++;
                    else Assert.Equal($"{i}", ClusterNode.Text(Assert.IsType<SplitReply.SnapshotRows>(reply).Read.Values[0]));
                    bool isYoung = times[i] > cluster.World.TrueNow - limits.VersionRetention;
                    if (isYoung) Assert.IsType<SplitReply.SnapshotRows>(reply);
                }
            }

            Assert.InRange(refused, 100, 300);
            await cluster.Level(SplitId.System, [.. cluster.Nodes]);
            int versions = leader.CountVersions(A);
            Assert.InRange(versions, 30, 60);
        });
    }

    [Fact]
    public void A_commit_that_comes_again_after_its_record_was_collected_is_refused()
    {
        var limits = new SplitLimits { VersionRetention = TimeSpan.FromSeconds(10) };
        var cluster = new SplitCluster(seed: 5, nodes: 3, limits);
        cluster.Run(async () =>
        {
            ClusterNode leader = await cluster.AwaitHolder(SplitId.System);
            TransactionId transaction = cluster.Begin(leader);
            Task<SplitReply?> Commit() => leader.Ask(A, to => new CommitLocal(
                to, transaction, A, [Mutation.Put(A, ClusterNode.Bytes("once"))], LeaseSequence.None, 0));
            Assert.IsType<SplitReply.Committed>(await Commit());
            await leader.Put("\x10" + "a", "later");
            await cluster.Pause(20);
            Assert.Null(leader.Replica(SplitId.System).Machine.FindOutcome(A, transaction));
            Assert.Equal(new SplitRefusal.Aborted(AbortReason.Expired), await Commit());
            Assert.Equal("later", await leader.Read("\x10" + "a"));
        });
    }

    // Asks the replica on this very node, and nobody else.
    private static async Task<string?> Local(ClusterNode node, Timestamp at)
    {
        SplitReply reply = await node.Machine.CallAsync(async () =>
        {
            var replica = node.Replica(SplitId.System);
            var request = new SnapshotRead(replica.Descriptor.Address, new ReadTarget.Points([A]), at, FollowerAllowed: true);
            return await replica.HandleAsync(request);
        });
        return ClusterNode.Text(Assert.IsType<SplitReply.SnapshotRows>(reply).Read.Values[0]);
    }
}
