using Lintel.Simulation.Histories;

namespace Lintel.Simulation.Checkers;

/// <summary>
/// Every audit sees all accounts, none below zero, with the total that was there at the start: money neither appears
/// nor vanishes, at any timestamp. Catches read skew, half commits, transfers applied twice.
/// </summary>
public static class BankChecker
{
    /// <summary>The audits that do not add up.</summary>
    public static IReadOnlyList<Anomaly> Check(History<BankOperation> history, int accounts, long total)
    {
        var anomalies = new List<Anomaly>();
        foreach (Operation<BankOperation> operation in history.Operations)
        {
            if (operation.Outcome is not OperationOutcome.Ok) continue;
            if (operation.Payload is not BankOperation.Audit { Balances: { } balances }) continue;
            if (anomalies.Count >= Anomaly.Enough) break;
            if (balances.Count != accounts)
                anomalies.Add(new Anomaly("missing account", $"{balances.Count} of {accounts} accounts in {operation}"));
            else if (balances.Sum() != total)
                anomalies.Add(new Anomaly("wrong total", $"{balances.Sum()} instead of {total} in {operation}"));
            else if (balances.Any(balance => balance < 0))
                anomalies.Add(new Anomaly("negative balance", $"{operation}"));
        }

        return anomalies;
    }
}
