using Lintel.Environment;
using Lintel.Environment.Network;
using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Network;
using Xunit;

namespace Lintel.Simulation.Tests.Kernel;

public sealed class NetworkTests
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private readonly World _world = new(11);
    private readonly SortedDictionary<NodeId, NodeEnvironment> _doors = [];
    private readonly List<byte> _arrived = [];

    public NetworkTests()
    {
        foreach (NodeId id in new[] { One, Two })
        {
            _world.AddNode(id, environment =>
            {
                _doors[id] = environment;
                environment.Network.Receive((from, frame) =>
                {
                    if (id == Two) _arrived.Add(frame.Span[0]);
                });
            }).Start();
        }

        _world.RunFor(TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void A_lane_keeps_order_unless_told_to_reorder()
    {
        Send(100);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), _arrived);
        _arrived.Clear();
        _world.Network.Conditions = new NetworkConditions { ReorderChance = 0.5 };
        Send(100);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.NotEqual(Enumerable.Range(0, 100).Select(i => (byte)i), _arrived);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (byte)i), _arrived.Order());
    }

    [Fact]
    public void Drops_and_duplicates_happen_at_their_rates()
    {
        _world.Network.Conditions = new NetworkConditions { DropChance = 0.3, DuplicateChance = 0.3 };
        Send(200);
        _world.RunFor(TimeSpan.FromSeconds(1));
        int distinct = _arrived.Distinct().Count();
        Assert.InRange(distinct, 110, 170);
        Assert.InRange(_arrived.Count - distinct, 20, 70);
    }

    [Fact]
    public void A_one_way_cut_stops_one_direction_and_what_was_on_its_way()
    {
        Send(1);
        _world.Network.Cut(One, Two);
        Assert.True(Send(1));
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Empty(_arrived);
        Assert.False(_world.Network.IsCut(Two, One));
        _world.Network.Mend(One, Two);
        Send(1);
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Single(_arrived);
    }

    [Fact]
    public void A_clog_delays_and_loses_nothing()
    {
        _world.Network.Clog(One, Two, TimeSpan.FromSeconds(5));
        Send(3);
        _world.RunFor(TimeSpan.FromSeconds(4));
        Assert.Empty(_arrived);
        _world.RunFor(TimeSpan.FromSeconds(2));
        Assert.Equal([0, 1, 2], _arrived);
    }

    [Fact]
    public void A_full_lane_and_an_unknown_node_refuse()
    {
        _world.Network.Conditions = new NetworkConditions { LaneCapacity = 10 };
        Assert.True(Send(10));
        Assert.False(Send(1));
        Assert.False(_doors[One].Network.TrySend(new NodeId(9), NetworkLane.Control, new byte[1]));
    }

    [Fact]
    public void A_dead_node_sends_and_receives_nothing()
    {
        Send(1);
        _world.Node(Two).Crash();
        _world.RunFor(TimeSpan.FromSeconds(1));
        Assert.Empty(_arrived);
        _world.Node(One).Crash();
        Assert.False(Send(1));
    }

    [Fact]
    public void A_sender_that_changes_a_frame_after_sending_is_found_out()
    {
        var frame = new byte[10];
        _doors[One].Network.TrySend(Two, NetworkLane.Bulk, frame);
        frame[3] = 1;
        var failure = Assert.Throws<WorldFailedException>(() => _world.RunFor(TimeSpan.FromSeconds(1)));
        Assert.Contains("changed a frame", failure.Message, StringComparison.Ordinal);
    }

    private bool Send(int count)
    {
        bool taken = true;
        for (int i = 0; i < count; i++) taken &= _doors[One].Network.TrySend(Two, NetworkLane.Control, new[] { (byte)i });
        return taken;
    }
}
