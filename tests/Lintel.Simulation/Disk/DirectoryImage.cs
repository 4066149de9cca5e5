using Lintel.Primitives.Random;

namespace Lintel.Simulation.Disk;

/// <summary>
/// The names of a disk: what is seen, what is durable, and the changes between. A crash keeps a prefix of the changes,
/// as a journalling file system does.
/// </summary>
internal sealed class DirectoryImage
{
    private readonly List<(long Sequence, Action<SortedDictionary<string, Inode>> Apply)> _unsynced = [];
    private readonly SortedDictionary<string, Inode> _durable = new(StringComparer.Ordinal);
    private SortedDictionary<string, Inode> _current = new(StringComparer.Ordinal);

    public long LastSequence { get; private set; }

    public IReadOnlyDictionary<string, Inode> Files => _current;

    public void Change(Action<SortedDictionary<string, Inode>> change)
    {
        change(_current);
        _unsynced.Add((++LastSequence, change));
    }

    /// <summary>Makes the changes up to <paramref name="mark"/> durable.</summary>
    public void Sync(long mark)
    {
        int done = 0;
        while (done < _unsynced.Count && _unsynced[done].Sequence <= mark) _unsynced[done++].Apply(_durable);
        _unsynced.RemoveRange(0, done);
    }

    public void LosePower(Prng random)
    {
        int kept = random.Next(_unsynced.Count + 1);
        for (int i = 0; i < kept; i++) _unsynced[i].Apply(_durable);
        _unsynced.Clear();
        _current = new SortedDictionary<string, Inode>(_durable, StringComparer.Ordinal);
        foreach (Inode inode in _current.Values) inode.LosePower(random);
    }

    public void LoseProcess()
    {
        foreach (Inode inode in _current.Values) inode.LoseProcess();
    }
}
