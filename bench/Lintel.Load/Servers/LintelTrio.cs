using System.Diagnostics;
using System.Globalization;

namespace Lintel.Load.Servers;

/// <summary>Lintel as a user starts it: <c>lintel up --processes</c>, three nodes, three replicas, every default.</summary>
internal sealed class LintelTrio : IBenchServer
{
    // Peers listen from port-base + 1, SQL from here, HTTP ten further on.
    private const int FirstSqlPort = 11;

    private readonly Process _up;
    private readonly int _port;

    private LintelTrio(Process up, int port)
    {
        _up = up;
        _port = port;
    }

    public string Name => "Lintel";

    public string Database => "bank";

    public IReadOnlyList<string> Connection =>
        ["-h", "127.0.0.1", "-p", _port.ToString(CultureInfo.InvariantCulture), "-U", "admin"];

    public double CpuSeconds => ProcessTree.CpuSeconds([_up.Id]);

    public long ResidentBytes => ProcessTree.ResidentBytes([_up.Id]);

    /// <summary>Starts a cluster with its data in <paramref name="folder"/>, its ports counted from <paramref name="portBase"/>.</summary>
    public static async Task<LintelTrio> StartAsync(string program, string spec, string folder, int portBase)
    {
        var start = new ProcessStartInfo(
            program,
            ["up", "--processes", "--data", folder, "--spec", spec, "--port-base", portBase.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process up = Process.Start(start) ?? throw new BenchmarkException($"{program} did not start");
        var printed = new System.Collections.Concurrent.ConcurrentQueue<string>();
        up.OutputDataReceived += (_, line) => printed.Enqueue(line.Data ?? "");
        up.ErrorDataReceived += (_, line) => printed.Enqueue(line.Data ?? "");
        up.BeginOutputReadLine();
        up.BeginErrorReadLine();
        var trio = new LintelTrio(up, portBase + FirstSqlPort);
        for (int second = 0; second < 60; second++)
        {
            if (up.HasExited) break;
            (int exit, _) = await Shell.RunAsync("psql", ["-qtc", "select 1", .. trio.Connection, trio.Database], mayFail: true);
            if (exit == 0) return trio;
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        await trio.DisposeAsync();
        throw new BenchmarkException($"lintel up did not come up:\n{string.Join('\n', printed)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_up.HasExited)
        {
            await Shell.RunAsync("kill", ["-TERM", _up.Id.ToString(CultureInfo.InvariantCulture)], mayFail: true);
            await _up.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        }

        _up.Dispose();
    }
}
