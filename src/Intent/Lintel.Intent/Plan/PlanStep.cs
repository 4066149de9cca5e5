using Lintel.Placement.Selection;
using Lintel.Storage.Databases;
using Lintel.Storage.Groups;
using Lintel.Storage.Pools;

namespace Lintel.Intent.Plan;

/// <summary>One change that makes the cluster what a spec asks for.</summary>
public abstract record PlanStep
{
    /// <summary>One line for a reviewer: "+" adds, "~" changes.</summary>
    public abstract string Describe();

    /// <summary>A pool on one node that is new, or has another capacity.</summary>
    public sealed record PutStoragePool(StoragePoolRecord Pool, StoragePoolRecord? Before) : PlanStep
    {
        /// <inheritdoc/>
        public override string Describe()
        {
            string name = StoragePoolRecord.NameOf(Pool.Node, Pool.Name);
            return Before is null
                ? $"+ storage pool {name} ({Pool.Provider}, {Size(Pool.CapacityBytes)})"
                : $"~ storage pool {name}: capacity {Size(Before.CapacityBytes)} -> {Size(Pool.CapacityBytes)}";
        }

        private static string Size(long? bytes) => bytes is { } size ? $"{size} bytes" : "all of its file system";
    }

    /// <summary>A group that is new, or asks for another placement.</summary>
    public sealed record PutResourceGroup(ResourceGroupRecord Group, ResourceGroupRecord? Before) : PlanStep
    {
        /// <inheritdoc/>
        public override string Describe() =>
            Before is null ? $"+ resource group {Group.Name}: {Policy(Group)}"
            : $"~ resource group {Group.Name}: {Policy(Before)} -> {Policy(Group)}";

        private static string Policy(ResourceGroupRecord group) =>
            $"{group.Replicas} replicas"
            + (group.StoragePools.IsEmpty ? "" : $" on {string.Join(", ", group.StoragePools)}")
            + (group.ReplicasOnDifferent.IsEmpty ? "" : $", different {string.Join(", ", group.ReplicasOnDifferent)}")
            + (group.ReplicasOnSame.IsEmpty ? "" : $", same {string.Join(", ", group.ReplicasOnSame)}");
    }

    /// <summary>A database that does not exist yet, and where its replicas will live.</summary>
    public sealed record CreateDatabase(DatabasePlacement Database, string? Owner, PlacementDecision Decision) : PlanStep
    {
        /// <inheritdoc/>
        public override string Describe() =>
            $"+ database {Database.Name} in {Database.ResourceGroup}, replicas on "
            + string.Join(", ", Decision.Selected.Select(s => $"{s.Candidate.Name} (zone {s.Candidate.Property("zone")})"));
    }

    /// <summary>A database that moves to another group or divides differently.</summary>
    public sealed record ChangeDatabase(DatabasePlacement Database, DatabasePlacement Before) : PlanStep
    {
        /// <inheritdoc/>
        public override string Describe()
        {
            var changes = new List<string>();
            if (!string.Equals(Before.ResourceGroup, Database.ResourceGroup, StringComparison.Ordinal))
                changes.Add($"resource group {Before.ResourceGroup} -> {Database.ResourceGroup}");
            if (Before.SplitPerTable != Database.SplitPerTable)
                changes.Add($"split per table {Before.SplitPerTable} -> {Database.SplitPerTable}");
            if (Before.SplitBytesMax != Database.SplitBytesMax)
                changes.Add($"split size {Before.SplitBytesMax} -> {Database.SplitBytesMax}");
            return $"~ database {Database.Name}: {string.Join(", ", changes)}";
        }
    }
}
