using System.Runtime.CompilerServices;

namespace Lintel.Tidy;

/// <summary>The checkout these tests read: its root and the files in it that people wrote.</summary>
internal static class Tree
{
    private static readonly string[] Ignored = ["bin", "obj", ".git", ".lintel", "artifacts", "node_modules"];

    public static string Root { get; } = FindRoot();

    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(Path.Combine(Root, folder))
            ? Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
                .Where(path => !Relative(path).Split('/').Any(Ignored.Contains))
                .Order(StringComparer.Ordinal)
            : [];

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot([CallerFilePath] string here = "")
    {
        string? at = Path.GetDirectoryName(here);
        while (at is not null && !File.Exists(Path.Combine(at, "Lintel.slnx"))) at = Path.GetDirectoryName(at);
        return at ?? throw new InvalidOperationException("Lintel.slnx is in no folder above this test");
    }
}
