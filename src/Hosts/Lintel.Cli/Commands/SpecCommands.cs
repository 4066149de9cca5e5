using System.CommandLine;
using Lintel.Cli.Api;
using Lintel.Cli.Output;
using Lintel.Doors.Console.Codec;
using Lintel.Primitives.Errors;

namespace Lintel.Cli.Commands;

/// <summary><c>lintel plan</c> and <c>lintel apply</c>.</summary>
internal static class SpecCommands
{
    /// <summary><c>lintel plan -f FILE</c>.</summary>
    public static Command CreatePlan()
    {
        Option<string> file = FileOption();
        return NodeAccess.Create(
            "plan",
            "Show what applying a spec would change, and what the result does not survive; changes nothing",
            async (client, parsed, format, cancellation) => await PlanAsync(client, parsed.GetRequiredValue(file), format, cancellation),
            file);
    }

    /// <summary><c>lintel apply -f FILE</c>.</summary>
    public static Command CreateApply()
    {
        Option<string> file = FileOption();
        var planOnly = new Option<bool>("--plan-only") { Description = "Only show what would change" };
        return NodeAccess.Create(
            "apply",
            "Make the cluster what a spec asks for; applying again does only what is left to do",
            async (client, parsed, format, cancellation) =>
            {
                string path = parsed.GetRequiredValue(file);
                if (parsed.GetValue(planOnly)) return await PlanAsync(client, path, format, cancellation);
                PlanAnswer answer = await client.ApplyAsync(await ReadAsync(path, cancellation), cancellation);
                Write(answer, format);
                return ExitCode.Done;
            },
            file,
            planOnly);
    }

    /// <summary>Reads a spec's text; "-" is standard input.</summary>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellation)
    {
        if (path == "-") return await Console.In.ReadToEndAsync(cancellation);
        try
        {
            return await File.ReadAllTextAsync(path, cancellation);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new LintelError(ErrorCode.InvalidArgument, $"{path} cannot be read", unreadable.Message, "check the path").ToException(unreadable);
        }
    }

    private static async Task<ExitCode> PlanAsync(NodeClient client, string path, OutputFormat format, CancellationToken cancellation)
    {
        PlanAnswer answer = await client.PlanAsync(await ReadAsync(path, cancellation), cancellation);
        Write(answer, format);
        return answer.Refusals.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Write(PlanAnswer answer, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            Printer.WriteJson(answer);
            return;
        }

        foreach (string step in answer.Steps) Console.WriteLine(step);
        foreach (string risk in answer.Risks) Console.WriteLine($"risk: {risk}");
        foreach (ErrorBody refusal in answer.Refusals) CommandRun.Explain(refusal.ToError());
        if (answer.Steps.Count == 0 && answer.Refusals.Count == 0) Console.WriteLine("nothing to change");
        else if (answer.Applied) Console.WriteLine($"applied: {answer.Steps.Count} changes");
    }

    private static Option<string> FileOption() => new("--file", "-f") { Description = "The spec, YAML or JSON; - for standard input", Required = true };
}
