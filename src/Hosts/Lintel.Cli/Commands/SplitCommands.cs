using System.CommandLine;
using System.Globalization;
using Lintel.Cli.Output;
using Lintel.Doors.Console.Codec;

namespace Lintel.Cli.Commands;

/// <summary><c>lintel split ...</c>.</summary>
internal static class SplitCommands
{
    /// <summary>The command.</summary>
    public static Command Create() => new("split", "List and divide splits") { CreateList(), CreateDivide() };

    /// <summary>Splits as a table.</summary>
    public static void WriteSplits(ClusterStatus status) => Printer.WriteTable(
        ["split", "from", "to", "leaseholder", "size", "replicas"],
        status.Splits.Select(split => new[]
        {
            split.Id.ToString(CultureInfo.InvariantCulture),
            split.Start.Length == 0 ? "(first)" : split.Start,
            split.End.Length == 0 ? "(last)" : split.End,
            split.Leaseholder.Length == 0 ? "NONE" : split.Leaseholder,
            Printer.Size(split.Bytes),
            string.Join(' ', split.Replicas.Select(replica => $"{replica.Node}{(replica.Role == "Voter" ? "" : $" ({replica.Role})")}{(replica.InSync ? "" : " BEHIND")}")),
        }));

    private static Command CreateList() => NodeAccess.Create("list", "All splits in key order", async (client, _, format, cancellation) =>
    {
        ClusterStatus status = await client.StatusAsync(cancellation);
        if (format == OutputFormat.Json) Printer.WriteJson(status.Splits);
        else WriteSplits(status);
        return ExitCode.Done;
    });

    private static Command CreateDivide()
    {
        var split = new Argument<ulong>("split") { Description = "The split's id, as `lintel split list` shows it" };
        var key = new Option<string?>("--key") { Description = "Where, in hexadecimal digits; default: in the middle of its bytes" };
        return NodeAccess.Create(
            "divide",
            "Divide a split into two, under traffic",
            async (client, parsed, format, cancellation) =>
            {
                DivideAnswer answer = await client.DivideAsync(new DivideRequest(parsed.GetValue(split), parsed.GetValue(key)), cancellation);
                if (format == OutputFormat.Json) Printer.WriteJson(answer);
                else Console.WriteLine($"split {answer.Left} keeps the keys below {answer.Key}, split {answer.Right} has the others");
                return ExitCode.Done;
            },
            split,
            key);
    }
}
