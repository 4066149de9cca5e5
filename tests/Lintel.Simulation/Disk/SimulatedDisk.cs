using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Simulation.Nodes;

namespace Lintel.Simulation.Disk;

/// <summary>
/// A node's disk: outlives the node's incarnations, each of which gets its own door from <see cref="Open"/>. A crash by
/// power loses, tears at sector granularity, or keeps what was not synced, as the seed has it; a name that was created
/// or changed without a directory sync may be gone. Faults are set through <see cref="Conditions"/> and the methods here.
/// </summary>
public sealed class SimulatedDisk
{
    private readonly World _world;
    private readonly NodeId _node;
    private readonly List<Action> _stalled = [];

    internal SimulatedDisk(World world, NodeId node)
    {
        _world = world;
        _node = node;
        Random = world.RandomFor($"disk {node}");
    }

    /// <summary>How it behaves.</summary>
    public DiskConditions Conditions { get; set; } = new();

    /// <summary>Whether every operation waits for <see cref="Unstall"/>.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Syncs that were answered.</summary>
    public long Syncs { get; internal set; }

    /// <summary>Names of the files as reads see them.</summary>
    public IReadOnlyCollection<string> FileNames => [.. Directory.Files.Keys];

    internal DirectoryImage Directory { get; } = new();

    internal Prng Random { get; }

    internal long UsedBytes => Directory.Files.Values.Sum(inode => inode.Length);

    /// <summary>Holds every operation, as a controller does that has stopped answering.</summary>
    public void Stall()
    {
        if (!IsStalled) _world.Note(_node.ToString(), "disk stalls");
        IsStalled = true;
    }

    /// <summary>Lets the held operations go on.</summary>
    public void Unstall()
    {
        if (!IsStalled) return;
        IsStalled = false;
        _world.Note(_node.ToString(), "disk goes on");
        Action[] held = [.. _stalled];
        _stalled.Clear();
        foreach (Action action in held) action();
    }

    /// <summary>Flips bits of a byte at rest.</summary>
    public void FlipBits(string file, long offset, byte mask)
    {
        _world.Note(_node.ToString(), $"{file} rots at byte {offset}");
        File(file).Flip(offset, mask);
    }

    /// <summary>Makes the sector that holds a byte unreadable until it is written again.</summary>
    public void BreakSector(string file, long offset)
    {
        _world.Note(_node.ToString(), $"{file} has a bad sector at byte {offset}");
        File(file).BadSectors.Add(offset / Inode.SectorBytes);
    }

    /// <summary>Length of a file as reads see it.</summary>
    public long LengthOf(string file) => File(file).Length;

    /// <summary>The bytes of a file as reads see them.</summary>
    public byte[] Contents(string file)
    {
        Inode inode = File(file);
        var bytes = new byte[inode.Length];
        inode.Read(0, bytes);
        return bytes;
    }

    internal DiskDoor Open(Incarnation owner) => new(_world, this, owner);

    internal void Crash(CrashKind kind)
    {
        _stalled.Clear();
        if (kind is CrashKind.Power) Directory.LosePower(Random);
        else Directory.LoseProcess();
    }

    /// <summary>Runs <paramref name="effect"/> on the owner's context when the operation is over.</summary>
    internal Task<T> Operate<T>(Incarnation owner, TimeSpan min, TimeSpan max, Func<T> effect)
    {
        _world.RequireInside();
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        TimeSpan duration = Random.Between(min, max) * Conditions.Slowness;
        _world.Schedule(duration, owner, _ => Finish(), null);
        return done.Task;

        void Finish()
        {
            if (IsStalled)
            {
                _stalled.Add(() => owner.Context.Post(_ => Finish(), null));
                return;
            }

            try
            {
                done.SetResult(effect());
            }
            catch (LintelException failure)
            {
                done.SetException(failure);
            }
        }
    }

    private Inode File(string name) => Directory.Files.TryGetValue(name, out Inode? inode)
        ? inode
        : throw new ArgumentException($"{_node} has no file {name}", nameof(name));
}
