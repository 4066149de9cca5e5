using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;

namespace Lintel.Environment.TrueTime.Elected;

/// <summary>What an elected clock asks its host, on the store's context.</summary>
/// <param name="Elected">
/// Who is the time source: the node that leads the system split, as far as this node knows; null when it knows of none.
/// A node that is deposed learns of it within <see cref="ElectedClockLimits.DeposedMax"/>.
/// </param>
/// <param name="Others">All other nodes of the cluster, reachable or not.</param>
/// <param name="Floor">An instant that every timestamp assigned so far is at or below, as far as this node knows.</param>
public sealed record ElectedCluster(Func<NodeId?> Elected, Func<IReadOnlyList<NodeId>> Others, Func<Timestamp> Floor);
