namespace Lintel.Load.Pgbench;

/// <summary>What one run of pgbench against one server measured.</summary>
/// <param name="Server">Which server.</param>
/// <param name="Script">Which script.</param>
/// <param name="Mode">simple, extended or prepared.</param>
/// <param name="Clients">Concurrent connections.</param>
/// <param name="TransactionsPerSecond">Without connection time, as pgbench counts.</param>
/// <param name="MedianMs">Latency that half of the transactions stay below, retries included.</param>
/// <param name="P99Ms">Latency that 99 of 100 stay below.</param>
/// <param name="TransactionsPerCpuSecond">Transactions for each CPU-second of all server processes.</param>
/// <param name="Retries">Transactions that were run again after a serialization failure.</param>
internal sealed record PgbenchFigures(
    string Server,
    string Script,
    string Mode,
    int Clients,
    double TransactionsPerSecond,
    double MedianMs,
    double P99Ms,
    double TransactionsPerCpuSecond,
    long Retries);
