using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Gateway;

/// <summary>Sends to splits, and comes back a few times when a queue there is full.</summary>
internal sealed class PatientSender(ISplitRouter router, TimeProvider time, int attemptsMax)
{
    /// <summary>The splits.</summary>
    public ISplitRouter Router => router;

    /// <summary>The reply, which is Busy only when patience ran out.</summary>
    public async ValueTask<SplitReply> SendAsync(SplitRequest request, CancellationToken cancellation = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            SplitReply reply = await router.SendAsync(request, cancellation);
            if (reply is not SplitRefusal.Busy busy || attempt >= attemptsMax) return reply;
            await Task.Delay(busy.RetryAfter, time, cancellation);
        }
    }
}
