using System.Globalization;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Time;

namespace Lintel.Environment.TrueTime.OneHost;

/// <summary>
/// What the nodes of one host add to the host's monotonic clock to get the cluster's time. It must be the same in every
/// process of the host, and the wall clock may be stepped between the starts of two processes; so the first process
/// after a boot samples the wall clock and leaves the anchor in a file, and the others take it from there.
/// </summary>
/// <param name="Offset">Nanoseconds between the Unix epoch and the origin of the monotonic clock.</param>
public sealed record HostAnchor(long Offset)
{
    private const string BootIdPath = "/proc/sys/kernel/random/boot_id";

    /// <summary>An anchor for this process alone: for one process that runs all the nodes of the cluster.</summary>
    public static HostAnchor ForThisProcess(TimeProvider time)
    {
        // The tightest of a few tries: a pause between the two readings would go into the offset.
        var monotonic = new HostMonotonic(time);
        (long Width, long Offset) best = (long.MaxValue, 0);
        for (int i = 0; i < 5; i++)
        {
            long before = monotonic.Nanoseconds();
            long wall = Timestamp.From(time.GetUtcNow()).Nanoseconds;
            long after = monotonic.Nanoseconds();
            if (after - before < best.Width) best = (after - before, wall - before - ((after - before) / 2));
        }

        return new HostAnchor(best.Offset);
    }

    /// <summary>
    /// The anchor that the processes of this host share through <paramref name="directory"/>, which must be the same for
    /// all of them. Its file is named after the boot, as the monotonic clock starts anew with each. Fails as NotSupported
    /// where the system does not tell boots apart, and as Corruption when the file holds something else.
    /// </summary>
    public static HostAnchor Shared(string directory, TimeProvider time)
    {
        if (!File.Exists(BootIdPath))
        {
            throw new LintelException(
                ErrorCode.NotSupported,
                "the one-host clock cannot be shared between processes on this system",
                $"there is no {BootIdPath}",
                "run the nodes in one process, or use the elected clock source");
        }

        Directory.CreateDirectory(directory);
        return Shared(directory, File.ReadAllText(BootIdPath).Trim(), ForThisProcess(time));
    }

    /// <summary>Takes the anchor left for <paramref name="boot"/>, or leaves <paramref name="mine"/> for the others.</summary>
    public static HostAnchor Shared(string directory, string boot, HostAnchor mine)
    {
        string path = Path.Combine(directory, $"clock-{boot}");
        if (!File.Exists(path))
        {
            // Whole or not at all: written aside, then moved to a name that must not exist yet. The first one wins.
            string draft = $"{path}.{System.Environment.ProcessId}.{mine.Offset:x}";
            File.WriteAllText(draft, mine.Offset.ToString(CultureInfo.InvariantCulture));
            try
            {
                File.Move(draft, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(draft);
            }
        }

        string text = File.ReadAllText(path);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long offset)) return new HostAnchor(offset);
        throw new LintelException(
            ErrorCode.Corruption, $"{path} is no clock anchor", "it holds something else than a number", "stop all nodes of this host and delete it");
    }
}
