using Lintel.Environment.Network;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Simulation.Nodes;

namespace Lintel.Simulation.Network;

/// <summary>
/// Everything between the nodes: delays, loss, duplicates, reordering, cuts in one direction or both, and clogs. A cut
/// loses what is sent and what is on its way; a clog only delays. A frame is compared at arrival with what was sent: a
/// sender that reuses a buffer it has handed over is a violation.
/// </summary>
public sealed class NetworkFabric
{
    private readonly World _world;
    private readonly Prng _random;
    private readonly Dictionary<(NodeId From, NodeId To), Link> _links = [];

    internal NetworkFabric(World world)
    {
        _world = world;
        _random = world.RandomFor("network");
    }

    /// <summary>How it behaves where nothing is cut.</summary>
    public NetworkConditions Conditions { get; set; } = new();

    /// <summary>Frames that arrived.</summary>
    public long Delivered { get; private set; }

    /// <summary>Frames lost to chance, cuts and dead receivers.</summary>
    public long Lost { get; private set; }

    /// <summary>Looks at each frame as it is sent, and may refuse it: for scripted losses.</summary>
    public Func<NodeId, NodeId, ReadOnlyMemory<byte>, bool>? Admit { get; set; }

    /// <summary>Cuts one direction. Cuts add up; each needs its own <see cref="Mend"/>.</summary>
    public void Cut(NodeId from, NodeId to) => LinkOf(from, to).Cuts++;

    /// <summary>Takes one cut of a direction back.</summary>
    public void Mend(NodeId from, NodeId to) => LinkOf(from, to).Cuts = Math.Max(0, LinkOf(from, to).Cuts - 1);

    /// <summary>Cuts both directions between each node of one side and each of the other.</summary>
    public void Partition(IReadOnlyCollection<NodeId> one, IReadOnlyCollection<NodeId> other) => Between(one, other, Cut);

    /// <summary>Takes a <see cref="Partition"/> back.</summary>
    public void Rejoin(IReadOnlyCollection<NodeId> one, IReadOnlyCollection<NodeId> other) => Between(one, other, Mend);

    /// <summary>Holds back what one direction carries until the duration is over.</summary>
    public void Clog(NodeId from, NodeId to, TimeSpan duration) =>
        LinkOf(from, to).ClogUntil = Math.Max(LinkOf(from, to).ClogUntil, (_world.Elapsed + duration).Ticks);

    /// <summary>Removes every cut and clog.</summary>
    public void HealAll()
    {
        foreach (Link link in _links.Values)
        {
            link.Cuts = 0;
            link.ClogUntil = 0;
        }
    }

    /// <summary>Whether one direction is cut now.</summary>
    public bool IsCut(NodeId from, NodeId to) => LinkOf(from, to).Cuts > 0;

    internal bool TrySend(NodeId from, NodeId to, NetworkLane lane, ReadOnlyMemory<byte> frame)
    {
        if (_world.FindNode(to) is null) return false;
        Link link = LinkOf(from, to);
        if (link.InFlight[(int)lane] >= Conditions.LaneCapacity) return false;
        _world.Trace.Mix(((long)from.Value << 40) ^ ((long)to.Value << 20) ^ frame.Length);
        if (link.Cuts > 0 || _random.Chance(Conditions.DropChance) || Admit?.Invoke(from, to, frame) == false)
        {
            Lose(from, to, frame, "is lost");
            return true;
        }

        if (_world.Trace.IsDetailed) _world.Note(from.ToString(), $"sends {frame.Length} bytes to {to}");
        uint checksum = Crc32C.Of(frame.Span);
        Transmit(link, from, to, lane, frame, checksum);
        if (_random.Chance(Conditions.DuplicateChance)) Transmit(link, from, to, lane, frame.ToArray(), checksum);
        return true;
    }

    private void Transmit(Link link, NodeId from, NodeId to, NetworkLane lane, ReadOnlyMemory<byte> frame, uint checksum)
    {
        int slot = (int)lane;
        long arrival = from == to ? _world.Elapsed.Ticks : ArrivalOf(link, slot, frame.Length);
        link.InFlight[slot]++;
        _world.After(new TimeSpan(arrival - _world.Elapsed.Ticks), () =>
        {
            link.InFlight[slot]--;
            if (Crc32C.Of(frame.Span) != checksum)
                throw new InvalidOperationException($"{from} changed a frame to {to} after it had handed it over");
            Arrive(link, from, to, frame);
        });
    }

    private long ArrivalOf(Link link, int lane, int length)
    {
        long now = _world.Elapsed.Ticks;
        link.BusyUntil[lane] = Math.Max(now, link.BusyUntil[lane])
            + (long)(length * (double)TimeSpan.TicksPerSecond / Conditions.BytesPerSecond);
        double tail = -Math.Log(1 - _random.NextDouble()) * Conditions.DelayMean.Ticks;
        if (_random.Chance(Conditions.SlowChance)) tail = (tail + Conditions.DelayMin.Ticks) * 100;
        long arrival = link.BusyUntil[lane] + Conditions.DelayMin.Ticks + (long)tail;
        if (!_random.Chance(Conditions.ReorderChance)) arrival = Math.Max(arrival, link.LastArrival[lane]);
        arrival = Math.Max(arrival, link.ClogUntil);
        link.LastArrival[lane] = Math.Max(arrival, link.LastArrival[lane]);
        return arrival;
    }

    private void Arrive(Link link, NodeId from, NodeId to, ReadOnlyMemory<byte> frame)
    {
        Incarnation? receiver = _world.Node(to).Current;
        if (link.Cuts > 0 || receiver is null)
        {
            Lose(from, to, frame, link.Cuts > 0 ? "is cut off on its way" : "finds nobody");
            return;
        }

        Delivered++;
        receiver.Context.Post(_ => receiver.OnFrame?.Invoke(from, frame), null);
    }

    private void Lose(NodeId from, NodeId to, ReadOnlyMemory<byte> frame, string how)
    {
        Lost++;
        if (_world.Trace.IsDetailed) _world.Note(from.ToString(), $"frame of {frame.Length} bytes to {to} {how}");
    }

    private Link LinkOf(NodeId from, NodeId to)
    {
        if (!_links.TryGetValue((from, to), out Link? link)) _links[(from, to)] = link = new Link();
        return link;
    }

    private static void Between(
        IReadOnlyCollection<NodeId> one, IReadOnlyCollection<NodeId> other, Action<NodeId, NodeId> act)
    {
        foreach (NodeId a in one)
        {
            foreach (NodeId b in other)
            {
                act(a, b);
                act(b, a);
            }
        }
    }
}
