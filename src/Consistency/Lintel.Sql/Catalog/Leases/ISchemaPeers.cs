using Lintel.Primitives.Time;

namespace Lintel.Sql.Catalog.Leases;

/// <summary>The other nodes that run SQL, for a node that changes a schema. The host implements it over its network.</summary>
public interface ISchemaPeers
{
    /// <summary>
    /// Has every other node call <see cref="SchemaLeases.GiveUpAsync"/>. Answers whether all of them have; where one
    /// does not answer soon, its leases are waited out instead, so a wrong "true" breaks invariant Q02 and a "false"
    /// only costs time. Never throws for a node that is not reached.
    /// </summary>
    ValueTask<bool> GiveUpAsync(uint database, Timestamp marked, CancellationToken cancellation);
}

/// <summary>Schema leases of one node.</summary>
/// <param name="Peers">The other nodes; null when this node is the only one that runs SQL.</param>
/// <param name="LeaseFor">How long a lease lasts; the same on every node of the cluster.</param>
public sealed record SchemaLeaseOptions(ISchemaPeers? Peers, TimeSpan LeaseFor)
{
    /// <summary>Leases of three seconds: a read per database and node every other second, while it is used.</summary>
    public static SchemaLeaseOptions Default(ISchemaPeers? peers) => new(peers, TimeSpan.FromSeconds(3));
}
