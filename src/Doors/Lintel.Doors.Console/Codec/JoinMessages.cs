namespace Lintel.Doors.Console.Codec;

/// <summary>What a node that belongs to no cluster says of itself when it asks to be admitted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Store">Its store; tells a repeated question from another node of that name.</param>
/// <param name="PeerAddress">Where the other nodes reach it.</param>
/// <param name="SqlAddress">Where SQL clients reach it; empty for none.</param>
/// <param name="HttpAddress">Where its HTTP door is; empty for none.</param>
/// <param name="Properties">Its properties, "zone" among them.</param>
public sealed record JoinRequest(
    string Name, Guid Store, string PeerAddress, string SqlAddress, string HttpAddress, SortedDictionary<string, string> Properties);

/// <summary>What an admitted node needs to know.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Node">The id it was given.</param>
/// <param name="Nodes">All nodes, itself among them.</param>
public sealed record JoinAnswer(Guid Cluster, ulong Node, IReadOnlyList<JoinedNode> Nodes);

/// <summary>A node of the cluster and its address.</summary>
public sealed record JoinedNode(ulong Id, string PeerAddress);
