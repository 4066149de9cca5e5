namespace Lintel.Splits.Replica;

/// <summary>Waits with an end. (Task.WhenAny would do, but its continuations leave the serial context.)</summary>
public static class BoundedWait
{
    /// <summary>Makes a source whose continuations come back to their own context.</summary>
    public static TaskCompletionSource<T> Source<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the source is set to; after <paramref name="patience"/> it is set to <paramref name="otherwise"/>.</summary>
    public static async Task<T> ForAsync<T>(
        TaskCompletionSource<T> source, T otherwise, TimeSpan patience, TimeProvider time)
    {
        if (source.Task.IsCompleted) return await source.Task;
        using ITimer timer = time.CreateTimer(
            _ => source.TrySetResult(otherwise), null, patience, Timeout.InfiniteTimeSpan);
        return await source.Task;
    }
}
