using System.Runtime.ExceptionServices;
using Lintel.Simulation.Nodes;

namespace Lintel.Simulation.Scheduling;

/// <summary>
/// The serial context of one incarnation of a node (or of the world's own clients): what is posted runs on the world's
/// thread, in order, at the instant it was posted. What is posted for an incarnation that has crashed is dropped.
/// </summary>
public sealed class WorldContext : SynchronizationContext
{
    private readonly World _world;
    private readonly Incarnation? _owner;

    internal WorldContext(World world, Incarnation? owner)
    {
        _world = world;
        _owner = owner;
        Scheduler = new WorldTaskScheduler(world, this);
    }

    /// <summary>Runs tasks on this context; the current scheduler of everything that runs on it.</summary>
    public TaskScheduler Scheduler { get; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        // A throw here would end the process: the poster is a pool thread. The world reports the escape instead.
        if (_world.IsInside()) _world.Schedule(TimeSpan.Zero, _owner, d, state);
    }

    /// <summary>Not offered: waiting for a serial context from outside is how deadlocks are made.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("a serial context is posted to, never waited for");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    // Runs inside a task of our scheduler, so that a task started from a turn is queued to the world. (An inlined await
    // continuation loses the current scheduler: StartNew and ContinueWith are banned below the doors for that reason.)
    internal void Run(Scheduled item)
    {
        var turn = new Task(RunTurn, item);
        turn.RunSynchronously(Scheduler);
        if (turn.Exception?.InnerException is { } failure) ExceptionDispatchInfo.Throw(failure);
    }

    private void RunTurn(object? item)
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            ((Scheduled)item!).Invoke();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }
}
