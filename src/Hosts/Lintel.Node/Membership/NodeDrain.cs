using System.Collections.Immutable;
using Lintel.Intent.Reconcile;
using Lintel.Node.Hosting;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Routing;
using Lintel.Sql.Catalog;
using Lintel.Storage.Databases;
using Lintel.Storage.Nodes;
using Lintel.Transactions.Api;
using Microsoft.Extensions.Logging;

namespace Lintel.Node.Membership;

/// <summary>
/// Empties nodes that are being drained: the splits that no declared database owns move to other nodes, one at a time,
/// driven by the node that leads the system split. Splits of declared databases are moved by their reconciler.
/// </summary>
internal sealed class NodeDrain(
    StoreRuntime runtime, ITransactionSource transactions, NodeMembership membership, SplitControl splits, ILogger log)
{
    private static readonly TimeSpan RoundEvery = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Marks a node as being drained. NotFound when there is none of that name; PlacementImpossible when no other node
    /// could take what it has.
    /// </summary>
    public async Task BeginAsync(string name, CancellationToken cancellation)
    {
        await membership.RefreshAsync(cancellation);
        NodeRecord? node = membership.Nodes.FirstOrDefault(n => n.Name == name)
            ?? throw new LintelException(ErrorCode.NotFound, $"node '{name}' does not exist", null, "list them: lintel node list");
        foreach (SplitDescriptor split in await splits.ListAsync(KeySpan.All, cancellation))
        {
            if (split.IsOn(node.Id) && Heirs(split, node.Id).IsEmpty)
            {
                throw new LintelException(ErrorCode.PlacementImpossible, $"node '{name}' cannot be drained",
                    $"{split.Split} has a replica on it, and every other active node has one already", "add a node first");
            }
        }

        await transactions.RunAsync("drain node", async transaction =>
        {
            NodeRecord now = await NodeRecord.Table.GetAsync(transaction, name, LockStrength.Exclusive, cancellation);
            await NodeRecord.Table.PutAsync(transaction, now with { State = NodeState.Draining }, cancellation);
            return true;
        }, cancellation);
    }

    /// <summary>Moves replicas off draining nodes until cancelled, while this node leads the system split.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(RoundEvery, runtime.Environment.Time, cancellation);
            if (!membership.Nodes.Any(static n => n.State == NodeState.Draining)) continue;
            if (!await runtime.Context.CallAsync(() => runtime.Store.Find(SplitId.System)?.Leading is { HoldsLease: true })) continue;
            try
            {
                await RoundAsync(cancellation);
            }
            catch (LintelException failure) when (NodeMembership.MayPass(failure.Error.Code))
            {
                NodeLog.NotRecordedYet(log, runtime.Environment.Network.Self, failure.Error);
            }
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        ImmutableArray<KeySpan> declared = await DeclaredAsync(cancellation);
        foreach (NodeRecord node in membership.Nodes.Where(static n => n.State == NodeState.Draining))
        {
            foreach (SplitDescriptor split in await splits.ListAsync(KeySpan.All, cancellation))
            {
                if (!split.IsOn(node.Id) || declared.Any(span => span.Contains(split.Span.Start))) continue;
                if (Heirs(split, node.Id) is not [var heir, ..]) continue;
                NodeLog.ReplicaMoves(log, node.Name, split.Split, heir.Id);
                NodeId[] nodes = [.. split.Replicas.Select(static r => r.Node).Where(id => id != node.Id), heir.Id];
                await splits.PlaceAsync(split.Span.Start, nodes, cancellation);
            }
        }
    }

    // Other zones than those of the replicas that stay come first, then the order of ids.
    private ImmutableArray<NodeRecord> Heirs(SplitDescriptor split, NodeId leaving)
    {
        HashSet<string> zones =
            [.. membership.Nodes.Where(n => n.Id != leaving && split.IsOn(n.Id)).Select(static n => n.Zone)];
        return
        [
            .. membership.Nodes.Where(n => n.State == NodeState.Active && n.Id != leaving && !split.IsOn(n.Id))
                .OrderBy(n => zones.Contains(n.Zone)).ThenBy(static n => n.Id.Value),
        ];
    }

    private async Task<ImmutableArray<KeySpan>> DeclaredAsync(CancellationToken cancellation)
    {
        await using ISnapshotReader snapshot = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        IReadOnlyList<DatabasePlacement> placements = await DatabasePlacement.Table.ListAsync(snapshot, cancellation);
        return [.. placements.Where(static p => p.DatabaseId != 0).Select(static p => KeySpan.Prefix(KeySpace.DatabasePrefix(p.DatabaseId)))];
    }
}
