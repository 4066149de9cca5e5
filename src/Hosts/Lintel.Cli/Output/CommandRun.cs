using Lintel.Primitives.Errors;

namespace Lintel.Cli.Output;

/// <summary>Runs a command's body and turns what goes wrong into words for people and a code for scripts.</summary>
internal static class CommandRun
{
    /// <summary>Runs it. A user's mistake never shows a stack trace.</summary>
    public static async Task<int> RunAsync(Func<Task<ExitCode>> body)
    {
        try
        {
            return (int)await body();
        }
        catch (LintelException failure)
        {
            Explain(failure.Error);
            return (int)CodeOf(failure.Error.Code);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("stopped");
            return (int)ExitCode.Failed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message}");
            return (int)ExitCode.Unreachable;
        }
    }

    /// <summary>What happened, why, and what to do, a line each.</summary>
    public static void Explain(LintelError error)
    {
        Console.Error.WriteLine($"error: {error.Message} [{error.Code}]");
        if (error.Cause is { Length: > 0 } cause) Console.Error.WriteLine($"  because: {cause}");
        if (error.Details is { Length: > 0 } details && details != error.Cause)
        {
            foreach (string line in details.Split('\n')) Console.Error.WriteLine($"    {line}");
        }

        if (error.Correction is { Length: > 0 } correction) Console.Error.WriteLine($"  try: {correction}");
    }

    private static ExitCode CodeOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.InvalidSpec => ExitCode.Usage,
        ErrorCode.Unavailable or ErrorCode.Timeout => ExitCode.Unreachable,
        _ => ExitCode.Failed,
    };
}
