using System.CommandLine;
using System.CommandLine.Invocation;
using Lintel.Cli.Commands;
using Lintel.Cli.Output;

namespace Lintel.Cli;

/// <summary>The command line: one file per noun under Commands.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => RunAsync(arguments);

    /// <summary>Runs one command. The answer is the exit code; see <see cref="ExitCode"/>.</summary>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult parsed = LintelCommand.Create().Parse(arguments);
        int code = await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // A node that is told to stop flushes its store first.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        });
        return parsed.Action is ParseErrorAction ? (int)ExitCode.Usage : code;
    }
}
