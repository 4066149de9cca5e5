using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;
using Lintel.Raft.Configuration;

namespace Lintel.Raft.Quorum;

/// <summary>How an election stands.</summary>
public enum VoteResult
{
    /// <summary>Neither side has what it needs.</summary>
    Pending,

    /// <summary>A quorum granted.</summary>
    Won,

    /// <summary>So many refused that no quorum can grant any more.</summary>
    Lost,
}

/// <summary>The votes of one election. A voter's first answer stands; answers of others than voters do not count.</summary>
public sealed class VoteTally
{
    private readonly SortedDictionary<NodeId, bool> _votes = [];

    /// <summary>Starts an election.</summary>
    public void Clear() => _votes.Clear();

    /// <summary>Records an answer.</summary>
    public void Record(NodeId voter, bool granted) => _votes.TryAdd(voter, granted);

    /// <summary>How the election stands: a joint configuration needs both halves.</summary>
    public VoteResult Result(GroupConfiguration configuration)
    {
        VoteResult incoming = MajorityResult(configuration.Voters);
        VoteResult outgoing = MajorityResult(configuration.Outgoing);
        if (incoming == VoteResult.Lost || outgoing == VoteResult.Lost) return VoteResult.Lost;
        return incoming == VoteResult.Won && outgoing == VoteResult.Won ? VoteResult.Won : VoteResult.Pending;
    }

    private VoteResult MajorityResult(ImmutableSortedSet<NodeId> voters)
    {
        if (voters.Count == 0) return VoteResult.Won;
        int granted = 0;
        int unknown = 0;
        foreach (NodeId voter in voters)
        {
            if (!_votes.TryGetValue(voter, out bool vote)) unknown++;
            else if (vote) granted++;
        }

        int majority = (voters.Count / 2) + 1;
        if (granted >= majority) return VoteResult.Won;
        return granted + unknown >= majority ? VoteResult.Pending : VoteResult.Lost;
    }
}
