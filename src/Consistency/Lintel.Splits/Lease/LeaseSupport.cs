using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Time;

namespace Lintel.Splits.Lease;

/// <summary>
/// Support between nodes, from which the leader leases of all their splits follow. Pure: time comes in as TrueTime
/// intervals, nothing is read or sent.
/// </summary>
/// <remarks>
/// <para>
/// Node A asks B for support until a timestamp t. B grants it under an epoch of B's own: for as long as that epoch
/// stands, B elects nobody else in any split in which it acknowledged A's leadership under it (the Raft core keeps
/// that <see cref="Raft.Leases.SupportPromise"/> per split). B withdraws, by raising the epoch, only once t has
/// definitely passed on its clock. So a leader may serve, and assign timestamps, up to the largest T for which a
/// quorum of the voters that acknowledged it support it to T or beyond; whoever is elected next was elected by a voter
/// of that quorum, hence after T, and its own TT.now().latest is above everything that was served or assigned before.
/// (The idea is that of CockroachDB's store liveness; see docs/adr/0005-lease-support.md.)
/// </para>
/// <para>
/// A node supports itself by the same rules, because its own vote is part of the quorum too.
/// </para>
/// <para>
/// A restarted node has forgotten what it promised. It counts every promise as standing until the longest one that its
/// earlier life can have made has passed (<see cref="SilentUntil"/>), and its epochs begin above all earlier ones.
/// </para>
/// <para>
/// L01: a grant's expiration never shrinks within an epoch. L02: an epoch is withdrawn only when its expiration has
/// definitely passed. L03: nothing is withdrawn, and no vote is free, during the silence after a start.
/// </para>
/// </remarks>
public sealed class LeaseSupport
{
    // Epochs of one life of the node: incarnation in the upper bits, so that they lie above those of earlier lives.
    private const int EpochsPerLifeBits = 32;

    private readonly SortedDictionary<NodeId, Given> _given = [];
    private readonly SortedDictionary<NodeId, SupportGrant> _received = [];
    private readonly SortedSet<NodeId> _nodes = [];
    private readonly ulong _firstEpoch;
    private readonly TimeSpan _duration;
    private readonly TimeSpan _longestPromise;

    /// <summary>Begins a life of the node.</summary>
    /// <param name="incarnation">Larger than that of every earlier life; below 2^32.</param>
    /// <param name="duration">The longest support ever granted; must not shrink between lives.</param>
    /// <param name="maxUncertainty">The largest half-width at which any life of this node gave support.</param>
    /// <param name="firstLife">Whether there was no earlier life, so that nothing can have been promised.</param>
    public LeaseSupport(ulong incarnation, TimeSpan duration, TimeSpan maxUncertainty, bool firstLife)
    {
        Incarnation = incarnation;
        UntilOf = SupportedUntil;
        _firstEpoch = (incarnation << EpochsPerLifeBits) + 1;
        _duration = duration;
        _longestPromise = duration + (2 * maxUncertainty);
        SilentUntil = firstLife ? Timestamp.Zero : Timestamp.Max;
    }

    /// <summary><see cref="SupportedUntil"/>, made once: every use of a lease asks it.</summary>
    public Func<NodeId, ulong, Timestamp> UntilOf { get; }

    /// <summary>Which life of the node this is.</summary>
    public ulong Incarnation { get; }

    /// <summary>
    /// Until this has definitely passed, promises of an earlier life may still stand. Never, until the clock was
    /// bounded for the first time in this life.
    /// </summary>
    public Timestamp SilentUntil { get; private set; }

    /// <summary>The nodes that support was given to or received from in this life.</summary>
    public IReadOnlyCollection<NodeId> Nodes => _nodes;

    /// <summary>Whether promises of an earlier life may still stand.</summary>
    public bool IsSilent { get; private set; } = true;

    /// <summary>The clock is bounded, at <paramref name="now"/>: from here the silence can be counted.</summary>
    public void OnBounded(TrueTimeInterval now)
    {
        if (SilentUntil == Timestamp.Max) SilentUntil = now.Latest + _longestPromise;
    }

    /// <summary>The supporter's side: <paramref name="node"/> asks for support until <paramref name="until"/>.</summary>
    /// <returns>What it gets: never further than the longest support from now, and nothing during the silence.</returns>
    public SupportGrant Give(NodeId node, Timestamp until, TrueTimeInterval now)
    {
        Withdraw(now);
        if (IsSilent) return SupportGrant.None;
        Timestamp bounded = Timestamp.Earlier(until, now.Latest + _duration);
        Given given = _given.TryGetValue(node, out Given known) ? known : new Given(_firstEpoch, Timestamp.Zero, Withdrawn: false);
        Timestamp raised = Timestamp.Later(given.Until, bounded);
        Invariant.Require("L01", raised >= given.Until);
        _given[node] = new Given(given.Epoch, raised, Withdrawn: false);
        _nodes.Add(node);
        return new SupportGrant(given.Epoch, raised);
    }

    /// <summary>
    /// Withdraws every support whose end has definitely passed, and ends the silence when it is over. True when
    /// something changed, so that peers held back by a promise may campaign or vote again.
    /// </summary>
    public bool Withdraw(TrueTimeInterval now)
    {
        if (!now.IsAfter(SilentUntil)) return false;
        bool changed = IsSilent;
        IsSilent = false;
        List<NodeId>? ended = null;
        foreach ((NodeId node, Given given) in _given)
        {
            if (!given.Withdrawn && now.IsAfter(given.Until)) (ended ??= []).Add(node);
        }

        if (ended is null) return changed;
        foreach (NodeId node in ended)
        {
            Given given = _given[node];
            Invariant.Require("L02", now.IsAfter(given.Until));
            _given[node] = new Given(given.Epoch + 1, Timestamp.Zero, Withdrawn: true);
        }

        return true;
    }

    /// <summary>The epoch under which this node supports <paramref name="node"/> now; zero when it does not.</summary>
    public ulong EpochGivenTo(NodeId node) =>
        _given.TryGetValue(node, out Given given) && !given.Withdrawn ? given.Epoch : 0;

    /// <summary>The other side: <paramref name="supporter"/> granted support to this node. Late answers do no harm.</summary>
    public void Receive(NodeId supporter, SupportGrant grant)
    {
        SupportGrant known = _received.GetValueOrDefault(supporter);
        if (grant.Epoch < known.Epoch) return;
        _nodes.Add(supporter);
        _received[supporter] = grant.Epoch > known.Epoch
            ? grant
            : grant with { Until = Timestamp.Later(known.Until, grant.Until) };
    }

    /// <summary>What <paramref name="supporter"/> granted to this node, as far as it is known here.</summary>
    public SupportGrant ReceivedFrom(NodeId supporter) => _received.GetValueOrDefault(supporter);

    /// <summary>
    /// Until when <paramref name="supporter"/> certainly supports this node under <paramref name="epoch"/>; zero when
    /// that epoch is not the one in force. The lease of a split is computed from it, see
    /// <see cref="Raft.RaftPeer.LeaseExpiration"/>.
    /// </summary>
    public Timestamp SupportedUntil(NodeId supporter, ulong epoch)
    {
        SupportGrant grant = ReceivedFrom(supporter);
        return epoch != 0 && grant.Epoch == epoch ? grant.Until : Timestamp.Zero;
    }

    private readonly record struct Given(ulong Epoch, Timestamp Until, bool Withdrawn);
}
