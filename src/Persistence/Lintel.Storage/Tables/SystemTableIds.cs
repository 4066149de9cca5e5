namespace Lintel.Storage.Tables;

/// <summary>Table ids of the control records in the system database. On disk: add, never renumber.</summary>
public static class SystemTableIds
{
    /// <summary><see cref="Nodes.NodeRecord"/> by node name.</summary>
    public const uint Nodes = 1001;

    /// <summary><see cref="Pools.StoragePoolRecord"/> by "node/pool".</summary>
    public const uint StoragePools = 1002;

    /// <summary><see cref="Groups.ResourceGroupRecord"/> by name.</summary>
    public const uint ResourceGroups = 1003;

    /// <summary><see cref="Databases.DatabasePlacement"/> by database name.</summary>
    public const uint DatabasePlacements = 1004;

    /// <summary><see cref="Nodes.NodeIdCounter"/>: one row.</summary>
    public const uint NodeIdCounters = 1005;
}
