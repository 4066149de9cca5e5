using Lintel.Primitives.Identifiers;
using Lintel.Splits.Routing;

namespace Lintel.Transactions.Gateway;

/// <summary>The splits that a transaction has touched, in the order of their ids. On the store's context.</summary>
internal sealed class ParticipantSet(TimeProvider time)
{
    private readonly SortedDictionary<SplitId, Participant> _participants = [];

    /// <summary>How many there are.</summary>
    public int Count => _participants.Count;

    /// <summary>All of them.</summary>
    public IEnumerable<Participant> All => _participants.Values;

    /// <summary>
    /// The participant of a split that is about to be asked. Entered before the request leaves, so that whatever the
    /// request does there is released at the end, answered or not.
    /// </summary>
    public Participant Touch(SplitDescriptor split)
    {
        if (!_participants.TryGetValue(split.Split, out Participant? participant))
            _participants.Add(split.Split, participant = new Participant(split) { HeardAt = time.GetTimestamp() });
        if (split.Generation >= participant.Descriptor.Generation) participant.Descriptor = split;
        return participant;
    }

    /// <summary>The participant of a split, or null when it was never asked.</summary>
    public Participant? Find(SplitId split) => _participants.GetValueOrDefault(split);
}
