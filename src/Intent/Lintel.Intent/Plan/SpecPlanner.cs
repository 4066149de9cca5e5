using System.Collections.Immutable;
using Lintel.Intent.Specs;
using Lintel.Placement.Constraints;
using Lintel.Placement.Selection;
using Lintel.Primitives.Errors;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Pools;

namespace Lintel.Intent.Plan;

/// <summary>
/// Compares specs with the cluster and says what would change. Pure: the same state and specs give the same plan.
/// Specs add and change; what they do not mention stays. Pools come first, then groups, then databases, so that one
/// text can declare all three; each kind is planned against the state that the steps before it lead to.
/// </summary>
public sealed class SpecPlanner
{
    private readonly List<PlanStep> _steps = [];
    private readonly List<string> _risks = [];
    private readonly List<LintelError> _refusals = [];
    private ClusterState _state;

    private SpecPlanner(ClusterState state) => _state = state;

    /// <summary>Plans <paramref name="specs"/> against <paramref name="state"/>.</summary>
    public static SpecPlan Plan(ClusterState state, ImmutableArray<Spec> specs)
    {
        var planner = new SpecPlanner(state);
        foreach (StoragePoolSpec spec in specs.OfType<StoragePoolSpec>()) planner.PlanPool(spec);
        foreach (ResourceGroupSpec spec in specs.OfType<ResourceGroupSpec>()) planner.PlanGroup(spec);
        foreach (DatabaseSpec spec in specs.OfType<DatabaseSpec>()) planner.PlanDatabase(spec);
        return new([.. planner._steps], [.. planner._risks], [.. planner._refusals]);
    }

    private void PlanPool(StoragePoolSpec spec)
    {
        foreach (string node in spec.Nodes.IsEmpty ? _state.Nodes.Select(node => node.Name) : spec.Nodes)
        {
            if (!_state.Nodes.Any(known => Same(known.Name, node)))
            {
                Refuse(ErrorCode.NotFound, spec, $"node '{node}' does not exist", "name nodes that have joined");
                continue;
            }

            var wanted = new StoragePoolRecord(node, spec.Name, spec.Provider, spec.CapacityBytes);
            StoragePoolRecord? before = _state.Pools.FirstOrDefault(pool => Same(pool.Node, node) && Same(pool.Name, spec.Name));
            if (before == wanted) continue;
            if (before is not null && !Same(before.Provider, wanted.Provider))
            {
                Refuse(ErrorCode.FailedPrecondition, spec, $"its provider on {node} is {before.Provider} and can't be changed",
                    "declare a pool of another name and move the replicas");
                continue;
            }

            _steps.Add(new PlanStep.PutStoragePool(wanted, before));
            _state = _state with { Pools = Replace(_state.Pools, before, wanted) };
        }
    }

    private void PlanGroup(ResourceGroupSpec spec)
    {
        foreach (string pool in spec.StoragePools)
            if (!_state.Pools.Any(known => Same(known.Name, pool)))
            {
                Refuse(ErrorCode.NotFound, spec, $"no node has a storage pool '{pool}'", "declare it in the same spec");
                return;
            }

        var wanted = new ResourceGroupRecord(
            spec.Name, spec.Replicas, spec.StoragePools, spec.ReplicasOnDifferent, spec.ReplicasOnSame);
        ResourceGroupRecord? before = _state.Groups.FirstOrDefault(group => Same(group.Name, spec.Name));
        if (wanted.Equals(before)) return;
        _steps.Add(new PlanStep.PutResourceGroup(wanted, before));
        if (before is not null && wanted.Replicas < before.Replicas)
            _risks.Add($"resource group {spec.Name} goes from {before.Replicas} to {wanted.Replicas} replicas");
        _state = _state with { Groups = Replace(_state.Groups, before, wanted) };
    }

    private void PlanDatabase(DatabaseSpec spec)
    {
        ResourceGroupRecord? group = _state.Groups.FirstOrDefault(group => Same(group.Name, spec.ResourceGroup));
        if (group is null)
        {
            Refuse(ErrorCode.NotFound, spec, $"resource group '{spec.ResourceGroup}' does not exist", "declare it in the same spec");
            return;
        }

        PlacementDecision decision = ReplicaPlacement.Decide(_state.Candidates(), RequestOf(group));
        if (!decision.IsMet)
        {
            _refusals.Add(decision.ToError($"database '{spec.Name}' (line {spec.Line})"));
            return;
        }

        DatabasePlacement? before = _state.Databases.FirstOrDefault(database => Same(database.Name, spec.Name));
        var wanted = new DatabasePlacement(
            spec.Name, before?.DatabaseId ?? 0, group.Name, spec.SplitPerTable, spec.SplitBytesMax);
        if (wanted == before) return;
        _steps.Add(before is null
            ? new PlanStep.CreateDatabase(wanted, spec.Owner, decision)
            : new PlanStep.ChangeDatabase(wanted, before));
        _risks.AddRange(FailureRehearsal.Of(wanted.Name, decision.Selected.Select(score => score.Candidate)));
        _state = _state with { Databases = Replace(_state.Databases, before, wanted) };
    }

    /// <summary>What placing a new replica set of <paramref name="group"/> asks for.</summary>
    public static PlacementRequest RequestOf(ResourceGroupRecord group) => new()
    {
        ReplicaCount = group.Replicas,
        StoragePools = group.StoragePools,
        ReplicasOnDifferent = group.ReplicasOnDifferent,
        ReplicasOnSame = group.ReplicasOnSame,
    };

    private void Refuse(ErrorCode code, Spec spec, string because, string correction) => _refusals.Add(
        new LintelError(code, $"{spec.Kind} '{spec.Name}' (line {spec.Line}) can't be applied", because, correction));

    private static ImmutableArray<T> Replace<T>(ImmutableArray<T> all, T? before, T wanted)
        where T : class => (before is null ? all : all.Remove(before)).Add(wanted);

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
