using Lintel.Primitives.Time;
using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// Invariant I4 over any history whose operations carry commit timestamps: a transaction that was answered before
/// another began has the smaller timestamp, and a commit timestamp had passed in true time when it was acknowledged.
/// </summary>
public static class CommitOrderChecker
{
    /// <summary>
    /// The pairs out of order, and the commits acknowledged too early. <paramref name="timestampOf"/> gives an operation's
    /// commit timestamp, or null when it has none.
    /// </summary>
    public static IReadOnlyList<Anomaly> Check<T>(History<T> history, Func<T, Timestamp?> timestampOf)
    {
        var anomalies = new List<Anomaly>();
        var byAnswer = new List<(Operation<T> Operation, Timestamp At)>();
        foreach (Operation<T> operation in history.Operations)
        {
            if (operation.Outcome is OperationOutcome.Ok && timestampOf(operation.Payload) is { } at)
                byAnswer.Add((operation, at));
        }

        List<(Operation<T> Operation, Timestamp At)> byInvocation = [.. byAnswer];
        byAnswer.Sort(static (a, b) => a.Operation.CompleteOrder.CompareTo(b.Operation.CompleteOrder));
        (Operation<T> Operation, Timestamp At)? latest = null;
        int answered = 0;
        foreach ((Operation<T> operation, Timestamp at) in byInvocation)
        {
            for (; answered < byAnswer.Count && byAnswer[answered].Operation.Precedes(operation); answered++)
            {
                if (latest is null || byAnswer[answered].At > latest.Value.At) latest = byAnswer[answered];
            }

            if (anomalies.Count >= Anomaly.Enough) break;
            if (latest is { } before && before.At >= at)
                anomalies.Add(new Anomaly("I4 inverted", $"{before.At} before {at}:\n  {before.Operation}\n  {operation}"));
            if (at > operation.Completed)
                anomalies.Add(new Anomaly("I4 early", $"{at} had not passed at {operation.Completed}:\n  {operation}"));
        }

        return anomalies;
    }
}
