using System.Text;
using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// Strict serializability of transactions over append-only lists, after Elle (Kingsbury and Alvaro, 2020). Because a
/// list shows the order of its appends, reads reveal who wrote before whom; that gives a graph of dependencies
/// (write-write, write-read, read-write) to which the order of each client and of real time are added. Any cycle is an
/// anomaly, named by the kinds of edges in it; see <see cref="CycleSearch"/>. Besides cycles: reads of failed or
/// unfinished writes (G1a, G1b), reads that disagree, duplicates, lost appends.
///
/// An unknown transaction takes part once one of its appends is seen; its own reads say nothing.
/// </summary>
public static class AppendChecker
{
    /// <summary>The anomalies of a history, gravest first; at most <see cref="Anomaly.Enough"/>.</summary>
    public static IReadOnlyList<Anomaly> Check(History<AppendTransaction> history)
    {
        var anomalies = new List<Anomaly>();
        var versions = new VersionOrders(history, anomalies);
        ReportLost(history, versions, anomalies);
        if (anomalies.Exists(anomaly => anomaly.Kind is "incompatible order" or "duplicate")) return anomalies;
        DependencyGraph graph = BuildGraph(history, versions);
        foreach (Cycle cycle in new CycleSearch(graph).Run()) anomalies.Add(new Anomaly(cycle.Kind, Describe(history, cycle)));
        return anomalies;
    }

    // Acknowledged, never seen, and read past: a read of the list that began after the answer does not have it.
    private static void ReportLost(History<AppendTransaction> history, VersionOrders versions, List<Anomaly> anomalies)
    {
        foreach (Operation<AppendTransaction> reader in history.Operations)
        {
            if (reader.Outcome is not OperationOutcome.Ok) continue;
            foreach (AppendStep step in reader.Payload.Steps)
            {
                if (step.Read is null) continue;
                foreach ((long value, Operation<AppendTransaction> writer) in versions.UnseenOf(step.Key))
                {
                    if (!writer.Precedes(reader) || anomalies.Count >= Anomaly.Enough) continue;
                    anomalies.Add(new Anomaly("lost append", $"k{step.Key} lost {value}:\n  {writer}\n  {reader}"));
                }
            }
        }
    }

    private static DependencyGraph BuildGraph(History<AppendTransaction> history, VersionOrders versions)
    {
        var graph = new DependencyGraph(history.Operations.Count);
        var seen = new HashSet<int>();
        foreach ((int key, List<long> order) in versions.Orders)
        {
            foreach (long value in order)
            {
                if (versions.WriterOf(key, value) is { } writer) seen.Add(writer.Number);
            }

            AddWriteOrder(graph, versions, key, order);
        }

        foreach (Operation<AppendTransaction> operation in history.Operations)
        {
            if (operation.Outcome is OperationOutcome.Ok) AddReads(graph, versions, operation);
        }

        AddClientAndRealTimeOrder(graph, history, seen);
        return graph;
    }

    private static void AddWriteOrder(DependencyGraph graph, VersionOrders versions, int key, List<long> order)
    {
        for (int i = 1; i <= order.Count; i++)
        {
            if (versions.WriterOf(key, order[i - 1]) is not { } before) continue;
            foreach ((long value, Operation<AppendTransaction> after) in Successors(versions, key, i))
                graph.Add(before.Number, new Dependency(after.Number, DependencyKinds.WriteWrite, key, value));
        }
    }

    private static void AddReads(DependencyGraph graph, VersionOrders versions, Operation<AppendTransaction> reader)
    {
        for (int i = 0; i < reader.Payload.Steps.Count; i++)
        {
            AppendStep step = reader.Payload.Steps[i];
            if (step.Read is null) continue;
            int length = VersionOrders.ExternalLength(reader, i);
            if (length > 0 && versions.WriterOf(step.Key, step.Read[length - 1]) is { } writer)
            {
                graph.Add(
                    writer.Number,
                    new Dependency(reader.Number, DependencyKinds.WriteRead, step.Key, step.Read[length - 1]));
            }

            foreach ((long value, Operation<AppendTransaction> after) in Successors(versions, step.Key, length))
                graph.Add(reader.Number, new Dependency(after.Number, DependencyKinds.ReadWrite, step.Key, value));
        }
    }

    // Who wrote over the version of this length: the next in order or, past the last one read, all appends never seen.
    private static IEnumerable<(long Value, Operation<AppendTransaction> Writer)> Successors(
        VersionOrders versions, int key, int length)
    {
        List<long> order = versions.OrderOf(key);
        if (length >= order.Count) return versions.UnseenOf(key);
        return versions.WriterOf(key, order[length]) is { } writer ? [(order[length], writer)] : [];
    }

    // The frontier holds the answered operations that nothing answered yet came after: edges from it imply the rest.
    private static void AddClientAndRealTimeOrder(DependencyGraph graph, History<AppendTransaction> history, HashSet<int> seen)
    {
        var events = new List<(long Order, Operation<AppendTransaction> Operation, bool IsInvocation)>();
        foreach (Operation<AppendTransaction> operation in history.Operations)
        {
            bool isOk = operation.Outcome is OperationOutcome.Ok;
            if (!isOk && (operation.Outcome is OperationOutcome.Fail || !seen.Contains(operation.Number))) continue;
            events.Add((operation.InvokeOrder, operation, true));
            if (isOk) events.Add((operation.CompleteOrder, operation, false));
        }

        events.Sort(static (a, b) => a.Order.CompareTo(b.Order));
        var frontier = new List<Operation<AppendTransaction>>();
        var lastOf = new Dictionary<int, Operation<AppendTransaction>>();
        foreach ((_, Operation<AppendTransaction> operation, bool isInvocation) in events)
        {
            if (!isInvocation)
            {
                frontier.RemoveAll(earlier => earlier.Precedes(operation));
                frontier.Add(operation);
                lastOf[operation.Client] = operation;
                continue;
            }

            foreach (Operation<AppendTransaction> earlier in frontier)
                graph.Add(earlier.Number, new Dependency(operation.Number, DependencyKinds.RealTime, 0, 0));
            if (lastOf.TryGetValue(operation.Client, out Operation<AppendTransaction>? last))
                graph.Add(last.Number, new Dependency(operation.Number, DependencyKinds.Process, 0, 0));
        }
    }

    private static string Describe(History<AppendTransaction> history, Cycle cycle)
    {
        var text = new StringBuilder($"a cycle of {cycle.Steps.Count}\n");
        foreach ((int from, Dependency edge) in cycle.Steps)
        {
            text.Append($"  {history.Operations[from]}\n");
            text.Append(edge.Kind switch
            {
                DependencyKinds.WriteWrite => $"    its append to k{edge.Key} is followed by {edge.Value} of #{edge.To}\n",
                DependencyKinds.WriteRead => $"    its {edge.Value} in k{edge.Key} was read by #{edge.To}\n",
                DependencyKinds.ReadWrite => $"    it did not see {edge.Value} in k{edge.Key} of #{edge.To}\n",
                DependencyKinds.Process => $"    the same client then asked for #{edge.To}\n",
                _ => $"    it was answered before #{edge.To} was invoked\n",
            });
        }

        return text.ToString();
    }
}
