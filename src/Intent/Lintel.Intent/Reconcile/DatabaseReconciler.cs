using System.Collections.Immutable;
using Lintel.Intent.Apply;
using Lintel.Intent.Plan;
using Lintel.Placement.Constraints;
using Lintel.Placement.Selection;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Splits.Routing;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Transactions.Api;

namespace Lintel.Intent.Reconcile;

/// <summary>
/// Makes the splits of declared databases what the records ask for: they begin where they should, and their replicas lie
/// where the resource group allows. A replica that may stay stays; one on a draining node, or one too few or too many,
/// is a reason to move. What cannot be met now is left as it is and reported: the next round tries again.
/// </summary>
public sealed class DatabaseReconciler(
    ITransactionSource transactions,
    SplitControl splits,
    Func<CancellationToken, Task<IReadOnlyDictionary<string, PoolObservation>>> observe)
{
    /// <summary>Does for every declared database what there is to do. Returns what could not be done.</summary>
    public async Task<IReadOnlyList<LintelError>> RunAsync(CancellationToken cancellation = default)
    {
        ClusterState state = await ReadAsync(cancellation);
        var failures = new List<LintelError>();
        foreach (DatabasePlacement placement in state.Databases)
        {
            try
            {
                await FollowAsync(state, placement, cancellation);
            }
            catch (LintelException failure)
            {
                failures.Add(failure.Error with { Message = $"database {placement.Name}: {failure.Error.Message}" });
            }
        }

        return failures;
    }

    /// <summary>Does it for one database, and fails when it cannot be done.</summary>
    public async Task FollowAsync(DatabasePlacement placement, CancellationToken cancellation = default) =>
        await FollowAsync(await ReadAsync(cancellation), placement, cancellation);

    private async Task FollowAsync(ClusterState state, DatabasePlacement placement, CancellationToken cancellation)
    {
        if (placement.DatabaseId == 0) return;
        DatabaseSchema schema;
        await using (ISnapshotReader snapshot = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation))
        {
            var database = new DatabaseDescriptor(placement.DatabaseId, placement.Name, placement.ResourceGroup);
            schema = await CatalogRecords.LoadAsync(snapshot, database, cancellation);
        }

        foreach (Key boundary in DatabaseDivision.BoundariesOf(placement, schema)) await splits.DivideAsync(boundary, cancellation);
        if (state.Groups.FirstOrDefault(group => string.Equals(group.Name, placement.ResourceGroup, StringComparison.Ordinal)) is not { } policy) return;
        foreach (SplitDescriptor split in await splits.ListAsync(KeySpan.Prefix(KeySpace.DatabasePrefix(placement.DatabaseId)), cancellation))
        {
            if (WantedFor(split, state, policy) is { } wanted) await splits.PlaceAsync(split.Span.Start, wanted, cancellation);
        }
    }

    /// <summary>The nodes that should hold the split's replicas; null when they do. Throws PlacementImpossible.</summary>
    public static IReadOnlyList<NodeId>? WantedFor(SplitDescriptor split, ClusterState state, ResourceGroupRecord policy)
    {
        ImmutableSortedSet<NodeId> staying = [.. split.Replicas.Select(replica => replica.Node).Where(node => state.NodeOf(node) is { State: Storage.Nodes.NodeState.Active })];
        PlacementRequest request = SpecPlanner.RequestOf(policy);
        bool isMet = staying.Count == policy.Replicas && staying.Count == split.Replicas.Count && Keeps(staying, state, request);
        if (isMet) return null;
        while (staying.Count > policy.Replicas || !Keeps(staying, state, request)) staying = staying.Remove(staying[^1]);
        PlacementDecision decision = ReplicaPlacement.Decide(state.Candidates(), request with { Existing = staying });
        if (!decision.IsMet) throw decision.ToError($"split {split.Split}").ToException();
        return [.. staying, .. decision.Selected.Select(selected => selected.Candidate.Node)];
    }

    private static bool Keeps(ImmutableSortedSet<NodeId> nodes, ClusterState state, PlacementRequest request)
    {
        foreach (string key in request.ReplicasOnDifferent)
        {
            if (Values(key).Distinct(StringComparer.Ordinal).Count() != nodes.Count) return false;
        }

        return request.ReplicasOnSame.All(key => Values(key).Distinct(StringComparer.Ordinal).Count() <= 1);

        IEnumerable<string> Values(string key) => nodes.Select(node => state.NodeOf(node)?.Properties.GetValueOrDefault(key, "") ?? "");
    }

    private async Task<ClusterState> ReadAsync(CancellationToken cancellation)
    {
        var observed = await observe(cancellation);
        await using ISnapshotReader snapshot = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        return await ClusterRecords.ReadAsync(snapshot, observed, [], cancellation);
    }
}
