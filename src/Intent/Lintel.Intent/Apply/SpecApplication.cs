using System.Collections.Immutable;
using Lintel.Intent.Plan;
using Lintel.Intent.Specs;
using Lintel.Primitives.Errors;
using Lintel.Sql.Catalog;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Pools;
using Lintel.Transactions.Api;

namespace Lintel.Intent.Apply;

/// <summary>
/// Plans specs against the cluster, and makes plans true: the control records change in one transaction, in which the
/// plan is made again and must be the one that was announced; then the splits follow the records. Applying again what
/// was applied, in whole or in part, does the rest and no more.
/// </summary>
/// <param name="transactions">Where the records are.</param>
/// <param name="databases">SQL's catalog: a database exists when it is there.</param>
/// <param name="observe">What is seen of each node's storage now, by the node's name.</param>
/// <param name="followAsync">Makes the splits of one database follow the records; returns when they do.</param>
public sealed class SpecApplication(
    ITransactionSource transactions,
    DatabaseCatalog databases,
    Func<CancellationToken, Task<IReadOnlyDictionary<string, PoolObservation>>> observe,
    Func<DatabasePlacement, CancellationToken, Task> followAsync)
{
    /// <summary>What applying the specs would change. Changes nothing.</summary>
    public async Task<SpecPlan> PlanAsync(ImmutableArray<Spec> specs, CancellationToken cancellation = default)
    {
        var observed = await observe(cancellation);
        await using ISnapshotReader snapshot = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        ClusterState state = await ClusterRecords.ReadAsync(snapshot, observed, PoolsOf(specs), cancellation);
        return SpecPlanner.Plan(state, specs);
    }

    /// <summary>Applies the specs and returns the plan that was applied. Refusals of the plan are thrown, and nothing is changed.</summary>
    public async Task<SpecPlan> ApplyAsync(ImmutableArray<Spec> specs, CancellationToken cancellation = default)
    {
        SpecPlan announced = await PlanAsync(specs, cancellation);
        announced.RequireApplicable();
        var created = new SortedDictionary<string, uint>(StringComparer.Ordinal);
        foreach (PlanStep.CreateDatabase create in announced.Steps.OfType<PlanStep.CreateDatabase>())
            created[create.Database.Name] = await CreateAsync(create, cancellation);

        var observed = await observe(cancellation);
        SpecPlan applied = announced.Steps.IsEmpty ? announced : await transactions.RunAsync(
            "apply spec",
            async transaction =>
            {
                ClusterState state = await ClusterRecords.ReadAsync(transaction, observed, PoolsOf(specs), cancellation);
                SpecPlan plan = SpecPlanner.Plan(state, specs);
                plan.RequireApplicable();
                RequireSame(announced, plan);
                foreach (PlanStep step in plan.Steps) await RecordAsync(transaction, step, created, cancellation);
                return plan;
            },
            cancellation);
        await FollowAsync(specs, cancellation);
        return applied;
    }

    // The catalog gives the id. A database that SQL has created already is taken into the group.
    private async Task<uint> CreateAsync(PlanStep.CreateDatabase create, CancellationToken cancellation)
    {
        string name = create.Database.Name;
        DatabaseDescriptor database = await databases.FindAsync(name, cancellation)
            ?? await databases.CreateAsync(name, create.Database.ResourceGroup, create.Owner, cancellation);
        return database.Id;
    }

    private static async Task RecordAsync(
        ITransaction transaction, PlanStep step, SortedDictionary<string, uint> created, CancellationToken cancellation)
    {
        switch (step)
        {
            case PlanStep.PutStoragePool put:
                await StoragePoolRecord.Table.PutAsync(transaction, put.Pool, cancellation);
                break;
            case PlanStep.PutResourceGroup put:
                await ResourceGroupRecord.Table.PutAsync(transaction, put.Group, cancellation);
                break;
            case PlanStep.CreateDatabase create:
                DatabasePlacement placement = create.Database with { DatabaseId = created[create.Database.Name] };
                await DatabasePlacement.Table.PutAsync(transaction, placement, cancellation);
                break;
            case PlanStep.ChangeDatabase change:
                await DatabasePlacement.Table.PutAsync(transaction, change.Database, cancellation);
                break;
        }
    }

    // Also when nothing was to be recorded: an earlier application may have been cut short.
    private async Task FollowAsync(ImmutableArray<Spec> specs, CancellationToken cancellation)
    {
        IReadOnlyList<DatabasePlacement> placements;
        await using (ISnapshotReader snapshot = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation))
            placements = await DatabasePlacement.Table.ListAsync(snapshot, cancellation);
        foreach (DatabaseSpec spec in specs.OfType<DatabaseSpec>())
        {
            if (placements.FirstOrDefault(placement => string.Equals(placement.Name, spec.Name, StringComparison.Ordinal)) is { } own)
                await followAsync(own, cancellation);
        }
    }

    private static void RequireSame(SpecPlan announced, SpecPlan now)
    {
        if (announced.Steps.Select(step => step.Describe()).SequenceEqual(now.Steps.Select(step => step.Describe()), StringComparer.Ordinal)) return;
        throw new LintelException(
            ErrorCode.FailedPrecondition, "the cluster changed while the spec was applied", "another change came in between", "apply it again");
    }

    private static IEnumerable<string> PoolsOf(ImmutableArray<Spec> specs) => specs.OfType<StoragePoolSpec>().Select(spec => spec.Name);
}
