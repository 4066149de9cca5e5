using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Gateway;

/// <summary>Asks the split that owns an anchor now what became of a transaction, aborting it when it is undecided.</summary>
internal static class OutcomeQuestion
{
    private const int MovesMax = 8;

    /// <summary>The recorded outcome, or null when there was no answer.</summary>
    public static async ValueTask<TransactionOutcome?> AskOnceAsync(
        PatientSender sender, TransactionId transaction, Key anchor, CancellationToken cancellation = default)
    {
        try
        {
            for (int moves = 0; moves < MovesMax; moves++)
            {
                SplitDescriptor split = await sender.Router.FindAsync(anchor, cancellation);
                var request = new AskOutcome(split.Address, transaction, anchor, MayAbort: true);
                switch (await sender.SendAsync(request, cancellation))
                {
                    case SplitReply.Outcome outcome:
                        return outcome.Of;
                    case SplitRefusal.SplitMoved moved:
                        sender.Router.Correct(split.Address, moved.Now);
                        continue;
                    default:
                        return null;
                }
            }

            return null;
        }
        catch (LintelException)
        {
            // No split found for the anchor: as good as no answer, and asked again.
            return null;
        }
    }
}
