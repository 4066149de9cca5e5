namespace Lintel.Environment.Network.Tcp;

/// <summary>
/// The loops of a network: each runs on the thread pool, outside any store's context, and ends before the network is
/// gone. What a loop throws is a bug of the network, and is reported instead of being lost.
/// </summary>
internal sealed class BackgroundLoops(Action<Exception> onFailure)
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The owner counts as one until it drains, so the count cannot touch zero before.
    private int _running = 1;

    internal void Start(Func<Task> loop)
    {
        Interlocked.Increment(ref _running);
        ThreadPool.UnsafeQueueUserWorkItem(static state => _ = state.Loops.RunAsync(state.Loop), (Loops: this, Loop: loop), preferLocal: false);
    }

    /// <summary>Completes when every loop has ended. Called once.</summary>
    internal Task DrainAsync()
    {
        Leave();
        return _drained.Task;
    }

    private async Task RunAsync(Func<Task> loop)
    {
        try
        {
            await loop();
        }
        catch (Exception failure)
        {
            // The outermost frame of the loop: above it there is only the pool, where an exception ends the process.
            onFailure(failure);
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0) _drained.TrySetResult();
    }
}
