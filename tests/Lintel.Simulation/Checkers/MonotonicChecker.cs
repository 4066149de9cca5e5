using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// Values inserted as "largest plus one" are unique, and grow with commit timestamps and with real time.
/// </summary>
public static class MonotonicChecker
{
    /// <summary>The pairs of inserts that are out of order.</summary>
    public static IReadOnlyList<Anomaly> Check(History<MonotonicInsert> history)
    {
        var inserts = new List<Operation<MonotonicInsert>>();
        foreach (Operation<MonotonicInsert> operation in history.Operations)
        {
            if (operation.Outcome is OperationOutcome.Ok && operation.Payload.Value is not null) inserts.Add(operation);
        }

        inserts.Sort(static (a, b) => (a.Payload.Value!.Value, a.Number).CompareTo((b.Payload.Value!.Value, b.Number)));
        var anomalies = new List<Anomaly>();
        Operation<MonotonicInsert>? lastInvoked = null;
        for (int i = 0; i < inserts.Count && anomalies.Count < Anomaly.Enough; i++)
        {
            Operation<MonotonicInsert> now = inserts[i];
            if (i > 0) Compare(inserts[i - 1], now, anomalies);
            if (lastInvoked is not null && now.Precedes(lastInvoked))
                anomalies.Add(new Anomaly("against real time", $"the smaller value came later:\n  {lastInvoked}\n  {now}"));
            if (lastInvoked is null || now.InvokeOrder > lastInvoked.InvokeOrder) lastInvoked = now;
        }

        return anomalies;
    }

    private static void Compare(
        Operation<MonotonicInsert> before, Operation<MonotonicInsert> now, List<Anomaly> anomalies)
    {
        if (before.Payload.Value == now.Payload.Value)
            anomalies.Add(new Anomaly("duplicate", $"one value was inserted twice:\n  {before}\n  {now}"));
        else if (before.Payload.Committed >= now.Payload.Committed)
            anomalies.Add(new Anomaly("timestamps inverted", $"the larger value has no later timestamp:\n  {before}\n  {now}"));
    }
}
