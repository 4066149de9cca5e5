using System.Collections.Immutable;
using Lintel.Intent.Plan;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Nodes;
using Lintel.Storage.Pools;
using Lintel.Transactions.Api;

namespace Lintel.Intent.Apply;

/// <summary>Reads the control records as one state, in whatever transaction or snapshot it is given.</summary>
public static class ClusterRecords
{
    /// <summary>
    /// The state as <paramref name="reader"/> sees it. What is free in a pool is not in the records: it comes from
    /// <paramref name="observed"/>, which knows the nodes by name; a node that is missing there counts as offline. All
    /// pools of a node share its file system today, the ones in <paramref name="poolsToCome"/> too.
    /// </summary>
    public static async ValueTask<ClusterState> ReadAsync(
        IKeyReader reader,
        IReadOnlyDictionary<string, PoolObservation> observed,
        IEnumerable<string> poolsToCome,
        CancellationToken cancellation = default)
    {
        ImmutableArray<NodeRecord> nodes = [.. await NodeRecord.Table.ListAsync(reader, cancellation)];
        ImmutableArray<StoragePoolRecord> pools = [.. await StoragePoolRecord.Table.ListAsync(reader, cancellation)];
        ImmutableArray<ResourceGroupRecord> groups = [.. await ResourceGroupRecord.Table.ListAsync(reader, cancellation)];
        ImmutableArray<DatabasePlacement> databases = [.. await DatabasePlacement.Table.ListAsync(reader, cancellation)];
        var seen = ImmutableSortedDictionary.CreateBuilder<string, PoolObservation>(StringComparer.Ordinal);
        string[] names = [.. pools.Select(pool => pool.Name).Concat(poolsToCome).Distinct(StringComparer.Ordinal)];
        foreach (NodeRecord node in nodes)
        {
            PoolObservation observation = observed.GetValueOrDefault(node.Name, PoolObservation.Unseen);
            foreach (string pool in names) seen[StoragePoolRecord.NameOf(node.Name, pool)] = observation;
        }

        return new ClusterState(nodes, pools, groups, databases, seen.ToImmutable());
    }
}
