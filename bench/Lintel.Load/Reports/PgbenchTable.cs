using System.Globalization;
using Lintel.Load.Pgbench;
using Spectre.Console;

namespace Lintel.Load.Reports;

/// <summary>The comparison as a table for people.</summary>
internal static class PgbenchTable
{
    /// <summary>Prints all pairs.</summary>
    public static void Print(IReadOnlyList<PgbenchPair> pairs)
    {
        var table = new Table().AddColumns(
            "script", "clients", "tps Lintel", "tps PostgreSQL", "ratio", "p50 ms", "p50 ms peer", "p99 ms", "p99 ms peer", "tx/CPU-s", "tx/CPU-s peer", "retries");
        foreach (PgbenchPair pair in pairs)
        {
            table.AddRow(
                pair.Lintel.Script,
                Number(pair.Lintel.Clients, "0"),
                Number(pair.Lintel.TransactionsPerSecond, "0"),
                Number(pair.Peer.TransactionsPerSecond, "0"),
                Number(pair.ThroughputRatio, "0.00"),
                Number(pair.Lintel.MedianMs, "0.00"),
                Number(pair.Peer.MedianMs, "0.00"),
                Number(pair.Lintel.P99Ms, "0.00"),
                Number(pair.Peer.P99Ms, "0.00"),
                Number(pair.Lintel.TransactionsPerCpuSecond, "0"),
                Number(pair.Peer.TransactionsPerCpuSecond, "0"),
                Number(pair.Lintel.Retries, "0"));
        }

        AnsiConsole.Write(table);
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
