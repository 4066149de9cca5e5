using Lintel.Primitives.Identifiers;

namespace Lintel.Environment.TrueTime.Elected;

/// <summary>
/// What the other nodes last said of the cluster's time, carried on by this node's clock. An answer counts while it is
/// fresh and its giver belongs to the cluster.
/// </summary>
internal sealed class PeerClocks(long freshFor, long growthPpm)
{
    private readonly SortedDictionary<NodeId, Said> _said = [];

    internal void Hear(NodeId from, long at, ClockBound? bound) => _said[from] = new Said(at, bound);

    internal void Forget() => _said.Clear();

    /// <summary>
    /// Whether <paramref name="mine"/> meets the bounds of a majority of the nodes that have one, this node counted
    /// among them. Nobody else has one: nothing speaks against it.
    /// </summary>
    internal bool MajorityMeets(ClockBound mine, IReadOnlyList<NodeId> others)
    {
        (int known, int meeting) = (1, 1);
        foreach (ClockBound bound in Fresh(others, mine.At))
        {
            known++;
            if (bound.Meets(mine)) meeting++;
        }

        return meeting > known / 2;
    }

    /// <summary>Whether every other node said, freshly, that it does not know the time.</summary>
    internal bool NobodyKnows(IReadOnlyList<NodeId> others, long now) =>
        others.All(node => _said.TryGetValue(node, out Said said) && now - said.At <= freshFor && said.Bound is null);

    /// <summary>
    /// The instants on which the most of the others agree (Marzullo's algorithm), if they are a majority of the whole
    /// cluster: what a node that knows nothing may take for the time.
    /// </summary>
    internal ClockBound? MajorityBound(IReadOnlyList<NodeId> others, long now)
    {
        var edges = new List<(long Instant, int Step)>();
        foreach (ClockBound bound in Fresh(others, now))
        {
            edges.Add((bound.Low, -1));
            edges.Add((bound.High, 1));
        }

        // At one instant, what begins there comes before what ends there: bounds are closed.
        edges.Sort();
        (int depth, int best, ClockBound found) = (0, 0, default);
        for (int i = 0; i < edges.Count; i++)
        {
            depth -= edges[i].Step;
            if (depth <= best || edges[i].Step > 0) continue;
            best = depth;
            found = new ClockBound(now, edges[i].Instant, edges[i + 1].Instant);
        }

        return best > (others.Count + 1) / 2 ? found : null;
    }

    private IEnumerable<ClockBound> Fresh(IReadOnlyList<NodeId> others, long now)
    {
        foreach (NodeId node in others)
        {
            if (_said.TryGetValue(node, out Said said) && said.Bound is { } bound && now - said.At <= freshFor)
                yield return bound.MovedTo(now, growthPpm);
        }
    }

    private readonly record struct Said(long At, ClockBound? Bound);
}
