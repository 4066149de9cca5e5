using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Routing;

/// <summary>
/// The splits as a gateway sees them: which split owns a key, and a way to ask its leaseholder. The seam between the
/// transactions and the replicated splits; used on the store's context only.
///
/// What a sender may rely on: a refusal that is not ambiguous means that this request did not and will not take effect,
/// also not through a duplicate that is still under way. That is why a <see cref="CommitLocal"/> or a
/// <see cref="Decide"/> goes to a second node only after the first has refused it, and why an answer that was lost is
/// reported as ambiguous instead of being asked for again. Other requests may be resent.
/// </summary>
public interface ISplitRouter
{
    /// <summary>The split that owns <paramref name="key"/>, as far as is known here. Throws Unavailable when it cannot be found.</summary>
    ValueTask<SplitDescriptor> FindAsync(Key key, CancellationToken cancellation = default);

    /// <summary>The split that owns the keys just below <paramref name="end"/>: where a descending scan begins.</summary>
    ValueTask<SplitDescriptor> FindBelowAsync(Key end, CancellationToken cancellation = default);

    /// <summary>
    /// Corrects what is known after <see cref="SplitRefusal.SplitMoved"/>: takes newer descriptors in, and forgets
    /// <paramref name="stale"/>, so that the next search does not find it again.
    /// </summary>
    void Correct(SplitAddress stale, IReadOnlyList<SplitDescriptor> now);

    /// <summary>
    /// Asks the leaseholder of the split (for a snapshot read that allows it: any replica, the nearest first), follows
    /// hints to it, and waits a bounded time for one to appear. Never throws for an expected outcome, and never answers
    /// NotLeaseholder: that becomes Unavailable when no leaseholder was found in time.
    /// </summary>
    ValueTask<SplitReply> SendAsync(SplitRequest request, CancellationToken cancellation = default);
}
