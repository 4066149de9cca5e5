namespace Lintel.Environment.Disk;

/// <summary>Runs a system call that blocks on a thread of the pool; the await comes back to the caller's context.</summary>
public static class BlockingCall
{
    /// <summary>Starts <paramref name="call"/>; what it throws comes out of the await.</summary>
    public static Task<T> RunAsync<T>(Func<T> call)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                try
                {
                    state.Done.SetResult(state.Call());
                }
                catch (Exception failure)
                {
                    // Whatever it is belongs to the caller, who awaits it.
                    state.Done.SetException(failure);
                }
            },
            (Call: call, Done: done),
            preferLocal: false);
        return done.Task;
    }
}
