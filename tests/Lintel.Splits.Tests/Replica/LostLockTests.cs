using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Tests.Cluster;
using Xunit;

namespace Lintel.Splits.Tests.Replica;

/// <summary>Locks that a transaction has lost do not come back with its next request.</summary>
public sealed class LostLockTests
{
    private static readonly Key A = Key.FromText("\x10a");
    private static readonly Key B = Key.FromText("\x10b");

    [Fact]
    public void A_read_after_the_locks_were_released_is_refused() => Run(async (node, transaction) =>
    {
        var first = Assert.IsType<SplitReply.LockedRows>(await node.Ask(A, to => Read(to, transaction, A)));
        Assert.IsType<SplitReply.Done>(await node.Ask(A, to => new Release(to, transaction)));
        SplitReply? second = await node.Ask(
            A, to => Read(to, transaction, B) with { Lease = first.Lease });
        Assert.Equal(AbortReason.Expired, Assert.IsType<SplitRefusal.Aborted>(second).Reason);
        SplitReply? commit = await node.Ask(A, to => Commit(to, transaction, B, first.Lease));
        Assert.Equal(AbortReason.Expired, Assert.IsType<SplitRefusal.Aborted>(commit).Reason);
    });

    [Fact]
    public void A_commit_ends_the_reads_of_its_transaction_that_still_wait() => Run(async (node, older) =>
    {
        await node.Ask(A, to => Read(to, older, A));
        TransactionId younger = older with { Sequence = older.Sequence + 1 };
        var held = Assert.IsType<SplitReply.LockedRows>(await node.Ask(B, to => Read(to, younger, B)));
        Task<SplitReply?> waiting = node.Ask(A, to => Read(to, younger, A) with { Lease = held.Lease });
        SplitReply? commit = await node.Ask(B, to => Commit(to, younger, B, held.Lease));
        Assert.IsType<SplitReply.Committed>(commit);
        Assert.IsType<SplitRefusal.Aborted>(await waiting);
    });

    private static LockingRead Read(Routing.SplitAddress to, TransactionId transaction, Key key) =>
        new(to, transaction, new ReadTarget.Points([key]), ReadLock.Exclusive);

    private static CommitLocal Commit(Routing.SplitAddress to, TransactionId transaction, Key key, LeaseSequence lease) =>
        new(to, transaction, key, [Mutation.Put(key, ClusterNode.Bytes("v"))], lease, 0);

    private static void Run(Func<ClusterNode, TransactionId, Task> scenario)
    {
        var cluster = new SplitCluster(seed: 7, nodes: 3);
        cluster.Run(async () =>
        {
            await cluster.AwaitHolder(SplitId.System);
            await scenario(cluster.Node(1), cluster.Begin(cluster.Node(1)));
        });
    }
}
