using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Replica;

/// <summary>The requests of a transaction, one by one, as a gateway sends them.</summary>
public sealed class CommitTests
{
    private static readonly Key A = Key.FromText("\x10" + "a");
    private static readonly Key B = Key.FromText("\x10" + "z");
    private static readonly SplitId Right = new(7);

    [Fact]
    public void A_repeated_commit_is_answered_as_the_first_time_also_by_another_leader()
    {
        var cluster = new SplitCluster(seed: 1, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode old = await cluster.AwaitHolder(SplitId.System);
            TransactionId transaction = cluster.Begin(old);
            Task<SplitReply?> Commit(ClusterNode node) => node.Ask(
                A, to => new CommitLocal(to, transaction, A, [Put(A, "1")], LeaseSequence.None, 0));
            Timestamp at = Assert.IsType<SplitReply.Committed>(await Commit(old)).At;
            Assert.Equal(at, Assert.IsType<SplitReply.Committed>(await Commit(old)).At);
            await old.Put("\x10" + "a", "2");
            Assert.Equal(at, Assert.IsType<SplitReply.Committed>(await Commit(old)).At);
            old.Machine.Crash();
            ClusterNode other = cluster.Others(old).First();
            Assert.Equal(at, Assert.IsType<SplitReply.Committed>(await Commit(other)).At);
            Assert.Equal("2", await other.Read("\x10" + "a"));
        });
    }

    [Fact]
    public void Locks_read_under_an_earlier_leadership_do_not_commit()
    {
        var cluster = new SplitCluster(seed: 2, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode old = await cluster.AwaitHolder(SplitId.System);
            await old.Put("\x10" + "a", "1");
            ClusterNode client = cluster.Others(old).First();
            TransactionId transaction = cluster.Begin(client);
            var read = Assert.IsType<SplitReply.LockedRows>(await client.Ask(A, to => Read(to, transaction, A)));
            old.Machine.Crash();
            await cluster.AwaitHolder(SplitId.System);
            Assert.IsType<SplitReply.Committed>(await client.Put("\x10" + "a", "other"));
            SplitReply? reply = await client.Ask(
                A, to => new CommitLocal(to, transaction, A, [Put(A, "stale")], read.Lease, 0));
            Assert.Equal(new SplitRefusal.Aborted(AbortReason.LeaseChanged), reply);
            Assert.Equal("other", await client.Read("\x10" + "a"));
        });
    }

    [Fact]
    public void The_locks_of_a_vanished_gateway_are_released_after_its_keep_alive()
    {
        var cluster = new SplitCluster(seed: 3, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode node = await cluster.AwaitHolder(SplitId.System);
            TransactionId kept = cluster.Begin(node);
            TransactionId vanished = cluster.Begin(node);
            await node.Ask(A, to => Read(to, kept, A));
            await node.Ask(B, to => Read(to, vanished, B));
            TimeSpan began = cluster.World.Elapsed;
            Task<SplitReply?> onKept = node.Put("\x10" + "a", "1");
            Task<SplitReply?> onVanished = node.Put("\x10" + "z", "1");
            while (!onVanished.IsCompleted)
            {
                Assert.IsType<SplitReply.KeptAlive>(await node.Ask(A, to => new KeepAlive(to, kept)));
                await cluster.Pause(0.5);
            }

            Assert.IsType<SplitReply.Committed>(await onVanished);
            Assert.InRange((cluster.World.Elapsed - began).TotalSeconds, 4.5, 7);
            Assert.False(onKept.IsCompleted);
            await node.Ask(A, to => new Release(to, kept));
            Assert.IsType<SplitReply.Committed>(await onKept);
        });
    }

    [Fact]
    public void A_prepared_transaction_keeps_its_locks_across_a_change_of_leader_until_its_coordinator_is_asked()
    {
        var cluster = new SplitCluster(seed: 4, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode node = await TwoSplits(cluster);
            TransactionId transaction = cluster.Begin(node);
            Assert.IsType<SplitReply.Prepared>(await node.Ask(
                B, to => new Prepare(to, transaction, A, [Put(B, "prepared")], LeaseSequence.None, 0)));
            ClusterNode holder = await cluster.AwaitHolder(Right);
            ClusterNode client = cluster.Others(holder).First();
            holder.Machine.Crash();
            await cluster.AwaitHolder(Right);
            TimeSpan began = cluster.World.Elapsed;
            Task<SplitReply?> waits = client.Put("\x10" + "z", "later");
            await cluster.Pause(2);
            Assert.False(waits.IsCompleted);

            // Nobody decides: the participant asks, and the coordinator's split decides "aborted", for good.
            Assert.IsType<SplitReply.Committed>(await waits);
            Assert.InRange((cluster.World.Elapsed - began).TotalSeconds, 2, 9);
            Assert.Equal("later", await client.Read("\x10" + "z"));
            SplitReply? late = await client.Ask(
                A, to => new Decide(to, transaction, A, [Put(A, "no")], LeaseSequence.None, 0, [new KeySpan(B, B.Next())], Timestamp.Zero));
            Assert.Equal(new SplitRefusal.Aborted(AbortReason.OutcomeExists), late);
        });
    }

    [Fact]
    [Trait("tier", "1")]
    public void A_decided_transaction_reaches_its_participants_though_gateway_and_coordinator_die()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            var cluster = new SplitCluster(seed, nodes: 3);
            cluster.Run(async () =>
            {
                ClusterNode node = await TwoSplits(cluster);
                ClusterNode holder = await cluster.AwaitHolder(SplitId.System);
                TransactionId transaction = cluster.Begin(node);
                Timestamp prepared = Assert.IsType<SplitReply.Prepared>(await node.Ask(
                    B, to => new Prepare(to, transaction, A, [Put(B, "both")], LeaseSequence.None, 0))).At;
                KeySpan participant = (await node.Find(B)).Span;
                Task<SplitReply?> decision = node.Ask(
                    A, to => new Decide(to, transaction, A, [Put(A, "both")], LeaseSequence.None, 0, [participant], prepared));
                await cluster.Until(
                    () => holder.Replica(SplitId.System).Machine.FindOutcome(A, transaction) is not null, "decided");
                holder.Machine.Crash();
                ClusterNode client = cluster.Others(holder).First();
                Assert.Equal("both", await client.Read("\x10" + "a"));
                Assert.Equal("both", await client.Read("\x10" + "z"));
                _ = decision.Exception;
            });
        }
    }

    [Fact]
    public void A_prepare_that_comes_again_after_its_transaction_was_resolved_changes_nothing()
    {
        var cluster = new SplitCluster(seed: 6, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode node = await TwoSplits(cluster);
            TransactionId transaction = cluster.Begin(node);
            Task<SplitReply?> PrepareIt() => node.Ask(
                B, to => new Prepare(to, transaction, A, [Put(B, "once")], LeaseSequence.None, 0));
            Timestamp prepared = Assert.IsType<SplitReply.Prepared>(await PrepareIt()).At;
            Assert.Equal(prepared, Assert.IsType<SplitReply.Prepared>(await PrepareIt()).At);
            KeySpan participant = (await node.Find(B)).Span;
            Assert.IsType<SplitReply.Committed>(await node.Ask(
                A, to => new Decide(to, transaction, A, [], LeaseSequence.None, 0, [participant], prepared)));
            Assert.IsType<SplitReply.Committed>(await node.Put("\x10" + "z", "twice"));
            await PrepareIt();
            Assert.IsType<SplitReply.Committed>(await node.Put("\x10" + "zz", "elsewhere"));
            await cluster.Until(() => cluster.HolderOf(Right)!.Replica(Right).Machine.Pending.Count == 0, "resolved again");
            Assert.Equal("twice", await node.Read("\x10" + "z"));
        });
    }

    [Fact]
    public void An_outcome_asked_for_with_leave_to_abort_is_final()
    {
        var cluster = new SplitCluster(seed: 7, nodes: 3);
        cluster.Run(async () =>
        {
            ClusterNode node = await cluster.AwaitHolder(SplitId.System);
            TransactionId transaction = cluster.Begin(node);
            Assert.Equal(
                new SplitReply.Outcome(TransactionOutcome.Unknown),
                await node.Ask(A, to => new AskOutcome(to, transaction, A, MayAbort: false)));
            Assert.Equal(
                new SplitReply.Outcome(TransactionOutcome.Aborted),
                await node.Ask(A, to => new AskOutcome(to, transaction, A, MayAbort: true)));
            Assert.Equal(new SplitRefusal.Aborted(AbortReason.OutcomeExists), await node.Ask(
                A, to => new CommitLocal(to, transaction, A, [Put(A, "1")], LeaseSequence.None, 0)));
            node.Machine.Crash();
            ClusterNode other = cluster.Others(node).First();
            Assert.Equal(
                new SplitReply.Outcome(TransactionOutcome.Aborted),
                await other.Ask(A, to => new AskOutcome(to, transaction, A, MayAbort: true)));
            Assert.Null(await other.Read("\x10" + "a"));
        });
    }

    [Fact]
    public void Staged_writes_are_invisible_until_they_commit_and_then_visible_at_once()
    {
        var cluster = new SplitCluster(seed: 8, nodes: 3, new SplitLimits { StagedRowsPerStep = 50 });
        cluster.Run(async () =>
        {
            ClusterNode node = await cluster.AwaitHolder(SplitId.System);
            TransactionId transaction = cluster.Begin(node);
            LeaseSequence lease = LeaseSequence.None;
            for (int stage = 1; stage <= 3; stage++)
            {
                Mutation[] writes = [.. Enumerable.Range(0, 200).Select(i => Put(Key.FromText($"\x10s{stage}.{i:0000}"), $"{i}"))];
                lease = Assert.IsType<SplitReply.Staged>(await node.Ask(
                    A, to => new Stage(to, transaction, stage, writes, lease))).Lease;
                Assert.IsType<SplitReply.Staged>(await node.Ask(A, to => new Stage(to, transaction, stage, writes, lease)));
            }

            Timestamp before = node.Machine.TrueTime.Now().Earliest;
            Assert.Null(await node.Read("\x10s1.0000"));
            Timestamp at = Assert.IsType<SplitReply.Committed>(await node.Ask(
                A, to => new CommitLocal(to, transaction, A, [Put(A, "end")], lease, 3))).At;
            foreach (ClusterNode reader in cluster.Nodes)
            {
                Assert.Equal("199", await reader.Read("\x10s3.0199"));
                Assert.Null(await reader.Read("\x10s3.0199", before));
                Assert.Equal("0", await reader.Read("\x10s1.0000", at));
                Assert.Null(await reader.Read("\x10s1.0000", at.Previous()));
            }
        });
    }

    [Fact]
    [Trait("tier", "1")]
    public void A_large_commit_goes_on_becoming_visible_under_the_next_leader()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            var cluster = new SplitCluster(seed, nodes: 3, new SplitLimits { StagedRowsPerStep = 50 });
            cluster.Run(async () =>
            {
                ClusterNode node = await cluster.AwaitHolder(SplitId.System);
                TransactionId transaction = cluster.Begin(node);
                Mutation[] writes = [.. Enumerable.Range(0, 1000).Select(i => Put(Key.FromText($"\x10s{i:0000}"), "in"))];
                LeaseSequence lease = Assert.IsType<SplitReply.Staged>(await node.Ask(
                    A, to => new Stage(to, transaction, 1, writes, LeaseSequence.None))).Lease;
                Task<SplitReply?> commit = node.Ask(A, to => new CommitLocal(to, transaction, A, [], lease, 1));
                await cluster.Until(
                    () => node.Replica(SplitId.System).Machine.Pending.Values.Any(
                        pending => pending.Phase == PendingPhase.Moving && pending.StagedHull.Start > Key.FromText("\x10s0100")),
                    "half moved");
                node.Machine.Crash();
                ClusterNode other = cluster.Others(node).First();
                Assert.Equal("in", await other.Read("\x10s0000"));
                Assert.Equal("in", await other.Read("\x10s0999"));
                _ = commit.Exception;
            });
        }
    }

    private static async Task<ClusterNode> TwoSplits(SplitCluster cluster)
    {
        ClusterNode node = await cluster.AwaitHolder(SplitId.System);
        await node.Divide("\x10" + "m", Right.Value);
        await cluster.AwaitHolder(Right);
        return node;
    }

    private static LockingRead Read(SplitAddress to, TransactionId transaction, Key key) =>
        new(to, transaction, new ReadTarget.Points([key]), ReadLock.Shared);

    private static Mutation Put(Key key, string value) => Mutation.Put(key, ClusterNode.Bytes(value));
}
