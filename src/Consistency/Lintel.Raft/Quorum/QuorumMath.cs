using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Configuration;

namespace Lintel.Raft.Quorum;

/// <summary>
/// What a majority, or both majorities of a joint configuration, have reached. One order statistic answers all
/// questions: which index is on a quorum's disks, which heartbeat round a quorum has answered, until when a quorum
/// supports the leader. A set of n voters reaches the value that at least n/2+1 of them have at least reached, i.e. the
/// (n/2+1)-th largest; a joint configuration reaches the smaller of what its two halves reach. An empty half decides
/// nothing and so reaches everything.
/// </summary>
public static class QuorumMath
{
    /// <summary>The largest value that a quorum of <paramref name="configuration"/> has reached.</summary>
    /// <param name="configuration">The voters.</param>
    /// <param name="valueOf">What one voter has reached.</param>
    /// <param name="state">Passed to <paramref name="valueOf"/>, so that it needs no closure.</param>
    public static long Reached<TState>(
        GroupConfiguration configuration, Func<TState, NodeId, long> valueOf, TState state) =>
        Math.Min(
            MajorityReached(configuration.Voters, valueOf, state),
            MajorityReached(configuration.Outgoing, valueOf, state));

    /// <summary>The largest value that a majority of <paramref name="voters"/> has reached.</summary>
    public static long MajorityReached<TState>(
        ImmutableSortedSet<NodeId> voters, Func<TState, NodeId, long> valueOf, TState state)
    {
        int count = voters.Count;
        if (count == 0) return long.MaxValue;
        Span<long> values = count <= 16 ? stackalloc long[count] : new long[count];
        for (int i = 0; i < count; i++) values[i] = valueOf(state, voters[i]);
        values.Sort();
        return values[count - ((count / 2) + 1)];
    }
}
