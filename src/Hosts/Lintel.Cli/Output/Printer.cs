using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Lintel.Cli.Output;

/// <summary>Writes answers to standard output, as tables or as JSON.</summary>
internal static class Printer
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>One JSON document.</summary>
    public static void WriteJson<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, Json));

    /// <summary>A table. When standard output is no terminal it is as wide as it has to be, so that nothing is cut for scripts.</summary>
    public static void WriteTable(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Minimal };
        foreach (string column in columns) table.AddColumn(new TableColumn(Markup.Escape(column)) { NoWrap = true });
        foreach (string[] row in rows) table.AddRow([.. row.Select(Markup.Escape)]);
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 400;
        AnsiConsole.Write(table);
    }

    /// <summary>A size in the unit that fits.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1 << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.#} GiB"),
    };
}
