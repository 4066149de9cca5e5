using System.Text.RegularExpressions;
using Xunit;

namespace Lintel.Tidy;

/// <summary>Docs are part of done: links resolve, invariants are defined and asserted, no machine leaks in.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_link_in_the_docs_resolves()
    {
        var broken = new List<string>();
        foreach (string path in Documents())
        {
            string folder = Path.GetDirectoryName(path)!;
            foreach (Match link in Link().Matches(File.ReadAllText(path)))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
                string full = Path.Combine(folder, target);
                if (!File.Exists(full) && !Directory.Exists(full)) broken.Add($"{Tree.Relative(path)} -> {target}");
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void Every_asserted_invariant_is_defined_and_every_defined_one_is_asserted()
    {
        var asserted = Tree.Files("src", "*.cs")
            .SelectMany(path => Assertion().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value))
            .ToHashSet(StringComparer.Ordinal);
        var defined = Definition().Matches(File.ReadAllText(Path.Combine(Tree.Root, "docs/invariants.md")))
            .Select(match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(asserted.Order(StringComparer.Ordinal), defined.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_names_one_machine()
    {
        string[] folders = ["src", "tests", "bench", "docs", "examples", "contracts"];
        var found = from folder in folders
                    from path in Tree.Files(folder, "*")
                    where !path.EndsWith("DocumentTests.cs", StringComparison.Ordinal) && new FileInfo(path).Length < 1 << 20
                    from line in File.ReadLines(path)
                    where MachinePath().IsMatch(line)
                    select $"{Tree.Relative(path)}: {line.Trim()}";
        Assert.Empty(found);
    }

    [Fact]
    public void Sizes_are_reported()
    {
        var largest = from path in Tree.Files("src", "*.cs")
                      let lines = File.ReadLines(path).Count()
                      where lines > 400
                      orderby lines descending
                      select $"{lines,5}  {Tree.Relative(path)}";
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', largest));
    }

    private static IEnumerable<string> Documents() =>
        Tree.Files("docs", "*.md").Concat(Directory.EnumerateFiles(Tree.Root, "*.md"));

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"Invariant\.(?:Require|Fail)\(\s*""([A-Z]+\d+[A-Za-z0-9_]*)""", RegexOptions.None, 1000)]
    private static partial Regex Assertion();

    [GeneratedRegex(@"^\| ([A-Z]+\d+[A-Za-z0-9_]*) \|", RegexOptions.Multiline, 1000)]
    private static partial Regex Definition();

    [GeneratedRegex(@"(^|[^A-Za-z0-9_.])/(work|farm|root)/", RegexOptions.None, 1000)]
    private static partial Regex MachinePath();
}
