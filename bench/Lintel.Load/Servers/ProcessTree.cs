using System.Globalization;

namespace Lintel.Load.Servers;

/// <summary>
/// What a process and all its descendants have used, read from <c>/proc</c>. Descendants that ended and were waited for
/// are counted through their parent.
/// </summary>
internal static class ProcessTree
{
    private const double TicksPerSecond = 100; // USER_HZ, fixed in the kernel's interface

    /// <summary>CPU-seconds of the tree below and with each of <paramref name="roots"/>.</summary>
    public static double CpuSeconds(IEnumerable<int> roots)
    {
        double ticks = 0;
        foreach (int id in WithDescendants(roots)) ticks += Ticks(id);
        return ticks / TicksPerSecond;
    }

    /// <summary>Resident bytes of the tree, shared pages counted in part (PSS) where the kernel tells.</summary>
    public static long ResidentBytes(IEnumerable<int> roots) => WithDescendants(roots).Sum(Resident);

    private static List<int> WithDescendants(IEnumerable<int> roots)
    {
        ILookup<int, int> children = Directory.GetDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Fields: Stat(id)))
            .Where(process => process.Fields.Length > 1)
            .ToLookup(process => int.Parse(process.Fields[1], CultureInfo.InvariantCulture), process => process.Id);
        var found = new List<int>(roots);
        for (int i = 0; i < found.Count; i++) found.AddRange(children[found[i]]);
        return found;
    }

    private static long Ticks(int id)
    {
        string[] fields = Stat(id);
        if (fields.Length < 15) return 0;
        long ticks = 0;
        for (int i = 11; i <= 14; i++) ticks += long.Parse(fields[i], CultureInfo.InvariantCulture); // utime stime cutime cstime
        return ticks;
    }

    // The fields after the command's name, which may itself hold spaces: state, parent, ...
    private static string[] Stat(int id)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{id}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return []; // it has ended
        }
    }

    private static long Resident(int id)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{id}/smaps_rollup").FirstOrDefault(l => l.StartsWith("Pss:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it has ended
        }
    }
}
