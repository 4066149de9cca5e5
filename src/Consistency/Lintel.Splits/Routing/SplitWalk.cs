using Lintel.Primitives.Errors;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Routing;

/// <summary>Asks whoever owns a key, or tells whoever owns parts of a span, following splits that have moved.</summary>
public static class SplitWalk
{
    // A split divides at most a few times while one request is under way.
    private const int CorrectionsMax = 8;

    /// <summary>Asks the owner of a key; null when it could not be reached.</summary>
    public static async ValueTask<SplitReply?> AskAsync(ISplitRouter router, Key key, Func<SplitAddress, SplitRequest> request)
    {
        try
        {
            for (int attempt = 0; attempt < CorrectionsMax; attempt++)
            {
                SplitDescriptor owner = await router.FindAsync(key);
                SplitReply reply = await router.SendAsync(request(owner.Address));
                if (reply is not SplitRefusal.SplitMoved moved) return reply;
                router.Correct(owner.Address, moved.Now);
            }
        }
        catch (LintelException unreachable) when (unreachable.Error.Code is ErrorCode.Unavailable or ErrorCode.Timeout or ErrorCode.Busy)
        {
            // Whoever asked tries again at its next round of housekeeping.
        }

        return null;
    }

    /// <summary>Tells every owner of a part of a span; whether all of them have taken it.</summary>
    public static async ValueTask<bool> TellAsync(
        ISplitRouter router, KeySpan span, Func<SplitAddress, KeySpan, SplitRequest> request)
    {
        KeySpan left = span;
        int corrections = 0;
        try
        {
            while (!left.IsEmpty)
            {
                SplitDescriptor owner = await router.FindAsync(left.Start);
                KeySpan part = left.Intersect(owner.Span);
                SplitReply reply = await router.SendAsync(request(owner.Address, part));
                switch (reply)
                {
                    case SplitRefusal.SplitMoved moved when corrections++ < CorrectionsMax:
                        router.Correct(owner.Address, moved.Now);
                        break;
                    case SplitReply.Done:
                        left = new KeySpan(part.End, left.End);
                        break;
                    default:
                        return false;
                }
            }

            return true;
        }
        catch (LintelException unreachable) when (unreachable.Error.Code is ErrorCode.Unavailable or ErrorCode.Timeout or ErrorCode.Busy)
        {
            return false;
        }
    }
}
