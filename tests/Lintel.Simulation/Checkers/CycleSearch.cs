namespace Lintel.Simulation.Checkers;

/// <summary>A cycle of dependencies and the name of the anomaly it shows.</summary>
internal sealed record Cycle(string Kind, IReadOnlyList<(int From, Dependency Edge)> Steps);

/// <summary>
/// Finds the anomalies of a dependency graph, the gravest first: G0 (writes only), G1c (writes and reads), G-single
/// (exactly one anti-dependency), G2-item (more); all of them first with dependencies alone, then each with the order of
/// sessions ("-process") and with real time ("-realtime"). A component that has been explained is not reported again.
/// </summary>
internal sealed class CycleSearch(DependencyGraph graph)
{
    // Per component: enough to find a short cycle, and bounded when thousands of transactions are tangled up.
    private const int StartsTried = 300;
    private const DependencyKinds Writes = DependencyKinds.WriteWrite;
    private const DependencyKinds Flow = DependencyKinds.WriteWrite | DependencyKinds.WriteRead;
    private const DependencyKinds All = Flow | DependencyKinds.ReadWrite;
    private static readonly Shape[] Shapes =
    [
        new("G0", Writes, DependencyKinds.WriteWrite, Writes),
        new("G1c", Flow, DependencyKinds.WriteRead, Flow),
        new("G-single", All, DependencyKinds.ReadWrite, Flow),
        new("G2-item", All, DependencyKinds.ReadWrite, All),
    ];

    private readonly HashSet<int> _explained = [];
    private readonly List<Cycle> _cycles = [];

    public List<Cycle> Run()
    {
        DependencyKinds none = DependencyKinds.None;
        foreach (Shape shape in Shapes) Explain(shape.Name, shape.Component, shape.First, shape.Back, none);
        foreach (Shape shape in Shapes)
        {
            Explain($"{shape.Name}-process", shape.Component, shape.First, shape.Back, DependencyKinds.Process);
            Explain(
                $"{shape.Name}-realtime", shape.Component, shape.First, shape.Back,
                DependencyKinds.Process | DependencyKinds.RealTime);
        }

        return _cycles;
    }

    // A cycle is one edge of the first kind, and a way back over the rest.
    private void Explain(
        string kind, DependencyKinds component, DependencyKinds first, DependencyKinds back, DependencyKinds order)
    {
        foreach (List<int> members in graph.Components(component | order))
        {
            if (_cycles.Count >= Anomaly.Enough) return;
            if (members.Exists(_explained.Contains)) continue;
            if (ShortestCycle(members, first, back | order) is not { } steps) continue;
            _cycles.Add(new Cycle(kind, steps));
            _explained.UnionWith(members);
        }
    }

    private List<(int From, Dependency Edge)>? ShortestCycle(List<int> members, DependencyKinds first, DependencyKinds back)
    {
        var within = new HashSet<int>(members);
        List<(int From, Dependency Edge)>? shortest = null;
        foreach ((int from, Dependency edge) in Candidates(members, within, first))
        {
            if (graph.Path(edge.To, from, back, within) is not { } path) continue;
            if (shortest is null || path.Count + 1 < shortest.Count) shortest = [(from, edge), .. path];
            if (shortest.Count == 2) break;
        }

        return shortest;
    }

    // Transactions are numbered by invocation: the edges that go furthest back in time are the likeliest to close a cycle.
    private IEnumerable<(int From, Dependency Edge)> Candidates(
        List<int> members, HashSet<int> within, DependencyKinds first)
    {
        var edges = new List<(int From, Dependency Edge)>();
        foreach (int from in members)
        {
            foreach (Dependency edge in graph.From(from))
            {
                if ((edge.Kind & first) != DependencyKinds.None && within.Contains(edge.To)) edges.Add((from, edge));
            }
        }

        return edges.OrderBy(candidate => candidate.Edge.To - candidate.From).Take(StartsTried);
    }

    private readonly record struct Shape(
        string Name, DependencyKinds Component, DependencyKinds First, DependencyKinds Back);
}
