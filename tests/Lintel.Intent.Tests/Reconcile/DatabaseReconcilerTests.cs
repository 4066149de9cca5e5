using System.Collections.Immutable;
using Lintel.Intent.Plan;
using Lintel.Intent.Reconcile;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Splits.Routing;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Nodes;
using Lintel.Storage.Pools;
using Xunit;

namespace Lintel.Intent.Tests.Reconcile;

/// <summary>Which replicas stay and which move; and where splits begin.</summary>
public sealed class DatabaseReconcilerTests
{
    private static readonly ResourceGroupRecord Policy = new("g", 3, ["main"], ["zone"], []);

    [Fact]
    public void Replicas_that_fit_stay() => Assert.Null(Wanted(State("a", "b", "c", "d"), 1, 2, 3));

    [Fact]
    public void A_replica_too_few_is_added_in_a_zone_that_has_none() => Assert.Equal([1, 2, 4], Wanted(State("a", "b", "b", "c"), 1, 2));

    [Fact]
    public void A_replica_too_many_is_given_up() => Assert.Equal([1, 2, 3], Wanted(State("a", "b", "c", "d"), 1, 2, 3, 4));

    [Fact]
    public void A_draining_node_is_left_for_another()
    {
        ClusterState state = State("a", "b", "c", "d");
        state = state with { Nodes = state.Nodes.SetItem(1, state.Nodes[1] with { State = NodeState.Draining }) };
        Assert.Equal([1, 3, 4], Wanted(state, 1, 2, 3));
    }

    [Fact]
    public void Two_replicas_in_one_zone_are_parted() => Assert.Equal([1, 2, 4], Wanted(State("a", "b", "b", "c"), 1, 2, 3));

    [Fact]
    public void What_cannot_be_met_is_said() =>
        Assert.Equal(ErrorCode.PlacementImpossible, Assert.Throws<LintelException>(() => Wanted(State("a", "b", "b"), 1, 2)).Error.Code);

    [Fact]
    public void Splits_begin_with_the_database_and_behind_it()
    {
        var placement = new DatabasePlacement("bank", 70, "g", SplitPerTable: true, null);
        DatabaseSchema schema = DatabaseSchema.Empty(new DatabaseDescriptor(70, "bank", "g"));
        Assert.Equal([KeySpace.DatabasePrefix(70), KeySpace.DatabasePrefix(71)], DatabaseDivision.BoundariesOf(placement, schema));
    }

    private static ulong[]? Wanted(ClusterState state, params ulong[] on)
    {
        SplitReplicaPlace[] replicas = [.. on.Select(node => new SplitReplicaPlace(new NodeId(node), ReplicaRole.Voter))];
        var split = new SplitDescriptor(new SplitId(9), 1, KeySpan.All, replicas);
        return DatabaseReconciler.WantedFor(split, state, Policy)?.Select(node => node.Value).Order().ToArray();
    }

    private static ClusterState State(params string[] zones)
    {
        ClusterState state = ClusterState.Empty;
        for (int i = 0; i < zones.Length; i++)
        {
            string name = $"n{i + 1}";
            state = state with
            {
                Nodes = state.Nodes.Add(new NodeRecord(
                    name, new NodeId((ulong)i + 1), NodeState.Active, "", "", "", ImmutableSortedDictionary<string, string>.Empty.Add("zone", zones[i]), Guid.Empty)),
                Pools = state.Pools.Add(new StoragePoolRecord(name, "main", "FILE_THIN", null)),
                Observations = state.Observations.Add($"{name}/main", new PoolObservation(IsOnline: true, 1000, 1000, 0)),
            };
        }

        return state;
    }
}
