using Lintel.ClusterSimulation.Cluster;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Transactions.Api;

namespace Lintel.ClusterSimulation.Clients;

/// <summary>One attempt at a transaction: what is known of it also when its gateway dies.</summary>
internal sealed class TransactionRun<T>(Func<ITransaction, Task<T>> body, TransactionId? retryOf)
{
    /// <summary>The transaction, once it has begun.</summary>
    public ITransaction? Transaction { get; private set; }

    /// <summary>What the body returned.</summary>
    public T? Value { get; private set; }

    /// <summary>Whether it may be run again.</summary>
    public bool IsAborted { get; set; }

    /// <summary>Runs on a node. Clients think between reading and committing, which is when the world changes.</summary>
    public async Task<Timestamp> RunAsync(ClusterNode node, SimulatedCluster cluster, Prng random)
    {
        await using ITransaction transaction = node.RequireGateway().Begin(new TransactionOptions("client"), retryOf);
        Transaction = transaction;
        Value = await body(transaction);
        if (random.Chance(0.3)) await cluster.Pause(random.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(40)));
        return await transaction.CommitAsync();
    }
}
