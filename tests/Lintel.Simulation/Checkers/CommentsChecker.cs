using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// Who sees an insert sees every insert that was acknowledged before that one began: the reversal of cause and effect
/// that serializability alone allows and external consistency forbids. Commit wait and honest clocks are what prevents it.
/// </summary>
public static class CommentsChecker
{
    /// <summary>The reads that see an effect without its cause.</summary>
    public static IReadOnlyList<Anomaly> Check(History<CommentsOperation> history)
    {
        var inserts = new SortedDictionary<long, Operation<CommentsOperation>>();
        foreach (Operation<CommentsOperation> operation in history.Operations)
        {
            if (operation.Payload is CommentsOperation.Insert insert) inserts.Add(insert.Id, operation);
        }

        var anomalies = new List<Anomaly>();
        foreach (Operation<CommentsOperation> read in history.Operations)
        {
            if (anomalies.Count >= Anomaly.Enough) break;
            if (read is { Outcome: OperationOutcome.Ok, Payload: CommentsOperation.Read { Ids: { } ids } })
                CheckRead(read, ids, inserts, anomalies);
        }

        return anomalies;
    }

    private static void CheckRead(
        Operation<CommentsOperation> read, IReadOnlyList<long> ids,
        SortedDictionary<long, Operation<CommentsOperation>> inserts, List<Anomaly> anomalies)
    {
        var seen = new HashSet<long>(ids);
        Operation<CommentsOperation>? effect = null;
        foreach (long id in ids)
        {
            if (!inserts.TryGetValue(id, out Operation<CommentsOperation>? insert) || insert.Outcome is OperationOutcome.Fail)
                anomalies.Add(new Anomaly("phantom", $"comment {id} was never inserted, and shows in {read}"));
            else if (effect is null || insert.InvokeOrder > effect.InvokeOrder)
                effect = insert;
        }

        foreach ((long id, Operation<CommentsOperation> cause) in inserts)
        {
            if (anomalies.Count >= Anomaly.Enough) return;
            if (cause.Outcome is not OperationOutcome.Ok || seen.Contains(id)) continue;
            if (cause.Precedes(read))
                anomalies.Add(new Anomaly("stale read", $"comment {id} was acknowledged before\n  {read}\n  {cause}"));
            else if (effect is not null && cause.Precedes(effect))
                anomalies.Add(new Anomaly("causal reverse", $"the effect shows without its cause:\n  {read}\n  {cause}\n  {effect}"));
        }
    }
}
