using System.Runtime.CompilerServices;

namespace Lintel.DataDriven;

/// <summary>
/// Runs a test that is written as text. A file is a sequence of blocks: comment lines that start with <c>#</c>,
/// command lines, <c>----</c>, the expected output, a blank line.
/// <code>
/// # Why this block is here.
/// begin old ts=10
/// lock old keys=(a,b) exclusive
///   an indented line is input of the command above it
/// ----
/// old: granted a, b
/// </code>
/// The handler is called once per command line; what it returns is joined, one line each at least, and compared. Output
/// that contains a blank line stands between two pairs of <c>----</c> lines. With LINTEL_REWRITE=1 in the environment
/// the file in the source tree is rewritten with the actual output instead (never where CI is set).
/// </summary>
public static class DataFile
{
    private const string RewriteVariable = "LINTEL_REWRITE";

    /// <summary>
    /// Runs the file at <paramref name="path"/>, relative to the folder of the calling test project, and throws a
    /// <see cref="DataFileException"/> at the first block whose output differs.
    /// </summary>
    public static void Run(string path, Func<DataCommand, string> handle, [CallerFilePath] string caller = "") =>
        RunAt(Path.Combine(ProjectFolder(caller), path), handle, IsRewriting());

    /// <summary>
    /// The files below a folder of the calling test project, as paths to give to <see cref="Run"/>, in ordinal order.
    /// For theories: <c>new TheoryData&lt;string&gt;(DataFile.List("Scenarios"))</c>.
    /// </summary>
    public static IReadOnlyList<string> List(string folder, string pattern = "*.txt", [CallerFilePath] string caller = "")
    {
        string project = ProjectFolder(caller);
        string[] paths = Directory.GetFiles(Path.Combine(project, folder), pattern, SearchOption.AllDirectories);
        string[] relative = Array.ConvertAll(paths, path => Path.GetRelativePath(project, path).Replace('\\', '/'));
        Array.Sort(relative, StringComparer.Ordinal);
        if (relative.Length == 0) throw new DataFileException($"no file matches {folder}/{pattern}");
        return relative;
    }

    /// <summary>Runs one file by its full path; <paramref name="rewrite"/> accepts what comes out.</summary>
    internal static void RunAt(string path, Func<DataCommand, string> handle, bool rewrite)
    {
        DataScript script = DataScript.Parse(path, File.ReadAllText(path));
        var rewritten = new DataScriptWriter();
        foreach (DataBlock block in script.Blocks)
        {
            string actual = Evaluate(block, handle);
            rewritten.Write(block, actual);
            if (!rewrite && !string.Equals(actual, block.Expected, StringComparison.Ordinal))
                throw DataFileException.Mismatch(block, actual);
        }

        string text = rewritten.ToString();
        if (rewrite && !string.Equals(text, script.Text, StringComparison.Ordinal)) File.WriteAllText(path, text);
    }

    private static string Evaluate(DataBlock block, Func<DataCommand, string> handle)
    {
        var output = new System.Text.StringBuilder();
        foreach (DataCommand command in block.Commands)
        {
            string result = Call(command, handle);
            if (result.Length == 0) continue;
            output.Append(result.Replace("\r\n", "\n", StringComparison.Ordinal));
            if (!result.EndsWith('\n')) output.Append('\n');
        }

        return output.ToString().TrimEnd('\n');
    }

    private static string Call(DataCommand command, Func<DataCommand, string> handle)
    {
        try
        {
            return handle(command);
        }
        catch (Exception failure) when (failure is not DataFileException)
        {
            throw new DataFileException($"{command.Location}: {command}\n{failure.Message}", failure);
        }
    }

    private static bool IsRewriting()
    {
        bool wanted = System.Environment.GetEnvironmentVariable(RewriteVariable) == "1";
        if (wanted && !string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("CI")))
            throw new DataFileException($"{RewriteVariable} is set in CI, where expected output is never rewritten");
        return wanted;
    }

    private static string ProjectFolder(string caller)
    {
        for (string? folder = Path.GetDirectoryName(caller); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.Exists(folder) && Directory.GetFiles(folder, "*.csproj").Length > 0) return folder;
        }

        throw new DataFileException($"no project above {caller}: data files are read from the source tree");
    }
}
