using System.Diagnostics;
using Lintel.Primitives.Errors;

namespace Lintel.Cli.Local;

/// <summary>A node in a process of its own: this program, started again with `node start`.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly string _configuration;
    private readonly string _log;
    private Process _process;

    private NodeProcess(string name, string configuration, string log, Process process) =>
        (Name, _configuration, _log, _process) = (name, configuration, log, process);

    /// <summary>The node's name.</summary>
    public string Name { get; }

    /// <summary>The process now.</summary>
    public int Id => _process.Id;

    /// <summary>Completes when the process ends.</summary>
    public Task WhenEnded => _process.WaitForExitAsync();

    /// <summary>Starts it.</summary>
    public static NodeProcess Start(string name, string configuration, string log) =>
        new(name, configuration, log, Launch(configuration, log));

    /// <summary>Ends it at once, as a power failure would: kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it anew.</summary>
    public void Restart()
    {
        _process.Dispose();
        _process = Launch(_configuration, _log);
    }

    /// <summary>Asks it to stop, and waits; kills it when it does not.</summary>
    public async Task StopAsync()
    {
        if (_process.HasExited) return;
        // It runs in the same terminal group and may have had the Ctrl-C already; a second request is harmless.
        using (Process? term = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await term.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15), TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();

    private static Process Launch(string configuration, string log)
    {
        string program = System.Environment.ProcessPath ?? throw new LintelException(ErrorCode.NotSupported, "this program does not know its own path");
        var start = new ProcessStartInfo(program) { UseShellExecute = false };
        // Under `dotnet lintel.dll` the program is dotnet, and needs to be told what to run.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(NodeProcess).Assembly.Location);
        foreach (string argument in new[] { "node", "start", "--config", configuration, "--log", log }) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new LintelException(ErrorCode.Unavailable, $"{program} could not be started");
    }
}
