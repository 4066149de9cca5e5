namespace Lintel.Node.Hosting;

/// <summary>Calls from outside into a store's context.</summary>
internal static class ContextCalls
{
    /// <summary>Runs <paramref name="body"/> on the context, and goes on here, on the pool, when it has ended.</summary>
    public static Task<T> CallAsync<T>(this SynchronizationContext context, Func<Task<T>> body)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Post(_ => _ = RunAsync(), null);
        return done.Task;

        async Task RunAsync()
        {
            try
            {
                done.SetResult(await body());
            }
            catch (Exception failure)
            {
                // Whatever it is belongs to the caller, who awaits it.
                done.SetException(failure);
            }
        }
    }

    /// <summary>Runs something that does not wait on the context.</summary>
    public static Task<T> CallAsync<T>(this SynchronizationContext context, Func<T> body) =>
        context.CallAsync(() => Task.FromResult(body()));
}
