using Lintel.Environment;
using Lintel.Primitives.Identifiers;
using Lintel.Simulation.Nodes;
using Xunit;

namespace Lintel.Simulation.Tests.Kernel;

public sealed class NodeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly World _world = new(3);
    private readonly List<string> _log = [];

    [Fact]
    public void Nothing_of_a_dead_incarnation_runs()
    {
        SimulatedNode node = Ticker();
        node.Start();
        _world.RunFor(TimeSpan.FromSeconds(2.5));
        node.Crash();
        _world.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(["tick 1", "tick 2"], _log);
        node.Start();
        _world.RunFor(TimeSpan.FromSeconds(1.5));
        Assert.Equal(["tick 1", "tick 2", "tick 1"], _log);
    }

    [Fact]
    public void A_paused_node_catches_up_in_order_when_it_resumes()
    {
        SimulatedNode node = Ticker();
        node.Start();
        _world.RunFor(TimeSpan.FromSeconds(1.5));
        node.Pause();
        _world.RunFor(TimeSpan.FromSeconds(10));
        Assert.Equal(["tick 1"], _log);
        node.Resume();
        _world.RunFor(TimeSpan.FromSeconds(0.5));
        Assert.Equal(["tick 1", "tick 2"], _log);
    }

    [Fact]
    public void A_call_to_a_crashing_node_ends_with_a_doubt_and_to_a_dead_one_without()
    {
        NodeEnvironment? doors = null;
        SimulatedNode node = _world.AddNode(new NodeId(1), environment => doors = environment);
        node.Start();
        _world.After(TimeSpan.FromSeconds(1), () => node.Crash());
        _world.Run(async () =>
        {
            Assert.Equal(5, await node.CallAsync(() => Task.FromResult(5)));
            var doubt = await Assert.ThrowsAsync<NodeGoneException>(() => node.CallAsync(() => Task.Delay(Minute, doors!.Time)));
            Assert.True(doubt.WasStarted);
            Assert.Equal(TimeSpan.FromSeconds(1), _world.Elapsed);
            var none = await Assert.ThrowsAsync<NodeGoneException>(() => node.CallAsync(() => Task.FromResult(5)));
            Assert.False(none.WasStarted);
        }, Minute);
    }

    [Fact]
    public void A_fast_clock_fires_early_and_jumps_move_only_readings()
    {
        SimulatedNode node = Ticker();
        node.Clock.SetRate(1.25);
        node.Start();
        _world.RunFor(TimeSpan.FromSeconds(4.1));
        Assert.Equal(5, _log.Count);
        TimeSpan before = node.Clock.Monotonic;
        node.Clock.Jump(TimeSpan.FromSeconds(30));
        Assert.Equal(before + TimeSpan.FromSeconds(30), node.Clock.Monotonic);
    }

    [Fact]
    public void An_honest_true_time_contains_true_time_and_a_lying_one_does_not()
    {
        SimulatedNode node = Ticker();
        node.TrueTime.Uncertainty = TimeSpan.FromMilliseconds(4);
        node.TrueTime.SetError(TimeSpan.FromMilliseconds(-3), drift: 0.001);
        for (int i = 0; i < 20; i++)
        {
            _world.RunFor(TimeSpan.FromSeconds(1));
            var interval = node.TrueTime.Now();
            Assert.True(interval.Earliest <= _world.TrueNow && _world.TrueNow <= interval.Latest);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(4), node.TrueTime.Error);
        node.TrueTime.IsLying = true;
        Assert.True(node.TrueTime.Now().Earliest > _world.TrueNow);
        node.TrueTime.SetError(TimeSpan.Zero);
        Assert.True(node.TrueTime.Now().Earliest > _world.TrueNow, "earliest went back");
    }

    private SimulatedNode Ticker() => _world.AddNode(new NodeId(1), environment => _ = TickAsync(environment));

    private async Task TickAsync(NodeEnvironment environment)
    {
        for (int i = 1; ; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), environment.Time);
            _log.Add($"tick {i}");
        }
    }
}
