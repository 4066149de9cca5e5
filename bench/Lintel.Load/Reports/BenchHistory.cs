using System.Globalization;
using System.Text.Json;
using Lintel.Load.Servers;

namespace Lintel.Load.Reports;

/// <summary>Results as JSON lines in <c>bench/history</c>, each with its time, commit and machine; compared only on one machine.</summary>
internal static class BenchHistory
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Appends one line.</summary>
    public static async Task AppendAsync(string repository, string benchmark, object results)
    {
        (_, string commit) = await Shell.RunAsync("git", ["-C", repository, "rev-parse", "--short", "HEAD"], mayFail: true);
        string folder = Path.Combine(repository, "bench", "history");
        Directory.CreateDirectory(folder);
        var line = new
        {
            At = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            Commit = commit.Trim(),
            Cores = Environment.ProcessorCount,
            Processor = Processor(),
            Results = results,
        };
        await File.AppendAllTextAsync(Path.Combine(folder, $"{benchmark}.jsonl"), JsonSerializer.Serialize(line, Options) + "\n");
    }

    private static string Processor() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";
}
