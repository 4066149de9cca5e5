using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Lintel.Raft.Tests.World;

namespace Lintel.Raft.Tests.Simulation;

/// <summary>
/// Node-to-node support as the hosts keep it, in one shared virtual time. The supporter's records are durable; what the
/// supported node knows of them comes late, or not at all, and is lost when it crashes.
/// </summary>
public sealed class SupportWorld(Prng random, IReadOnlyList<RaftNode> nodes, Func<NodeId, NodeId, bool> connected)
{
    private const long Duration = 120;
    private readonly SortedDictionary<(NodeId By, NodeId Of), (ulong Epoch, long Until, bool On)> _given = [];
    private readonly SortedDictionary<(NodeId By, NodeId Of), (ulong Epoch, long Until)> _known = [];

    /// <summary>A planted bug: a supporter forgets its support before it has expired.</summary>
    public bool WithdrawsEarly { get; set; }

    public void Step(long now)
    {
        foreach (RaftNode by in nodes)
        {
            if (!by.IsUp) continue;
            foreach (RaftNode of in nodes) Between(by, of, now);
        }
    }

    public void Restarted(RaftNode node)
    {
        foreach (RaftNode other in nodes) _known.Remove((other.Id, node.Id));
        foreach (RaftNode other in nodes)
        {
            if (_given.TryGetValue((node.Id, other.Id), out var given))
                node.Peer!.SetSupportFor(other.Id, given.On ? given.Epoch : 0);
        }
    }

    public Timestamp SupportUntil(NodeId leader, NodeId by, ulong epoch) =>
        _known.TryGetValue((by, leader), out var known) && known.Epoch == epoch ? new Timestamp(known.Until) : Timestamp.Zero;

    private void Between(RaftNode by, RaftNode of, long now)
    {
        var given = _given.GetValueOrDefault((by.Id, of.Id));
        long margin = WithdrawsEarly ? Duration : 0;
        if (given.On && now + margin >= given.Until) given = given with { On = false };
        bool heard = by == of
            ? by.Peer!.Role == Role.Leader
            : of.IsUp && connected(by.Id, of.Id) && connected(of.Id, by.Id) && random.Chance(0.2);
        if (heard)
        {
            given = given.On ? given with { Until = now + Duration } : (given.Epoch + 1, now + Duration, true);
        }

        _given[(by.Id, of.Id)] = given;
        by.Peer!.SetSupportFor(of.Id, given.On ? given.Epoch : 0);
        if (heard && random.Chance(0.8)) _known[(by.Id, of.Id)] = (given.Epoch, given.Until);
        if (!of.IsUp) return;
        bool alive = _known.TryGetValue((by.Id, of.Id), out var known) && known.Until > now;
        of.Peer!.SetSupportFrom(by.Id, alive ? known.Epoch : 0);
    }
}
