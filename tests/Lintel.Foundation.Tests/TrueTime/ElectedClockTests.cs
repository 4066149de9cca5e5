using CsCheck;
using Lintel.Environment.TrueTime.Elected;
using Lintel.Foundation.Tests.Worlds;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Primitives.Time;
using Xunit;

namespace Lintel.Foundation.Tests.TrueTime;

/// <summary>The cluster as its own clock, under simulated oscillators.</summary>
public sealed class ElectedClockTests
{
    private const long Millisecond = ClockWorld.Millisecond;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [Fact]
    public void A_cluster_that_starts_agrees_within_the_round_trip()
    {
        ClockWorld world = Started(1, 3);
        foreach (ClockWorld.Host host in world.Nodes)
        {
            ClockBound interval = Assert.IsType<ClockBound>(host.Interval());
            Assert.InRange(interval.High - interval.Low, 0, 6 * Millisecond);
        }

        Assert.Equal(ClockStatus.Source, world.Nodes[0].Clock.State.Status);
        Assert.All(world.Nodes[1..], n => Assert.Equal(ClockStatus.Following, n.Clock.State.Status));
    }

    [Fact]
    public void A_single_node_is_its_own_source_at_once()
    {
        var clock = new ElectedClock(new NodeId(1), 1, new ElectedClockLimits());
        clock.Tick(new ClockReading(500, 1_000_000), new NodeId(1), [], new Timestamp(2_000_000));
        Assert.Equal(new ClockBound(500, 2_000_000, 2_000_000), clock.State.At(500));
        Assert.Equal(ClockStatus.Source, clock.State.Status);
    }

    [Fact]
    public void The_source_follows_its_wall_clock_slewed_and_never_stepped()
    {
        ClockWorld world = Started(2, 3);
        ClockWorld.Host source = world.Nodes[0];
        source.WallOffset += 4 * Millisecond;
        long before = Error();
        for (int i = 0; i < 20; i++)
        {
            long earlier = source.Interval()!.Value.Low;
            world.Run(TimeSpan.FromSeconds(1));
            Assert.InRange(source.Interval()!.Value.Low - earlier, 999 * Millisecond, 1001 * Millisecond);
        }

        Assert.InRange(Error(), before - (20 * 4_100), before - (20 * 2_900));

        long Error() => source.Read().Wall - source.Interval()!.Value.Low;
    }

    [Fact]
    public void A_new_source_keeps_the_followers_bounded_and_settles_when_the_old_answers_are_dead()
    {
        ClockWorld world = Started(3, 3);
        world.Nodes[0].IsDown = true;
        world.Run(TimeSpan.FromSeconds(1));
        world.Elect(new NodeId(2));
        world.Run(TimeSpan.FromMilliseconds(300));
        for (int i = 0; i < 70; i++)
        {
            world.Run(TimeSpan.FromMilliseconds(100));
            Assert.NotNull(world.Nodes[1].Interval());
            Assert.NotNull(world.Nodes[2].Interval());
            Assert.Equal(ClockStatus.TakingOver, world.Nodes[1].Clock.State.Status);
        }

        world.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(ClockStatus.Source, world.Nodes[1].Clock.State.Status);
        world.Nodes[0].Restart();
        world.Run(Soon);
        Assert.NotNull(world.Nodes[0].Interval());
    }

    [Fact]
    public void A_follower_without_answers_is_bounded_for_their_life_and_no_longer_and_comes_back()
    {
        ClockWorld world = Started(4, 3);
        world.Nodes[2].IsCutOff = true;
        world.Run(TimeSpan.FromSeconds(4));
        Assert.NotNull(world.Nodes[2].Interval());
        world.Run(TimeSpan.FromSeconds(2));
        Assert.Null(world.Nodes[2].Interval());
        Assert.Contains("has not answered", world.Nodes[2].Clock.State.Why, StringComparison.Ordinal);
        world.Nodes[2].IsCutOff = false;
        world.Run(Soon);
        Assert.NotNull(world.Nodes[2].Interval());
    }

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public void A_machine_that_slept_is_noticed_at_its_next_reading(int wallMilliseconds)
    {
        ClockWorld world = Started(5, 3);
        ClockWorld.Host slept = world.Nodes[2];
        slept.Jump(monotonic: 0, wall: wallMilliseconds * Millisecond);
        Assert.False(slept.Clock.Answer(slept.Read()).IsBounded);
        Assert.Contains("moved apart", slept.Clock.State.Why, StringComparison.Ordinal);
        world.Run(Soon);
        Assert.NotNull(slept.Interval());
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 200)]
    [InlineData(2, 60_000)]
    public void A_clock_that_jumped_unseen_is_outvoted_within_a_poll_and_comes_back_by_itself(ulong node, int milliseconds)
    {
        ClockWorld world = Started(6, 3);
        ClockWorld.Host jumped = world.Nodes[node - 1];
        world.Excused.Add(jumped.Id);
        jumped.Jump(monotonic: milliseconds * Millisecond, wall: milliseconds * Millisecond);
        world.Run(TimeSpan.FromMilliseconds(700));
        Assert.True(
            jumped.Interval() is null || world.Nodes.All(n => n.Interval() is not { } i || i.Meets(jumped.Interval()!.Value)), "it is out, or right again");
        Assert.All(world.Nodes.Where(n => n != jumped), n => Assert.NotNull(n.Interval()));
        world.Run(TimeSpan.FromSeconds(3));
        world.Excused.Clear();
        world.Run(TimeSpan.FromSeconds(20));
        Assert.All(world.Nodes, n => Assert.NotNull(n.Interval()));
    }

    [Fact]
    public void A_source_that_begins_to_lie_does_not_take_its_followers_along()
    {
        ClockWorld world = Started(7, 5);
        world.Nodes[0].Lie = 500 * Millisecond;
        world.Excused.Add(new NodeId(1));
        world.Run(TimeSpan.FromSeconds(4));
        Assert.All(world.Nodes[1..], n => Assert.NotNull(n.Interval()));
        Assert.All(world.Nodes[1..], n => Assert.True(n.Clock.Contradictions > 0));
        world.Elect(new NodeId(2));
        world.Run(TimeSpan.FromSeconds(15));
        Assert.All(world.Nodes[1..], n => Assert.NotNull(n.Interval()));
    }

    [Fact]
    public void A_peer_that_lies_is_ignored()
    {
        ClockWorld world = Started(8, 3);
        world.Nodes[2].Lie = -800 * Millisecond;
        long[] before = [.. world.Nodes.Select(n => n.Counted.Bounded)];
        world.Run(TimeSpan.FromSeconds(20));
        Assert.All(world.Nodes[..2], n => Assert.Equal(20_000, n.Counted.Bounded - before[n.Id.Value - 1]));
    }

    [Fact]
    public void A_whole_cluster_that_restarts_begins_again_without_waiting_for_answers_that_nobody_holds()
    {
        ClockWorld world = Started(9, 3);
        foreach (ClockWorld.Host host in world.Nodes) host.Restart();
        world.Run(TimeSpan.FromSeconds(5));
        Assert.All(world.Nodes, n => Assert.NotNull(n.Interval()));
    }

    [Fact]
    public void A_new_source_that_knows_nothing_waits_for_the_old_answers_to_die_while_a_node_is_silent()
    {
        ClockWorld world = Started(10, 3);
        world.Nodes[2].IsCutOff = true;
        world.Nodes[0].Restart();
        world.Nodes[1].Restart();
        world.Elect(new NodeId(1));
        world.Run(TimeSpan.FromSeconds(6));
        Assert.Null(world.Nodes[0].Interval());
        world.Run(TimeSpan.FromSeconds(4));
        Assert.NotNull(world.Nodes[0].Interval());
        Assert.NotNull(world.Nodes[1].Interval());
    }

    [Theory]
    [InlineData(40, 40)]
    [InlineData(400, 40)]
    [Trait("tier", "1")]
    public void No_latest_is_below_a_passed_earliest_whoever_is_elected_and_whatever_is_cut_off(ulong firstSeed, int seeds)
    {
        for (ulong seed = firstSeed; seed < firstSeed + (ulong)seeds; seed++) RunAtRandom(seed, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_clock_that_drifts_far_more_than_is_assumed_is_caught_by_the_check_of_these_tests()
    {
        ClockWorld world = Started(11, 3);
        world.Nodes[1].SetRate(1.05);
        Assert.Throws<InvalidOperationException>(() => world.Run(Soon));
    }

    [Fact]
    public void The_same_for_a_few_seeds() => RunAtRandom(1, TimeSpan.FromSeconds(40));

    [Fact]
    public void An_answer_is_read_as_it_was_written_and_garbage_is_refused()
    {
        var answer = new ClockAnswer(true, new TrueTimeInterval(new Timestamp(5), new Timestamp(9)), 77);
        Assert.Equal(answer, ClockAnswer.Decode(answer.Encode()));
        Gen.Byte.Array[0, 24].Sample(
            garbage => Assert.Equal(ErrorCode.Corruption, Assert.Throws<LintelException>(() => ClockAnswer.Decode(garbage)).Error.Code), iter: 500, threads: 1);
    }

    private static void RunAtRandom(ulong seed, TimeSpan duration)
    {
        var random = Prng.ForPurpose(seed, "faults");
        var world = new ClockWorld(seed, 3 + (2 * random.Next(2)));
        world.Elect(new NodeId(1));
        try
        {
            for (TimeSpan passed = TimeSpan.Zero; passed < duration;)
            {
                TimeSpan step = random.Between(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));
                world.Run(step);
                passed += step;
                ClockWorld.Host victim = random.Pick(world.Nodes);
                switch (random.Next(6))
                {
                    case 0: world.Elect(victim.Id); break;
                    case 1: victim.IsCutOff = !victim.IsCutOff; break;
                    case 2: victim.Restart(); break;
                    case 3: victim.SetRate(1 + ((random.NextDouble() - 0.5) * 2 * 200 / 1e6)); break;
                    case 4: victim.Jump(0, random.NextInt64(8 * Millisecond) - (4 * Millisecond)); break;
                    case 5: world.LossChance = random.NextDouble() * 0.5; break;
                }
            }
        }
        catch (InvalidOperationException violated)
        {
            throw new InvalidOperationException($"seed {seed}: {violated.Message}", violated);
        }

        foreach (ClockWorld.Host host in world.Nodes) host.IsCutOff = false;
        world.LossChance = 0.05;
        world.Elect(new NodeId(2));
        world.Run(TimeSpan.FromSeconds(20));
        Assert.True(world.Nodes.All(n => n.Interval() is not null), $"seed {seed}: all nodes know the time when the faults are over");
    }

    private static ClockWorld Started(ulong seed, int nodes)
    {
        var world = new ClockWorld(seed, nodes);
        world.Elect(new NodeId(1));
        world.Run(TimeSpan.FromSeconds(15));
        return world;
    }
}
