using Lintel.ClusterSimulation.Cluster;
using Lintel.Primitives.Keys;
using Lintel.Transactions.Api;
using Lintel.Transactions.Gateway;
using Lintel.Transactions.Tests.Contract;
using Lintel.Transactions.Tests.Gateway;
using Xunit;

namespace Lintel.Transactions.Tests.Cluster;

[Trait("tier", "1")]
public sealed class ClusterOneSplitContractTests : TransactionContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => Clusters.Run(1, scenario);
}

[Trait("tier", "1")]
public sealed class ClusterOneSplitConflictTests : ConflictContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) => Clusters.Run(2, scenario);
}

[Trait("tier", "1")]
public sealed class ClusterManySplitsContractTests : TransactionContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) =>
        Clusters.Run(3, scenario, null, "b", "bb", "e", "m", "q");
}

[Trait("tier", "1")]
public sealed class ClusterManySplitsConflictTests : ConflictContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) =>
        Clusters.Run(4, scenario, null, "b", "e", "m", "q");
}

[Trait("tier", "1")]
public sealed class ClusterManySplitsModelTests : ModelContract
{
    protected override int Steps => 150;

    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) =>
        Clusters.Run(5, scenario, null, "d", "j", "m", "t");
}

[Trait("tier", "1")]
public sealed class ClusterStagingConflictTests : ConflictContract
{
    protected override Task RunAsync(Func<ITransactionSource, Task> scenario) =>
        Clusters.Run(6, scenario, LargeTransactionTests.TinyStages, "b", "e", "m", "q");
}

/// <summary>Runs scenarios over the real gateway, splits, Raft groups and logs of five simulated nodes.</summary>
internal static class Clusters
{
    public static Task Run(
        ulong seed, Func<ITransactionSource, Task> scenario, GatewayLimits? limits = null, params string[] cuts)
    {
        var cluster = new SimulatedCluster(new ClusterOptions(seed) { Gateway = limits ?? new GatewayLimits() });
        cluster.World.Run(
            async () =>
            {
                await cluster.Ready();
                await cluster.DivideAllAsync(cuts.Select(cut => Key.FromText(cut)));
                await scenario(cluster.Node(1).RequireGateway());
            },
            TimeSpan.FromMinutes(2));
        return Task.CompletedTask;
    }
}
