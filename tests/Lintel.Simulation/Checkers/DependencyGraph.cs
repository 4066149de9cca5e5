namespace Lintel.Simulation.Checkers;

/// <summary>One reason why a transaction comes before another.</summary>
/// <param name="To">The later transaction.</param>
/// <param name="Kind">The reason.</param>
/// <param name="Key">The list it is about, for dependencies.</param>
/// <param name="Value">The value it is about, for dependencies.</param>
internal readonly record struct Dependency(int To, DependencyKinds Kind, int Key, long Value);

/// <summary>Transactions and their dependencies, with what cycle search needs: components and shortest paths.</summary>
internal sealed class DependencyGraph(int count)
{
    private readonly List<Dependency>?[] _edges = new List<Dependency>?[count];

    public int Count => count;

    public IReadOnlyList<Dependency> From(int transaction) => _edges[transaction] ?? [];

    public void Add(int from, Dependency dependency)
    {
        if (from != dependency.To) (_edges[from] ??= []).Add(dependency);
    }

    /// <summary>The strongly connected components of more than one transaction, over some kinds of edges (Tarjan 1972).</summary>
    public List<List<int>> Components(DependencyKinds kinds)
    {
        var components = new List<List<int>>();
        var index = new int[count];
        var low = new int[count];
        var onStack = new bool[count];
        var stack = new Stack<int>();
        var work = new Stack<(int Node, int Edge)>();
        int next = 0;
        for (int root = 0; root < count; root++)
        {
            if (index[root] != 0) continue;
            work.Push((root, 0));
            while (work.TryPop(out (int Node, int Edge) frame))
            {
                (int node, int edge) = frame;
                if (edge == 0) Enter(node);
                if (Descend(node, edge)) continue;
                if (low[node] == index[node]) Collect(node);
                if (work.TryPeek(out (int Node, int Edge) parent)) low[parent.Node] = Math.Min(low[parent.Node], low[node]);
            }
        }

        return components;

        void Enter(int node)
        {
            index[node] = low[node] = ++next;
            stack.Push(node);
            onStack[node] = true;
        }

        bool Descend(int node, int edge)
        {
            IReadOnlyList<Dependency> edges = From(node);
            for (; edge < edges.Count; edge++)
            {
                if ((edges[edge].Kind & kinds) == DependencyKinds.None) continue;
                int to = edges[edge].To;
                if (index[to] == 0)
                {
                    work.Push((node, edge + 1));
                    work.Push((to, 0));
                    return true;
                }

                if (onStack[to]) low[node] = Math.Min(low[node], index[to]);
            }

            return false;
        }

        void Collect(int node)
        {
            var members = new List<int>();
            int member;
            do
            {
                member = stack.Pop();
                onStack[member] = false;
                members.Add(member);
            }
            while (member != node);
            if (members.Count < 2) return;
            members.Sort();
            components.Add(members);
        }
    }

    /// <summary>
    /// The shortest path between two transactions over some kinds of edges and through <paramref name="within"/> only:
    /// the edges, with the transaction each leaves from. Null when there is none.
    /// </summary>
    public List<(int From, Dependency Edge)>? Path(int from, int to, DependencyKinds kinds, HashSet<int> within)
    {
        var cameBy = new Dictionary<int, (int From, Dependency Edge)>();
        var queue = new Queue<int>([from]);
        while (queue.TryDequeue(out int node))
        {
            foreach (Dependency edge in From(node))
            {
                if ((edge.Kind & kinds) == DependencyKinds.None || !within.Contains(edge.To) || !cameBy.TryAdd(edge.To, (node, edge))) continue;
                if (edge.To == to) return Unwind(cameBy, from, to);
                queue.Enqueue(edge.To);
            }
        }

        return null;
    }

    private static List<(int From, Dependency Edge)> Unwind(
        Dictionary<int, (int From, Dependency Edge)> cameBy, int from, int to)
    {
        var path = new List<(int From, Dependency Edge)>();
        int at = to;
        do
        {
            path.Add(cameBy[at]);
            at = cameBy[at].From;
        }
        while (at != from);
        path.Reverse();
        return path;
    }
}
