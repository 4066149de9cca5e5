using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// No two reads see two writes in opposite orders: of any two reads of a group, one saw all that the other saw. What
/// snapshot isolation on replicas with different orders gets wrong (Sovran et al., 2011).
/// </summary>
public static class LongForkChecker
{
    /// <summary>The pairs of reads that fork.</summary>
    public static IReadOnlyList<Anomaly> Check(History<LongForkOperation> history)
    {
        var groups = new SortedDictionary<int, List<Operation<LongForkOperation>>>();
        foreach (Operation<LongForkOperation> operation in history.Operations)
        {
            if (operation.Outcome is not OperationOutcome.Ok) continue;
            if (operation.Payload is not LongForkOperation.Read { Written: not null } read) continue;
            if (!groups.TryGetValue(read.Group, out var list)) groups[read.Group] = list = [];
            list.Add(operation);
        }

        var anomalies = new List<Anomaly>();
        foreach (List<Operation<LongForkOperation>> reads in groups.Values)
        {
            // By number of keys seen: without a fork each read saw all that the one before it saw.
            reads.Sort(static (a, b) => (Seen(a), a.Number).CompareTo((Seen(b), b.Number)));
            for (int i = 1; i < reads.Count && anomalies.Count < Anomaly.Enough; i++)
            {
                if (!Contains(reads[i], reads[i - 1]))
                    anomalies.Add(new Anomaly("long fork", $"neither saw what the other saw:\n  {reads[i - 1]}\n  {reads[i]}"));
            }
        }

        return anomalies;
    }

    private static IReadOnlyList<bool> Written(Operation<LongForkOperation> read) =>
        ((LongForkOperation.Read)read.Payload).Written!;

    private static int Seen(Operation<LongForkOperation> read) => Written(read).Count(written => written);

    private static bool Contains(Operation<LongForkOperation> larger, Operation<LongForkOperation> smaller)
    {
        for (int i = 0; i < Written(larger).Count; i++)
        {
            if (Written(smaller)[i] && !Written(larger)[i]) return false;
        }

        return true;
    }
}
