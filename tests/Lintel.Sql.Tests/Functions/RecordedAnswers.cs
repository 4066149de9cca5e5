using System.Runtime.CompilerServices;

namespace Lintel.Sql.Tests.Functions;

/// <summary>An expression and what PostgreSQL 15 answers to it; or a setting that holds for the lines below.</summary>
internal sealed record RecordedLine(int Number, string Text, List<string> Answers)
{
    public bool IsSetting => Text.StartsWith("@ set ", StringComparison.Ordinal);
}

/// <summary>Reads the files that record.sh writes.</summary>
internal static class RecordedAnswers
{
    public static List<RecordedLine> Read(string file)
    {
        var lines = new List<RecordedLine>();
        int number = 0;
        foreach (string line in File.ReadLines(Path.Combine(Folder(), file)))
        {
            number++;
            if (line.StartsWith("  ", StringComparison.Ordinal)) lines[^1].Answers.Add(line[2..]);
            else if (line.Length > 0 && line[0] != '#') lines.Add(new RecordedLine(number, line, []));
        }

        return lines;
    }

    public static string[] Files() =>
        [.. Directory.GetFiles(Path.Combine(Folder(), "Expressions"), "*.txt").Select(Path.GetFileName).Order(StringComparer.Ordinal)!];

    private static string Folder([CallerFilePath] string caller = "") => Path.GetDirectoryName(caller)!;
}
