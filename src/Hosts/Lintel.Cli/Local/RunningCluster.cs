using System.Text.Json;

namespace Lintel.Cli.Local;

/// <summary>What is written down of a cluster that runs on this machine, so that a second `up` and the other commands find it.</summary>
/// <param name="Process">The process that started it and that Ctrl-C stops.</param>
/// <param name="PortBase">Its port base.</param>
/// <param name="Http">The HTTP doors of its nodes.</param>
/// <param name="Processes">The processes of its nodes, by name, when each has its own.</param>
internal sealed record RunningCluster(int Process, int PortBase, IReadOnlyList<string> Http, IReadOnlyDictionary<string, int> Processes)
{
    private const string FileName = "running.json";

    /// <summary>What is written down in a directory, if the process that wrote it still runs.</summary>
    public static RunningCluster? Find(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            RunningCluster? found = JsonSerializer.Deserialize<RunningCluster>(File.ReadAllText(path));
            return found is not null && IsAlive(found.Process) ? found : null;
        }
        catch (Exception broken) when (broken is JsonException or IOException)
        {
            // Half written by one that was killed: it names nobody.
            return null;
        }
    }

    /// <summary>Writes it down, whole or not at all.</summary>
    public void Save(string directory)
    {
        string path = Path.Combine(directory, FileName);
        File.WriteAllText($"{path}.new", JsonSerializer.Serialize(this));
        File.Move($"{path}.new", path, overwrite: true);
    }

    /// <summary>Takes it back.</summary>
    public static void Forget(string directory) => File.Delete(Path.Combine(directory, FileName));

    private static bool IsAlive(int process)
    {
        try
        {
            using var found = System.Diagnostics.Process.GetProcessById(process);
            // A process id is used again, after a restart of the machine at the latest: the program must be this one.
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            return !found.HasExited && found.ProcessName == self.ProcessName;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
