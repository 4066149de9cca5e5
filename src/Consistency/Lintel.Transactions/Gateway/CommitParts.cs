using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Transactions.Coordinator;

namespace Lintel.Transactions.Gateway;

/// <summary>Lays out a commit: which split gets which writes, and which are asked only about their locks.</summary>
internal static class CommitParts
{
    /// <summary>
    /// One part for every split that owns a write, holds staged writes or holds locks. The coordinator is the split of
    /// the write at the anchor or, when that was staged, of the stage; null when that split is not what it was, and so
    /// the transaction has lost something.
    /// </summary>
    public static async ValueTask<List<CommitPart>?> OfAsync(
        ISplitRouter router,
        IReadOnlyList<Mutation> mutations,
        ParticipantSet? participants,
        Key anchor,
        CancellationToken cancellation)
    {
        var parts = new List<CommitPart>();
        bool hasCoordinator = false;
        foreach (MutationGroup group in await MutationGroup.FormAsync(router, mutations, cancellation))
        {
            Participant? known = participants?.Find(group.Split.Split);
            CommitRole role = CommitRole.Participant;
            if (!hasCoordinator && Writes(group.Mutations, anchor)) role = CommitRole.Coordinator;
            hasCoordinator |= role == CommitRole.Coordinator;
            parts.Add(new CommitPart(
                group.Split, group.Mutations, known?.Lease ?? default, known?.StagedThrough ?? 0, role));
        }

        foreach (Participant participant in participants?.All ?? [])
        {
            if (participant.IsBound && IndexOf(parts, participant.Descriptor) < 0)
                parts.Add(new CommitPart(
                    participant.Descriptor, [], participant.Lease, participant.StagedThrough, CommitRole.Participant));
        }

        if (hasCoordinator) return parts;
        int staged = parts.FindIndex(part => part.StagedThrough > 0 && part.Split.Span.Contains(anchor));
        if (staged < 0) return null;
        parts[staged] = parts[staged] with { Role = CommitRole.Coordinator };
        return parts;
    }

    /// <summary>The parts that the writes of one untouched part fall into now.</summary>
    public static async ValueTask<List<CommitPart>> RegroupAsync(ISplitRouter router, CommitPart part, Key anchor)
    {
        var parts = new List<CommitPart>();
        foreach (MutationGroup group in await MutationGroup.FormAsync(router, part.Mutations, CancellationToken.None))
        {
            bool coordinates = part.Role == CommitRole.Coordinator && Writes(group.Mutations, anchor);
            parts.Add(new CommitPart(
                group.Split, group.Mutations, default, 0, coordinates ? CommitRole.Coordinator : CommitRole.Participant));
        }

        return parts;
    }

    private static bool Writes(IReadOnlyList<Mutation> mutations, Key key)
    {
        foreach (Mutation mutation in mutations)
        {
            if (mutation.Key == key) return true;
        }

        return false;
    }

    private static int IndexOf(List<CommitPart> parts, SplitDescriptor split) =>
        parts.FindIndex(part => part.Split.Split == split.Split);
}
