using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>A read that goes from the last link of a chain to the first finds no gap: what one client did in order shows in order.</summary>
public static class SequentialChecker
{
    /// <summary>The reads with gaps.</summary>
    public static IReadOnlyList<Anomaly> Check(History<SequentialOperation> history)
    {
        var anomalies = new List<Anomaly>();
        foreach (Operation<SequentialOperation> operation in history.Operations)
        {
            if (operation.Outcome is not OperationOutcome.Ok || anomalies.Count >= Anomaly.Enough) continue;
            if (operation.Payload is not SequentialOperation.Read { Written: { } written }) continue;
            if (HasGap(written))
                anomalies.Add(new Anomaly("gap", $"a later link shows and an earlier one does not: {operation}"));
        }

        return anomalies;
    }

    private static bool HasGap(IReadOnlyList<bool> written)
    {
        for (int i = 1; i < written.Count; i++)
        {
            if (written[i] && !written[i - 1]) return true;
        }

        return false;
    }
}
