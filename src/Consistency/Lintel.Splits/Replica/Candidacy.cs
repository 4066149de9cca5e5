using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Raft;

namespace Lintel.Splits.Replica;

/// <summary>
/// When a replica stands for election sooner than its timeout would have it, and how long a leader of the past stays
/// bound to itself.
/// </summary>
/// <remarks>
/// <para>
/// When support for the leader's node is withdrawn, the lease is over and there is nothing to wait for: the voters stand
/// one after another, in the order of their nodes, a few ticks apart. The election timeout remains for everything else.
/// </para>
/// <para>
/// A leader promises itself its vote. When it no longer leads, that must hold until its last lease has passed, and no
/// longer: afterwards others may be told that they are free (see <see cref="Raft.Leases.SupportPromise"/>).
/// </para>
/// </remarks>
internal sealed class Candidacy(RaftPeer peer, StoreServices services)
{
    private const int TicksApart = 3;
    private const int Tries = 6;
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(10);
    private NodeId _lost;
    private int _standIn;
    private int _triesLeft;
    private bool _led;
    private Timestamp? _boundUntil;

    /// <summary>Ticks since a leader was known.</summary>
    public int TicksWithoutLeader { get; private set; }

    /// <summary>Whether the node's support for itself counts for this replica: it leads, or its last lease may still run.</summary>
    public bool IsBoundToSelf => peer.Role == Role.Leader || _boundUntil is not null;

    /// <summary>Support for a node that leads, or led, was withdrawn.</summary>
    public void OnLeaderLost(NodeId leader)
    {
        int rank = 0;
        foreach (NodeId voter in peer.Configuration.Voters)
        {
            if (voter == services.Self) break;
            if (voter != leader) rank++;
        }

        _lost = leader;
        _standIn = 1 + (rank * TicksApart);
        _triesLeft = Tries;
    }

    /// <summary>Stands now, and again every few milliseconds until there is a leader, for a second at most.</summary>
    public async Task StandAtOnceAsync(Action stood)
    {
        _lost = NodeId.None;
        for (int attempt = 0; attempt < 100 && peer.Leader.IsNone; attempt++)
        {
            _triesLeft = 1;
            Stand();
            stood();
            await Task.Delay(Apart, services.Environment.Time);
        }
    }

    /// <summary>Follows the peer's role. True when the support for this node itself now counts differently.</summary>
    public bool FollowRole()
    {
        bool leads = peer.Role == Role.Leader;
        if (leads == _led) return false;
        _led = leads;
        _boundUntil = leads ? null : services.Environment.TrueTime.Now().Latest + services.Limits.SupportDuration;
        return leads;
    }

    /// <summary>A tick, also while the peer sleeps. True when the support for this node itself now counts differently.</summary>
    public bool Tick()
    {
        TicksWithoutLeader = peer.Leader.IsNone ? TicksWithoutLeader + 1 : 0;
        if (_triesLeft > 0 && --_standIn <= 0) Stand();
        if (_boundUntil is not { } until || !services.Environment.TrueTime.Now().IsAfter(until)) return false;
        _boundUntil = null;
        return true;
    }

    private void Stand()
    {
        bool led = !peer.Leader.IsNone && peer.Leader != _lost;
        if (led || !services.MayLead)
        {
            _triesLeft = 0;
            return;
        }

        _triesLeft--;
        _standIn = 2 * TicksApart;
        peer.Campaign();
    }
}
