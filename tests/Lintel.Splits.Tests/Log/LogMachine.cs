using Lintel.Environment.Disk;
using Lintel.Primitives.Identifiers;
using Lintel.Simulation;
using Lintel.Simulation.Disk;
using Lintel.Simulation.Nodes;
using Lintel.Splits.Log;
using Lintel.Splits.Store;

namespace Lintel.Splits.Tests.Log;

/// <summary>A simulated machine with a disk, to open logs on.</summary>
internal sealed class LogMachine
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly World _world;
    private readonly SimulatedNode _node;
    private IDisk? _disk;

    public LogMachine(ulong seed)
    {
        _world = new World(seed);
        _node = _world.AddNode(new NodeId(1), environment => _disk = environment.Disk);
    }

    public static StoreIdentity Identity { get; } = new(
        new ClusterId(new Guid("00112233-4455-6677-8899-aabbccddeeff")),
        new StoreId(new Guid("a0b1c2d3-e4f5-0617-2839-4a5b6c7d8e9f")));

    public static LogOptions Small { get; } =
        new() { SegmentBytes = 2_000, BallastBytes = 1 << 16, MemoryBytesMax = 300, RewriteBytesMax = 1_000 };

    public SimulatedDisk Disk => _node.Disk;

    public DiskConditions Conditions
    {
        get => Disk.Conditions;
        set => Disk.Conditions = value;
    }

    public IReadOnlyList<string> SegmentNames => [.. Disk.FileNames.Where(static name => name.EndsWith(".log", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Runs a body on the node, started if need be.</summary>
    public void Run(Func<IDisk, Task> body)
    {
        Start();
        _world.Run(() => _node.CallAsync(() => body(_disk!)), Hour);
    }

    /// <summary>Starts a body and crashes the machine after a while, whatever it is doing.</summary>
    public void RunUntilCrash(TimeSpan after, CrashKind kind, Func<IDisk, Task> body)
    {
        Start();
        Task? task = null;
        _world.Context.Post(_ => task = _node.CallAsync(() => body(_disk!)), null);
        _world.After(after, () => _node.Crash(kind));
        _world.MustRun(() => task is { IsCompleted: true }, Hour);
        if (task!.Exception?.InnerException is { } failure and not NodeGoneException) throw failure;
        _node.Crash(kind);
    }

    /// <summary>Opens the log, gives it to a body, and closes it.</summary>
    public void RunLog(LogOptions options, Func<StoreLog, LogRecovery, Task> body) => Run(async disk =>
    {
        LogOpening opening = await StoreLog.OpenAsync(disk, Identity, options);
        var opened = (LogOpening.Opened)opening;
        await using StoreLog log = opened.Log;
        await body(log, opened.Recovery);
    });

    private void Start()
    {
        if (_node.State == NodeState.Up) return;
        _disk = null;
        _node.Start();
        _world.MustRun(() => _disk is not null, Hour);
    }
}
