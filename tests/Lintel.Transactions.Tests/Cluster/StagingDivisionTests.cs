using Lintel.ClusterSimulation.Cluster;
using Lintel.Primitives.Errors;
using Lintel.Splits;
using Lintel.Transactions.Api;
using Lintel.Transactions.Tests.Contract;
using Lintel.Transactions.Tests.Gateway;
using Xunit;
using static Lintel.Transactions.Tests.Contract.ContractWorld;

namespace Lintel.Transactions.Tests.Cluster;

/// <summary>A split is divided while a transaction is staging its writes there.</summary>
[Trait("tier", "1")]
public sealed class StagingDivisionTests
{
    [Fact]
    public Task What_was_staged_left_of_a_division_stays_and_the_rest_follows_the_keys() => RunAsync(SplitLimits.Default, async (cluster, source) =>
    {
        await using ITransaction t = source.Begin(Options);
        for (char c = 'a'; c <= 'f'; c++) await t.InsertAsync(K($"{c}"), V("1"));
        await cluster.DivideAllAsync([K("m")]);
        for (char c = 'n'; c <= 's'; c++) await t.InsertAsync(K($"{c}"), V("2"));
        await t.CommitAsync();
        await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
        Assert.Equal("a=1 b=1 c=1 d=1 e=1 f=1 n=2 o=2 p=2 q=2 r=2 s=2", await reader.Rows("a", "z"));
    });

    [Fact]
    public Task A_transaction_that_staged_on_both_sides_commits_nothing() => RunAsync(
        SplitLimits.Default with { LongTransactionAge = TimeSpan.FromMinutes(1) },
        async (cluster, source) =>
        {
            ITransaction t = source.Begin(Options);
            foreach (string key in new[] { "a", "b", "n", "o" }) await t.InsertAsync(K(key), V("1"));
            await cluster.DivideAllAsync([K("m")]);
            LintelException refused = await Assert.ThrowsAsync<LintelException>(async () =>
            {
                foreach (string key in new[] { "c", "d", "p", "q" }) await t.InsertAsync(K(key), V("2"));
                await t.CommitAsync();
            });
            Assert.Equal(ErrorCode.TransactionAborted, refused.Error.Code);
            await t.DisposeAsync();
            await using ISnapshotReader reader = await source.SnapshotAsync(SnapshotBound.Strong);
            Assert.Equal("", await reader.Rows("a", "z"));
        });

    private static Task RunAsync(SplitLimits limits, Func<SimulatedCluster, ITransactionSource, Task> scenario)
    {
        var cluster = new SimulatedCluster(new ClusterOptions(8) { Splits = limits, Gateway = LargeTransactionTests.TinyStages });
        cluster.World.Run(
            async () =>
            {
                await cluster.Ready();
                await scenario(cluster, cluster.Node(1).RequireGateway());
            },
            TimeSpan.FromMinutes(2));
        return Task.CompletedTask;
    }
}
