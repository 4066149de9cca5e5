using Lintel.Environment;
using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Clocks;
using Lintel.Simulation.Disk;
using Lintel.Simulation.Network;
using Lintel.Simulation.Scheduling;

namespace Lintel.Simulation.Nodes;

/// <summary>
/// A machine with a disk and clocks that outlive the software it runs. Each start builds a new incarnation from fresh
/// doors; after a crash no continuation, timer, send or disk operation of the old incarnation has any effect.
/// </summary>
public sealed class SimulatedNode
{
    private readonly World _world;
    private readonly Action<NodeEnvironment> _boot;
    private Incarnation? _incarnation;
    private int _starts;

    internal SimulatedNode(World world, NodeId id, Action<NodeEnvironment> boot)
    {
        _world = world;
        _boot = boot;
        Id = id;
        Clock = new NodeClock(world);
        TrueTime = new SimulatedTrueTime(world);
        Disk = new SimulatedDisk(world, id);
    }

    /// <summary>Which node this is.</summary>
    public NodeId Id { get; }

    /// <summary>The machine's oscillator.</summary>
    public NodeClock Clock { get; }

    /// <summary>The machine's TrueTime.</summary>
    public SimulatedTrueTime TrueTime { get; }

    /// <summary>The machine's disk.</summary>
    public SimulatedDisk Disk { get; }

    /// <summary>What it is doing.</summary>
    public NodeState State => _incarnation switch
    {
        null => NodeState.Down,
        { IsPaused: true } => NodeState.Paused,
        _ => NodeState.Up,
    };

    /// <summary>How the last incarnation ended.</summary>
    public CrashKind LastCrash { get; private set; }

    /// <summary>
    /// Takes an exception that a callback of the node let escape, as the unhandled hook of the production context does.
    /// When it is not set, such an exception is a violation and ends the run.
    /// </summary>
    public Action<Exception>? Unhandled { get; set; }

    /// <summary>Told after each crash, on the world's side: drop references to the dead software here.</summary>
    public Action<CrashKind>? Crashed { get; set; }

    internal Incarnation? Current => _incarnation;

    /// <summary>Starts the node: boots its software on a new context. No effect while it runs.</summary>
    public void Start()
    {
        if (_incarnation is not null) return;
        var incarnation = new Incarnation(this, ++_starts, _world);
        _incarnation = incarnation;
        _world.Note(Id.ToString(), $"starts, incarnation {incarnation.Number}");
        var environment = new NodeEnvironment(
            new SimulatedTimeProvider(_world, Clock, incarnation),
            TrueTime,
            Disk.Open(incarnation),
            new SimulatedNetwork(_world.Network, incarnation),
            _world.RandomFor($"node {Id} incarnation {incarnation.Number}"),
            incarnation.Context);
        incarnation.Context.Post(_ => _boot(environment), null);
    }

    /// <summary>Kills the node between two of its turns. No effect while it is down.</summary>
    public void Crash(CrashKind kind = CrashKind.Power)
    {
        if (_incarnation is not { } incarnation) return;
        _incarnation = null;
        LastCrash = kind;
        _world.Note(Id.ToString(), $"crashes ({kind})");
        Disk.Crash(kind);
        incarnation.Die();
        Crashed?.Invoke(kind);
    }

    /// <summary>Stops it in its tracks: nothing of it runs, its clocks go on, frames to it wait.</summary>
    public void Pause()
    {
        if (_incarnation is not { IsPaused: false } incarnation) return;
        incarnation.IsPaused = true;
        _world.Note(Id.ToString(), "pauses");
    }

    /// <summary>Lets a paused node go on: all that was due meanwhile runs now, in order.</summary>
    public void Resume()
    {
        if (_incarnation is not { IsPaused: true } incarnation) return;
        incarnation.IsPaused = false;
        _world.Note(Id.ToString(), "resumes");
        foreach (Scheduled item in incarnation.TakeDeferred()) _world.Reschedule(item);
    }

    /// <summary>
    /// Runs an operation on the node's context, as a client's request would, and brings its answer back to the caller's
    /// context. Throws <see cref="NodeGoneException"/> when the node is down or crashes before it answers.
    /// </summary>
    public Task<T> CallAsync<T>(Func<Task<T>> operation)
    {
        _world.RequireInside();
        if (_incarnation is not { } incarnation) return Task.FromException<T>(new NodeGoneException(Id, wasStarted: false));
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action died = () => answer.TrySetException(new NodeGoneException(Id, wasStarted: true));
        incarnation.OnDeath(died);
        incarnation.Context.Post(_ => _ = AnswerAsync(), null);
        return answer.Task;

        async Task AnswerAsync()
        {
            try
            {
                answer.TrySetResult(await operation());
            }
            catch (Exception failure)
            {
                answer.TrySetException(failure);
            }
            finally
            {
                incarnation.Forget(died);
            }
        }
    }

    /// <summary>As <see cref="CallAsync{T}"/>, for an operation without a result.</summary>
    public Task CallAsync(Func<Task> operation) => CallAsync(async () =>
    {
        await operation();
        return true;
    });
}
