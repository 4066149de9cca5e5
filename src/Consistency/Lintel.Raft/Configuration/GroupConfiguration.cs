using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;

namespace Lintel.Raft.Configuration;

/// <summary>
/// Who belongs to a group. Normally one set of voters decides; in a joint configuration (Raft, section 6) a decision
/// needs a majority of the incoming <see cref="Voters"/> and one of the <see cref="Outgoing"/> voters. Learners receive
/// entries and decide nothing. All sets are ordered.
/// </summary>
/// <param name="Voters">The voters; the incoming half while joint.</param>
/// <param name="Outgoing">The outgoing half while joint; else empty.</param>
/// <param name="Learners">Receive entries, do not vote. Disjoint from both halves.</param>
/// <param name="LearnersNext">Outgoing voters that become learners on leaving the joint configuration.</param>
/// <param name="AutoLeave">Whether the leader leaves the joint configuration by itself.</param>
public sealed record GroupConfiguration(
    ImmutableSortedSet<NodeId> Voters,
    ImmutableSortedSet<NodeId> Outgoing,
    ImmutableSortedSet<NodeId> Learners,
    ImmutableSortedSet<NodeId> LearnersNext,
    bool AutoLeave)
{
    /// <summary>Nobody. The configuration of a peer that waits for a snapshot to tell it where it belongs.</summary>
    public static GroupConfiguration Empty { get; } = new([], [], [], [], AutoLeave: false);

    /// <summary>A plain configuration.</summary>
    public static GroupConfiguration Of(params ReadOnlySpan<NodeId> voters) => Empty with { Voters = [.. voters] };

    /// <summary>Whether two majorities are needed.</summary>
    public bool IsJoint => Outgoing.Count > 0;

    /// <summary>Whether <paramref name="node"/> votes, in either half.</summary>
    public bool IsVoter(NodeId node) => Voters.Contains(node) || Outgoing.Contains(node);

    /// <summary>Whether <paramref name="node"/> takes part at all.</summary>
    public bool Contains(NodeId node) => IsVoter(node) || Learners.Contains(node);

    /// <summary>Everyone that takes part, in order.</summary>
    public ImmutableSortedSet<NodeId> Members => Voters.Union(Outgoing).Union(Learners);

    /// <inheritdoc/>
    public bool Equals(GroupConfiguration? other) =>
        other is not null && Voters.SetEquals(other.Voters) && Outgoing.SetEquals(other.Outgoing)
        && Learners.SetEquals(other.Learners) && LearnersNext.SetEquals(other.LearnersNext)
        && AutoLeave == other.AutoLeave;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Voters.Count, Outgoing.Count, Learners.Count, AutoLeave);

    /// <summary>For people: <c>voters=(n1 n2)&amp;&amp;(n1 n3) learners=(n4) autoleave</c>.</summary>
    public override string ToString() =>
        $"voters=({string.Join(' ', Voters)}){(IsJoint ? $"&&({string.Join(' ', Outgoing)})" : "")}"
        + (Learners.Count > 0 ? $" learners=({string.Join(' ', Learners)})" : "")
        + (LearnersNext.Count > 0 ? $" learners-next=({string.Join(' ', LearnersNext)})" : "")
        + (AutoLeave ? " autoleave" : "");
}
