using System.CommandLine;
using System.Globalization;
using Lintel.Cli.Output;
using Lintel.Doors.Console.Codec;

namespace Lintel.Cli.Commands;

/// <summary><c>lintel database ...</c>.</summary>
internal static class DatabaseCommands
{
    /// <summary>The command.</summary>
    public static Command Create() => new("database", "List databases and where they live")
    {
        NodeAccess.Create("list", "All databases, their policy, their splits and the nodes that hold replicas", async (client, _, format, cancellation) =>
        {
            DatabaseList list = await client.DatabasesAsync(cancellation);
            if (format == OutputFormat.Json) Printer.WriteJson(list.Databases);
            else WriteDatabases(list);
            return ExitCode.Done;
        }),
    };

    private static void WriteDatabases(DatabaseList list) => Printer.WriteTable(
        ["database", "id", "resource group", "splits", "split ids", "replicas on"],
        list.Databases.Select(database => new[]
        {
            database.Name,
            database.Id.ToString(CultureInfo.InvariantCulture),
            database.ResourceGroup.Length == 0 ? "-" : database.ResourceGroup,
            database.Splits.Count.ToString(CultureInfo.InvariantCulture),
            string.Join(' ', database.Splits),
            string.Join(' ', database.Nodes),
        }));
}
