using Lintel.Environment.Network;
using Lintel.Environment.TrueTime.Elected;
using Lintel.Foundation.Tests.Worlds;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Lintel.Foundation.Tests.TrueTime;

/// <summary>The shell around the elected clock: three nodes that ask each other over request channels.</summary>
public sealed class ElectedTrueTimeTests
{
    private readonly PumpedContext _context = new();
    private readonly ManualTime _time = new() { Wall = TimeSpan.FromDays(1000) };
    private readonly List<Exception> _failures = [];
    private readonly ElectedTrueTime[] _clocks;
    private NodeId? _elected = new NodeId(1);

    public ElectedTrueTimeTests()
    {
        var wire = new MemoryNetwork(_context);
        NodeId[] all = [new(1), new(2), new(3)];
        _clocks = [.. all.Select(id =>
        {
            var cluster = new ElectedCluster(() => _elected, () => [.. all.Where(other => other != id)], () => Timestamp.Zero);
            var clock = new ElectedTrueTime(id, id.Value, cluster, _time, _context, new ElectedClockLimits(), NullLoggerFactory.Instance);
            clock.Start(new RequestChannel(wire.Join(id), _time, _context, id.Value, _failures.Add));
            return clock;
        }),];
    }

    [Fact]
    public void Nodes_that_do_not_know_the_time_say_so_and_then_agree()
    {
        Assert.All(_clocks, clock => Assert.False(clock.IsBounded));
        Assert.Equal(Timestamp.Max, _clocks[1].Now().Latest);
        Pass(TimeSpan.FromSeconds(6));
        Assert.Equal([ClockStatus.Source, ClockStatus.Following, ClockStatus.Following], _clocks.Select(clock => clock.Status));
        Assert.All(_clocks, clock => Assert.True(clock.IsBounded));
        Assert.True(_clocks.Max(clock => clock.Now().Earliest) <= _clocks.Min(clock => clock.Now().Latest));
        Assert.InRange(_clocks[1].Now().Latest - Timestamp.From(_time.GetUtcNow()), TimeSpan.FromMilliseconds(-1), TimeSpan.FromMilliseconds(1));
        Assert.Empty(_failures);
    }

    [Fact]
    public void A_machine_that_slept_is_unbounded_at_the_next_look_and_earliest_never_falls()
    {
        Pass(TimeSpan.FromSeconds(6));
        Timestamp promised = _clocks[1].Now().Earliest;
        _time.Wall -= TimeSpan.FromSeconds(30);
        Assert.All(_clocks, clock => Assert.False(clock.IsBounded));
        Assert.True(_clocks[1].Now().Earliest >= promised);
        Pass(TimeSpan.FromSeconds(10));
        Assert.All(_clocks, clock => Assert.True(clock.IsBounded));
        Assert.True(_clocks[1].Now().Earliest >= promised);
    }

    [Fact]
    public void Without_a_source_the_bound_ends_with_the_life_of_the_answers()
    {
        Pass(TimeSpan.FromSeconds(6));
        _elected = null;
        Pass(TimeSpan.FromSeconds(4));
        Assert.All(_clocks, clock => Assert.True(clock.IsBounded));
        Pass(TimeSpan.FromSeconds(2));
        Assert.All(_clocks, clock => Assert.False(clock.IsBounded));
    }

    private void Pass(TimeSpan by)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < by; passed += TimeSpan.FromMilliseconds(10))
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            _context.Run();
        }
    }
}
