using Lintel.Primitives.Errors;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Requests for whose answer nobody waits: releases, aborts of prepared participants. Each has a time-out at the split
/// behind it, so that losing one costs time and nothing else. Bounded; on the store's context.
/// </summary>
internal sealed class Courtesies(ISplitRouter router, SynchronizationContext context, int max)
{
    /// <summary>Under way now.</summary>
    public int Count { get; private set; }

    /// <summary>Not sent because too many were under way.</summary>
    public long Dropped { get; private set; }

    /// <summary>Sends and forgets.</summary>
    public void Send(SplitRequest request)
    {
        if (Count >= max)
        {
            Dropped++;
            return;
        }

        Count++;
        Unawaited.Start(RunAsync(request), context);
    }

    private async Task RunAsync(SplitRequest request)
    {
        try
        {
            await router.SendAsync(request);
        }
        catch (LintelException)
        {
            // The split's own time-out does what this request was to do sooner.
            Dropped++;
        }
        finally
        {
            Count--;
        }
    }
}
