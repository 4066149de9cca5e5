using System.Xml.Linq;
using Xunit;

namespace Lintel.Tidy;

/// <summary>docs/architecture.md, "The house": a project may reference only what stands before it.</summary>
public sealed class ReferenceRuleTests
{
    private static readonly string[] House =
    [
        "Lintel.Primitives", "Lintel.Environment",
        "Lintel.Raft", "Lintel.Splits", "Lintel.Transactions", "Lintel.Sql",
        "Lintel.Identity",
        "Lintel.Placement", "Lintel.Storage", "Lintel.Blocks",
        "Lintel.Intent",
        "Lintel.Doors.Postgres", "Lintel.Doors.Nbd", "Lintel.Doors.Linstor", "Lintel.Doors.Console",
        "Lintel.Node", "Lintel.Cli",
    ];

    [Fact]
    public void Every_project_references_only_what_stands_before_it()
    {
        var broken = new List<string>();
        foreach (string path in Tree.Files("src", "*.csproj"))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            int own = Array.IndexOf(House, name);
            Assert.True(own >= 0, $"{name} has no place in the house: add it to the list and to docs/architecture.md");
            foreach (string target in References(path))
            {
                bool door = name.StartsWith("Lintel.Doors.", StringComparison.Ordinal)
                    && target.StartsWith("Lintel.Doors.", StringComparison.Ordinal);
                if (Array.IndexOf(House, target) >= own || door) broken.Add($"{name} -> {target}");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void The_Raft_core_is_pure()
    {
        string project = Tree.Files("src", "Lintel.Raft.csproj").Single();
        Assert.Equal(["Lintel.Primitives"], References(project));
        string[] banned = ["System.Threading.Tasks", "System.IO", "async ", "Task<", "Stopwatch"];
        var found = Tree.Files("src/Consistency/Lintel.Raft", "*.cs")
            .Where(path => CodeOf(path).Any(line => banned.Any(line.Contains)))
            .Select(Tree.Relative);
        Assert.Empty(found);
    }

    private static IEnumerable<string> CodeOf(string path) =>
        File.ReadLines(path).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    private static string[] References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .ToArray();
}
