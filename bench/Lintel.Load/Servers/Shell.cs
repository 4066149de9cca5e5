using System.Diagnostics;

namespace Lintel.Load.Servers;

/// <summary>Runs other programs.</summary>
internal static class Shell
{
    /// <summary>Runs a program to its end. Throws with what it printed when it fails, unless <paramref name="mayFail"/>.</summary>
    public static async Task<(int Exit, string Output)> RunAsync(
        string program, IEnumerable<string> arguments, string? folder = null, bool mayFail = false)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        string text = await output + await errors;
        if (process.ExitCode != 0 && !mayFail)
            throw new BenchmarkException($"{program} {string.Join(' ', arguments)}\nended with {process.ExitCode}:\n{text}");
        return (process.ExitCode, text);
    }
}

/// <summary>The benchmark cannot go on; the message is for the person who ran it.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
