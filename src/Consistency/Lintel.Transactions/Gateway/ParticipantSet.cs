using Lintel.Primitives.Identifiers;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// The splits that a transaction has touched, in the order of their ids: one or a few, as a rule, so a sorted list. On
/// the store's context.
/// </summary>
internal sealed class ParticipantSet(TimeProvider time)
{
    private readonly List<Participant> _participants = [];

    /// <summary>How many there are.</summary>
    public int Count => _participants.Count;

    /// <summary>All of them.</summary>
    public List<Participant> All => _participants;

    /// <summary>
    /// The participant of a split that is about to be asked. Entered before the request leaves, so that whatever the
    /// request does there is released at the end, answered or not.
    /// </summary>
    public Participant Touch(SplitDescriptor split)
    {
        int at = PlaceOf(split.Split);
        if (at < 0) _participants.Insert(at = ~at, new Participant(split) { HeardAt = time.GetTimestamp() });
        Participant participant = _participants[at];
        if (split.Generation >= participant.Descriptor.Generation) participant.Descriptor = split;
        return participant;
    }

    /// <summary>The participant of a split, or null when it was never asked.</summary>
    public Participant? Find(SplitId split)
    {
        int at = PlaceOf(split);
        return at < 0 ? null : _participants[at];
    }

    // The index of the split, or the complement of where it would go.
    private int PlaceOf(SplitId split)
    {
        int low = 0;
        for (int high = _participants.Count - 1; low <= high;)
        {
            int middle = (low + high) >>> 1;
            int order = _participants[middle].Descriptor.Split.CompareTo(split);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
