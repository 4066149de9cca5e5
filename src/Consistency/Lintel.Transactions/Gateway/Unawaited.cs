using System.Runtime.ExceptionServices;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Work for which nobody waits. What it throws is a bug, since expected outcomes are values: it is thrown again on the
/// context, whose owner decides what a bug does to the node.
/// </summary>
internal static class Unawaited
{
    /// <summary>Lets the work go on by itself.</summary>
    public static void Start(Task work, SynchronizationContext context)
    {
        if (!work.IsCompletedSuccessfully) _ = WatchAsync(work, context);
    }

    private static async Task WatchAsync(Task work, SynchronizationContext context)
    {
        try
        {
            await work;
        }
        catch (Exception failure)
        {
            context.Post(static thrown => ((ExceptionDispatchInfo)thrown!).Throw(), ExceptionDispatchInfo.Capture(failure));
        }
    }
}
