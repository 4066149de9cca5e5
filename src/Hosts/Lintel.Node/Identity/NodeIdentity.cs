using Lintel.Primitives.Identifiers;
using Lintel.Splits.Store;

namespace Lintel.Node.Identity;

/// <summary>Who a node is, for ever: kept in its data directory, whatever its configuration says later.</summary>
/// <param name="Name">The name it began with.</param>
/// <param name="Store">Its store; drawn once.</param>
/// <param name="Cluster">The cluster; default while it has not been admitted to one.</param>
/// <param name="Node">The id the cluster knows it by; none while it has not been admitted.</param>
/// <param name="Stage">How far its beginning got.</param>
public sealed record NodeIdentity(string Name, StoreId Store, ClusterId Cluster, NodeId Node, IdentityStage Stage);

/// <summary>How far the beginning of a node got. The numbers are on disk.</summary>
public enum IdentityStage : byte
{
    /// <summary>It has a store id, and asks a cluster to be admitted.</summary>
    Joining = 1,

    /// <summary>It has a node id; its log and its ordered store may be incomplete, and hold nothing that anybody relies on.</summary>
    Creating = 2,

    /// <summary>Log and ordered store are there. If one of them is missing from now on, something was lost.</summary>
    Ready = 3,
}
