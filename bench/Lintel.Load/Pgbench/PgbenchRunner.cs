using System.Globalization;
using System.Text.RegularExpressions;
using Lintel.Load.Servers;

namespace Lintel.Load.Pgbench;

/// <summary>Runs pgbench, the real one, and reads what it prints and logs.</summary>
internal sealed partial class PgbenchRunner(string folder)
{
    private const string Program = "/usr/lib/postgresql/15/bin/pgbench";

    /// <summary>Creates and fills the tables. Returns how long that took.</summary>
    public static async Task<TimeSpan> InitializeAsync(IBenchServer server, int scale)
    {
        if (!File.Exists(Program)) throw new BenchmarkException("pgbench is not there: install the Debian package postgresql-15");
        long began = TimeProvider.System.GetTimestamp();
        await Shell.RunAsync(Program, ["-i", "-q", "-s", Text(scale), .. server.Connection, server.Database]);
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>One run. Serialization failures are retried by pgbench; any other error fails the benchmark.</summary>
    public async Task<PgbenchFigures> RunAsync(IBenchServer server, PgbenchScript script, string mode, int clients, int seconds)
    {
        string prefix = Path.Combine(folder, "latencies");
        foreach (string old in Directory.GetFiles(folder, "latencies*")) File.Delete(old);
        double cpuBefore = server.CpuSeconds;
        (_, string output) = await Shell.RunAsync(
            Program,
            [
                "-n", "-b", script.BuiltIn, "-M", mode, "-c", Text(clients), "-j", Text(Math.Min(clients, 2)), "-T", Text(seconds),
                "--max-tries=100", "-l", $"--log-prefix={prefix}", .. server.Connection, server.Database,
            ],
            folder);
        double cpu = server.CpuSeconds - cpuBefore;
        double[] latencies = [.. Directory.GetFiles(folder, "latencies*").SelectMany(Latencies).Order()];
        if (latencies.Length == 0 || Aborted().IsMatch(output)) throw new BenchmarkException($"pgbench on {server.Name}:\n{output}");
        return new PgbenchFigures(
            server.Name,
            script.Title,
            mode,
            clients,
            double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture),
            latencies[latencies.Length / 2],
            latencies[(int)(latencies.Length * 0.99)],
            latencies.Length / cpu,
            Retried().Match(output) is { Success: true } found ? long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) : 0);
    }

    // A line of the log: client, transaction number, microseconds, script, seconds, microseconds of the second, retries.
    private static IEnumerable<double> Latencies(string file) => File.ReadLines(file)
        .Select(line => line.Split(' '))
        .Where(fields => fields.Length > 2)
        .Select(fields => double.TryParse(fields[2], CultureInfo.InvariantCulture, out double micros) ? micros / 1000 : double.NaN)
        .Where(value => !double.IsNaN(value));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);


    private static Regex Tps() => NumberAfter("tps = ");

    private static Regex Retried() => NumberAfter("number of transactions retried: ");

    private static Regex NumberAfter(string words) =>
        new(words + "([0-9.]+)", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    [GeneratedRegex("aborted|Run was aborted", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Aborted();
}
