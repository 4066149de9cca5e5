using Lintel.Primitives.Identifiers;

namespace Lintel.Raft.Leases;

/// <summary>
/// Leases that rest on node-to-node support instead of ticks.
///
/// <para>Nodes, not groups, watch each other: node V supports node L under an epoch, a number that grows each time V
/// has given up supporting L and starts again. L knows until when V's support under an epoch lasts at least; V withdraws
/// it (and never returns to that epoch) only when that time has certainly passed. One heartbeat per node pair keeps any
/// number of groups alive, which is why idle groups may sleep.</para>
///
/// <para>Inside a group the two are tied together like this. When a follower answers its leader, it answers with the
/// epoch E under which its node supports the leader's, and makes a <em>promise</em>: no vote and no pre-vote for anybody
/// else, and no candidacy of its own, while its node's support for that node under E holds. The promise is part of the
/// hard state and durable before the answer leaves. The leader notes the epoch: it is <em>fortified</em> by that peer.
/// The lease of the leader reaches to the largest T such that in each half of the configuration a majority of voters
/// supports it, under the epochs they fortified it with, until at least T.</para>
///
/// <para>Why leases are disjoint. Let L lead in term t with a lease until T, and X be elected in a later term. X has
/// votes from a quorum; L was fortified by a quorum with support until T; the two share a voter V. V did not vote for X
/// before it fortified L: it would have been in the later term and not answered L. So it voted afterwards, under its
/// promise, thus after its node had withdrawn support under E, thus at or after T. Three details carry the argument:
/// the promise survives a restart (until the host says otherwise after one, it is in force); it survives a change of
/// term, because a higher term by itself says nothing about a vote; it is replaced only by word from a leader of a later
/// term, whose election was itself subject to the argument. L itself is one of the voters: it promises itself under the
/// epoch that the host names for its own node, and it may not vote for X before that is withdrawn.</para>
///
/// <para>A leader may also stop leading while its node lives: a configuration change takes its vote. Support then lasts,
/// and so would the promises. A follower that hears nothing for an election timeout therefore asks the one it promised
/// itself to; who leads no longer, and whose last lease is over, answers so in the term of the asker or a later one, and
/// the promise is void. It leads no term up to the one it answers in, ever again.</para>
///
/// <para>The exception is a transfer: the leader asks for its replacement. From <see cref="RaftPeer.TransferLeadership"/>
/// on it has no lease; the host stops relying on it <em>before</em> it makes that call, and puts what the next leader
/// must know (the highest timestamp served) into the log before. The target receives the whole log before it is asked to
/// campaign, and the permission is good for exactly the next term.</para>
///
/// <para>Duties of the host: (a) withdraw support only after its expiration by every clock in its bounds; (b) name its
/// own node's epoch too (<see cref="RaftPeer.SetSupportFor"/> with itself), and withdraw it when it has stopped leading
/// and its last lease is over; (c) compute the lease anew for each use: a configuration change may shorten it, so
/// nothing computed before <see cref="RaftPeer.ApplyConfigurationChange"/> may be relied on after it.</para>
/// </summary>
internal sealed class SupportLedger(SupportPromise promise)
{
    private readonly SortedDictionary<NodeId, ulong> _given = [];
    private readonly SortedDictionary<NodeId, ulong> _received = [];

    /// <summary>The promise as last made. Invariant R30: it changes only by word of a leader, or when it has ended.</summary>
    public SupportPromise Promise { get; private set; } = promise;

    /// <summary>Whether the promise binds. What the host has not spoken of since the start still holds.</summary>
    public bool InForce =>
        !Promise.IsNone && (!_given.TryGetValue(Promise.To, out ulong epoch) || epoch == Promise.Epoch);

    /// <summary>The epoch under which this node supports <paramref name="node"/>; 0 for none.</summary>
    public ulong Given(NodeId node) => _given.GetValueOrDefault(node);

    /// <summary>The epoch under which <paramref name="node"/> supports this node; 0 for none.</summary>
    public ulong Received(NodeId node) => _received.GetValueOrDefault(node);

    /// <summary>Whether the promise forbids electing <paramref name="candidate"/>.</summary>
    public bool Forbids(NodeId candidate) => InForce && Promise.To != candidate;

    /// <summary>Notes the host's word on support given. Returns whether it is news.</summary>
    public bool SetGiven(NodeId node, ulong epoch)
    {
        if (_given.TryGetValue(node, out ulong before) && before == epoch) return false;
        _given[node] = epoch;
        if (!InForce) Promise = SupportPromise.None;
        return true;
    }

    /// <summary>Notes the host's word on support received. Returns whether it is news.</summary>
    public bool SetReceived(NodeId node, ulong epoch)
    {
        if (_received.GetValueOrDefault(node) == epoch) return false;
        _received[node] = epoch;
        return true;
    }

    /// <summary>Whether the host has said that <paramref name="node"/> is not supported; before it has spoken, no.</summary>
    public bool IsWithdrawn(NodeId node) => _given.TryGetValue(node, out ulong epoch) && epoch == 0;

    /// <summary>The one promised to says that it leads no term up to the present one.</summary>
    public void Release(NodeId formerLeader)
    {
        if (Promise.To == formerLeader) Promise = SupportPromise.None;
    }

    /// <summary>Follows a leader of the current term: promises to it what support there is.</summary>
    public void Follow(NodeId leader)
    {
        ulong epoch = Given(leader);
        if (epoch != 0) Promise = new SupportPromise(leader, epoch);
        else if (Promise.To != leader || !InForce) Promise = SupportPromise.None;
    }
}
