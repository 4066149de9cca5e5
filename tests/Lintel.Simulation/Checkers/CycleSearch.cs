namespace Lintel.Simulation.Checkers;

/// <summary>A cycle of dependencies and the name of the anomaly it shows.</summary>
internal sealed record Cycle(string Kind, IReadOnlyList<(int From, Dependency Edge)> Steps);

/// <summary>
/// Finds the anomalies of a dependency graph, the gravest first: G0 (writes only), G1c (writes and reads), G-single
/// (exactly one anti-dependency), G2-item (more); each first with dependencies alone, then with the order of sessions
/// ("-process"), then with real time ("-realtime"). A component that has been explained is not reported again.
/// </summary>
internal sealed class CycleSearch(DependencyGraph graph)
{
    // Per component: enough to find a short cycle, and bounded when thousands of transactions are tangled up.
    private const int StartsTried = 300;
    private const DependencyKinds Writes = DependencyKinds.WriteWrite;
    private const DependencyKinds Flow = DependencyKinds.WriteWrite | DependencyKinds.WriteRead;
    private readonly HashSet<int> _explained = [];
    private readonly List<Cycle> _cycles = [];

    public List<Cycle> Run()
    {
        Search("", DependencyKinds.None);
        Search("-process", DependencyKinds.Process);
        Search("-realtime", DependencyKinds.Process | DependencyKinds.RealTime);
        return _cycles;
    }

    private void Search(string suffix, DependencyKinds order)
    {
        Explain($"G0{suffix}", Writes | order, Writes, Writes | order);
        Explain($"G1c{suffix}", Flow | order, DependencyKinds.WriteRead, Flow | order);
        Explain($"G-single{suffix}", Flow | DependencyKinds.ReadWrite | order, DependencyKinds.ReadWrite, Flow | order);
        DependencyKinds all = Flow | DependencyKinds.ReadWrite | order;
        Explain($"G2-item{suffix}", all, DependencyKinds.ReadWrite, all);
    }

    // A cycle is one edge of the first kind, and a way back over the rest.
    private void Explain(string kind, DependencyKinds component, DependencyKinds first, DependencyKinds back)
    {
        foreach (List<int> members in graph.Components(component))
        {
            if (_cycles.Count >= Anomaly.Enough) return;
            if (members.Exists(_explained.Contains)) continue;
            if (ShortestCycle(members, first, back) is not { } steps) continue;
            _cycles.Add(new Cycle(kind, steps));
            _explained.UnionWith(members);
        }
    }

    private List<(int From, Dependency Edge)>? ShortestCycle(List<int> members, DependencyKinds first, DependencyKinds back)
    {
        var within = new HashSet<int>(members);
        List<(int From, Dependency Edge)>? shortest = null;
        int tried = 0;
        foreach (int from in members)
        {
            foreach (Dependency edge in graph.From(from))
            {
                if ((edge.Kind & first) == DependencyKinds.None || !within.Contains(edge.To)) continue;
                if (tried++ > StartsTried) return shortest;
                if (graph.Path(edge.To, from, back, within) is not { } path) continue;
                if (shortest is null || path.Count + 1 < shortest.Count) shortest = [(from, edge), .. path];
                if (shortest.Count == 2) return shortest;
            }
        }

        return shortest;
    }
}
