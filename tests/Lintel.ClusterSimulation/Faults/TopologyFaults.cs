using Lintel.ClusterSimulation.Cluster;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.ClusterSimulation.Faults;

/// <summary>Divides splits, hands leases over and moves replicas, as an operator would; whether it works is no matter.</summary>
internal sealed class TopologyFaults(SimulatedCluster cluster, Prng random)
{
    private bool _moves;

    /// <summary>Divides at a key.</summary>
    public void Divide(ClusterNode through, Key at) => _ = cluster.DivideAsync(through, at);

    /// <summary>Asks some split that is led by somebody to be led by <paramref name="target"/>.</summary>
    public void Transfer(ClusterNode through, ClusterNode target)
    {
        if (Pick(through) is { } split)
            _ = SendAsync(through, split.Descriptor, new TransferLease(split.Descriptor.Address, target.Machine.Id));
    }

    /// <summary>Takes one replica of some split away, or gives one back; one such change at a time.</summary>
    public void Move(ClusterNode through)
    {
        if (_moves || Pick(through) is not { } split || split.Split == SplitId.System) return;
        SplitReplicaPlace[] all = [.. cluster.Nodes.Select(node => new SplitReplicaPlace(node.Machine.Id, ReplicaRole.Voter))];
        var places = new List<SplitReplicaPlace>(all);
        if (split.Descriptor.Replicas.Count >= all.Length) places.RemoveAt(random.Next(places.Count));
        _moves = true;
        _ = MoveAsync(through, split.Descriptor, places);
    }

    private async Task MoveAsync(ClusterNode through, SplitDescriptor split, List<SplitReplicaPlace> places)
    {
        try
        {
            await SendAsync(through, split, new ChangeReplicas(split.Address, places));
        }
        finally
        {
            _moves = false;
        }
    }

    private SplitReplica? Pick(ClusterNode node) =>
        node.Store is { Replicas: { Count: > 0 } replicas } ? random.Pick(replicas) : null;

    private async Task SendAsync(ClusterNode through, SplitDescriptor split, SplitRequest request)
    {
        try
        {
            SplitReply? reply = await through.Machine.CallAsync(
                async () => through.Router is { } router ? await router.SendAsync(request) : null);
            cluster.World.Note("faults", $"{request.GetType().Name} of {split.Split}: {reply?.GetType().Name}");
        }
        catch (NodeGoneException)
        {
            // The node that asked crashed: the change is made, or it is not.
        }
        catch (LintelException failure)
        {
            cluster.World.Note("faults", $"{request.GetType().Name} of {split.Split}: {failure.Error.Code}");
        }
    }
}
