using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Lintel.Tidy;

/// <summary>docs/glossary.md: names are nouns of the field, and a folder is a namespace.</summary>
public sealed class NamingTests
{
    private static readonly string[] BannedEndings =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Processor", "Impl", "Data", "Info"];

    [Fact]
    public void No_type_hides_behind_an_empty_word()
    {
        var found = from path in Tree.Files("src", "*.cs")
                    let root = CSharpSyntaxTree.ParseText(File.ReadAllText(path)).GetRoot()
                    from type in root.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                    let name = type.Identifier.Text
                    where BannedEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))
                    select $"{Tree.Relative(path)}: {name}";
        Assert.Empty(found);
    }

    [Fact]
    public void A_folder_is_a_namespace()
    {
        var broken = new List<string>();
        foreach (string path in Tree.Files("src", "*.cs"))
        {
            var tree = CSharpSyntaxTree.ParseText(File.ReadAllText(path));
            string? declared = tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
                .FirstOrDefault()?.Name.ToString();
            string[] parts = Tree.Relative(path).Split('/');
            string expected = string.Join('.', parts[2..^1]);
            if (declared is not null && declared != expected) broken.Add($"{Tree.Relative(path)}: {declared}, not {expected}");
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void No_regions_and_no_unfinished_marks()
    {
        string[] marks = ["#region", "// TODO", "// FIXME", "// HACK", "NotImplementedException"];
        var found = from folder in new[] { "src", "tests", "bench" }
                    from path in Tree.Files(folder, "*.cs")
                    where !path.EndsWith("NamingTests.cs", StringComparison.Ordinal)
                    from line in File.ReadLines(path)
                    where marks.Any(line.Contains)
                    select $"{Tree.Relative(path)}: {line.Trim()}";
        Assert.Empty(found);
    }
}
