using System.Collections.Concurrent;

namespace Lintel.Environment.Scheduling;

/// <summary>
/// A synchronization context that runs what is posted to it one item at a time, in order, on the thread pool: the
/// production side of <see cref="NodeEnvironment.Context"/>. State touched only from inside needs no locks.
/// A turn runs until the queue is empty or its budget is spent, so a busy context shares the pool fairly.
/// </summary>
public sealed class SerialContext : SynchronizationContext, IThreadPoolWorkItem
{
    private const int TurnBudget = 512;
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _queue = new();
    private readonly Action<Exception> _onUnhandled;

    // 0: idle, 1: a turn is queued or running. Whoever moves it from 0 to 1 queues the turn.
    private int _scheduled;

    /// <summary>Creates an idle context; <paramref name="onUnhandled"/> learns of a callback that threw.</summary>
    public SerialContext(Action<Exception> onUnhandled) => _onUnhandled = onUnhandled;

    /// <summary>Items waiting to run.</summary>
    public int Backlog => _queue.Count;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        _queue.Enqueue((d, state));
        Schedule();
    }

    /// <summary>Not offered: waiting for a serial context from outside is how deadlocks are made.</summary>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("a serial context is posted to, never waited for");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    void IThreadPoolWorkItem.Execute()
    {
        SynchronizationContext? outer = Current;
        SetSynchronizationContext(this);
        try
        {
            for (int i = 0; i < TurnBudget && _queue.TryDequeue(out var item); i++) Run(item.Callback, item.State);
        }
        finally
        {
            SetSynchronizationContext(outer);
        }

        Interlocked.Exchange(ref _scheduled, 0);
        if (!_queue.IsEmpty) Schedule();
    }

    private void Schedule()
    {
        if (Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Run(SendOrPostCallback callback, object? state)
    {
        try
        {
            callback(state);
        }
        catch (Exception failure)
        {
            // The node's own loop: the one place that catches everything, to stop serving rather than die silently.
            _onUnhandled(failure);
        }
    }
}
