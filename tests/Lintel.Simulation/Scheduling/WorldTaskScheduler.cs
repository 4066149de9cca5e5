namespace Lintel.Simulation.Scheduling;

/// <summary>Queues tasks as posts to a <see cref="WorldContext"/>.</summary>
internal sealed class WorldTaskScheduler(World world, WorldContext context) : TaskScheduler
{
    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => context.Post(state => TryExecuteTask((Task)state!), task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        world.RequireInside();
        return TryExecuteTask(task);
    }

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
