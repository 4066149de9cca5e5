using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Host;

/// <summary>
/// Begins a cluster: the system split, alone, over the whole key space, on the nodes that the configuration names. Its
/// leaseholder records its descriptor in the meta range as soon as it has a lease; everything else comes from divisions.
/// </summary>
public static class ClusterBootstrap
{
    /// <summary>The first descriptor of the system split.</summary>
    public static SplitDescriptor SystemSplit(IReadOnlyList<NodeId> nodes)
    {
        var replicas = new SplitReplicaPlace[nodes.Count];
        for (int i = 0; i < replicas.Length; i++) replicas[i] = new(nodes[i], ReplicaRole.Voter);
        Array.Sort(replicas, static (a, b) => a.Node.CompareTo(b.Node));
        return new SplitDescriptor(SplitId.System, 1, KeySpan.All, replicas);
    }

    /// <summary>
    /// Creates this node's replica of the system split, if the store is new and the node is one of those named. A store
    /// that was opened before is left alone: its replica is there, or was moved away.
    /// </summary>
    public static async Task BeginAsync(SplitStore store, SplitDescriptor system)
    {
        if (!store.IsNew || !system.IsOn(store.Services.Self)) return;
        await store.CreateAsync(system);
    }
}
