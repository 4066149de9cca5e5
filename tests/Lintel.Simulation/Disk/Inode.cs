using Lintel.Primitives.Random;

namespace Lintel.Simulation.Disk;

/// <summary>
/// A file apart from its name: what reads see, what is durable, and the changes between the two. Writes under way
/// (issued, not answered) may reach the platter in a crash like those that were answered and not synced.
/// </summary>
internal sealed class Inode
{
    /// <summary>The unit that is written whole or not at all.</summary>
    public const int SectorBytes = 512;

    private readonly List<DiskChange> _underWay = [];
    private readonly List<DiskChange> _unsynced = [];
    private FileImage _current = new();
    private readonly FileImage _durable = new();

    public long Length => _current.Length;

    /// <summary>The last change that was answered: what a sync issued now will cover.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Changes that a crash may lose.</summary>
    public int UnsyncedChanges => _unsynced.Count;

    /// <summary>Sectors that cannot be read.</summary>
    public SortedSet<long> BadSectors { get; } = [];

    public int Read(long offset, Span<byte> buffer) => _current.Read(offset, buffer);

    public bool HasBadSector(long offset, int length)
    {
        if (length == 0 || BadSectors.Count == 0) return false;
        return BadSectors.GetViewBetween(offset / SectorBytes, (offset + length - 1) / SectorBytes).Count > 0;
    }

    public void Begin(DiskChange change) => _underWay.Add(change);

    public void Abandon(DiskChange change) => _underWay.Remove(change);

    /// <summary>Answers a change: reads see it from here on. The caller's bytes are copied only now.</summary>
    public void Complete(DiskChange change)
    {
        _underWay.Remove(change);
        DiskChange kept = change with { Bytes = Copy(change.Bytes), Sequence = ++LastSequence };
        _current.Apply(kept);
        _unsynced.Add(kept);
        if (kept.Bytes is { } written) MendSectors(kept.Offset, written.Length);
    }

    /// <summary>Makes the changes up to <paramref name="mark"/> durable: what a sync that was issued then covers.</summary>
    public void Sync(long mark)
    {
        int done = 0;
        while (done < _unsynced.Count && _unsynced[done].Sequence <= mark) _durable.Apply(_unsynced[done++]);
        _unsynced.RemoveRange(0, done);
    }

    /// <summary>Forgets what a failed sync covered: reads still see it, no later sync will write it.</summary>
    public void LoseSync(long mark) => _unsynced.RemoveAll(change => change.Sequence <= mark);

    /// <summary>Flips bits at rest.</summary>
    public void Flip(long offset, byte mask)
    {
        _current.Flip(offset, mask);
        _durable.Flip(offset, mask);
    }

    /// <summary>A power failure: falls back to what is durable and, as the draw has it, some of the rest.</summary>
    public void LosePower(Prng random)
    {
        List<DiskChange> rest = [.. _unsynced, .. _underWay];
        switch (random.Next(3))
        {
            case 0:
                break;
            case 1:
                KeepPrefix(rest, random);
                break;
            default:
                KeepSectors(rest, random);
                break;
        }

        _unsynced.Clear();
        _underWay.Clear();
        _current = _durable.Copy();
    }

    /// <summary>The process died: the operating system keeps what it had taken.</summary>
    public void LoseProcess() => _underWay.Clear();

    // Changes reached the platter in order up to some point; the one at that point is torn after some of its sectors.
    private void KeepPrefix(List<DiskChange> changes, Prng random)
    {
        int whole = random.Next(changes.Count + 1);
        for (int i = 0; i < whole; i++) _durable.Apply(changes[i]);
        if (whole < changes.Count && changes[whole].Bytes is { } torn)
            KeepSectorsOf(changes[whole].Offset, torn.Span, random.Next(SectorsIn(changes[whole])), random, keepChance: 1);
    }

    // Each sector of each change made it or did not, for itself.
    private void KeepSectors(List<DiskChange> changes, Prng random)
    {
        double chance = random.NextDouble();
        foreach (DiskChange change in changes)
        {
            if (change.Bytes is { } bytes) KeepSectorsOf(change.Offset, bytes.Span, int.MaxValue, random, chance);
            else if (random.Chance(chance)) _durable.Apply(change);
        }
    }

    private void KeepSectorsOf(long offset, ReadOnlySpan<byte> bytes, int sectors, Prng random, double keepChance)
    {
        while (bytes.Length > 0 && sectors-- > 0)
        {
            int length = (int)Math.Min(bytes.Length, SectorBytes - (offset % SectorBytes));
            if (random.Chance(keepChance)) _durable.Write(offset, bytes[..length]);
            offset += length;
            bytes = bytes[length..];
        }
    }

    private static int SectorsIn(DiskChange change) =>
        (int)(((change.Offset + change.Bytes!.Value.Length - 1) / SectorBytes) - (change.Offset / SectorBytes) + 1);

    // Spelled out: a bare null would become empty bytes, by way of the conversion from an array, and a truncation a no-op.
    private static ReadOnlyMemory<byte>? Copy(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } some) return null;
        return new ReadOnlyMemory<byte>(some.ToArray());
    }

    private void MendSectors(long offset, int length)
    {
        if (length > 0 && BadSectors.Count > 0)
            BadSectors.GetViewBetween(offset / SectorBytes, (offset + length - 1) / SectorBytes).Clear();
    }
}
