using Lintel.Environment;
using Lintel.Environment.Network;
using Lintel.Primitives.Identifiers;
using Xunit;

namespace Lintel.Simulation.Tests.Kernel;

public sealed class WorldTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Timers_fire_in_order_of_due_time_and_of_creation_at_equal_times()
    {
        var world = new World(1);
        var fired = new List<string>();
        world.Run(async () =>
        {
            Task[] waits =
            [
                Mark("late", 30), Mark("first of two", 20), Mark("second of two", 20), Mark("early", 10),
            ];
            await Task.WhenAll(waits);

            async Task Mark(string name, int milliseconds)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), world.Time);
                fired.Add($"{name} {world.Elapsed.TotalMilliseconds}");
            }
        }, Minute);
        Assert.Equal(["early 10", "first of two 20", "second of two 20", "late 30"], fired);
    }

    [Fact]
    public void Cancellation_after_a_time_and_periodic_timers_run_on_virtual_time()
    {
        var world = new World(1);
        int ticks = 0;
        world.Run(async () =>
        {
            await using ITimer timer = world.Time.CreateTimer(_ => ticks++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
            using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(8), world.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(Minute, world.Time, cancellation.Token));
        }, Minute);
        Assert.Equal(4, ticks);
        Assert.Equal(TimeSpan.FromSeconds(8), world.Elapsed);
    }

    [Fact]
    public void Equal_seeds_give_equal_traces_and_other_seeds_others()
    {
        Assert.Equal(Gossip(7), Gossip(7));
        Assert.NotEqual(Gossip(7), Gossip(8));
    }

    [Fact]
    public void Work_that_escapes_to_the_thread_pool_is_caught_when_it_comes_back()
    {
        var world = new World(1);
        using var gone = new SemaphoreSlim(0);
        _ = Task.Factory.StartNew(
            () =>
            {
                Assert.Throws<InvalidOperationException>(() => world.Time.GetTimestamp());
                world.Context.Post(_ => Assert.Fail("ran"), null);
                gone.Release();
            }, default, TaskCreationOptions.None, TaskScheduler.Default);
        gone.Wait(TestContext.Current.CancellationToken);
        var violated = Assert.IsType<RunOutcome.Violated>(world.Run(() => true, Minute));
        Assert.Contains("escaped", violated.Violation.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Continuations_stay_on_the_one_thread()
    {
        var world = new World(1);
        int thread = System.Environment.CurrentManagedThreadId;
        var threads = new List<int>();
        world.Run(async () =>
        {
            Record();
            await Task.Delay(TimeSpan.FromSeconds(1), world.Time);
            Record();
            await Task.Yield();
            Record();
        }, Minute);
        Assert.Equal([thread, thread, thread], threads);

        void Record() => threads.Add(System.Environment.CurrentManagedThreadId);
    }

    [Fact]
    public void Idle_time_up_and_endless_posting_are_told_apart()
    {
        var world = new World(1);
        Assert.IsType<RunOutcome.Idle>(world.Run(() => false, Minute));
        world.After(TimeSpan.FromHours(1), () => { });
        Assert.IsType<RunOutcome.TimeUp>(world.Run(() => false, Minute));
        Assert.Equal(Minute, world.Elapsed);
        Again();
        var stuck = Assert.IsType<RunOutcome.Violated>(world.Run(() => false, Minute));
        Assert.Contains("time stands still", stuck.Violation.Text, StringComparison.Ordinal);

        void Again() => world.Context.Post(_ => Again(), null);
    }

    [Fact]
    public void A_checker_stops_the_run_at_the_event_that_broke_its_rule()
    {
        var world = new World(42);
        int value = 0;
        for (int i = 1; i <= 5; i++) world.After(TimeSpan.FromSeconds(i), () => value++);
        world.AddChecker("SmallValue", () => value > 3 ? $"value is {value}" : null);
        var violated = Assert.IsType<RunOutcome.Violated>(world.Run(() => value == 5, Minute));
        Assert.Equal("seed 42, at 4.000000 s, SmallValue: value is 4", violated.Violation.ToString());
    }

    [Fact]
    public void An_exception_of_a_node_is_a_violation_unless_the_node_handles_it()
    {
        var world = new World(1);
        var node = world.AddNode(new NodeId(1), _ => throw new InvalidOperationException("broken on purpose"));
        node.Start();
        var failure = Assert.Throws<WorldFailedException>(() => world.RunFor(Minute));
        Assert.Contains("broken on purpose", failure.Message, StringComparison.Ordinal);

        Exception? handled = null;
        node.Crash();
        node.Unhandled = e => handled = e;
        node.Start();
        world.RunFor(Minute);
        Assert.Equal("broken on purpose", handled!.Message);
    }

    private static ulong Gossip(ulong seed)
    {
        var world = new World(seed);
        world.Network.Conditions = world.Network.Conditions with { DropChance = 0.1, DuplicateChance = 0.1, ReorderChance = 0.2 };
        NodeId[] ids = [new(1), new(2), new(3)];
        foreach (NodeId id in ids) world.AddNode(id, environment => _ = ChatterAsync(environment, ids)).Start();
        world.After(TimeSpan.FromSeconds(2), () => world.Node(ids[0]).Crash());
        world.After(TimeSpan.FromSeconds(3), () => world.Node(ids[0]).Start());
        world.RunFor(TimeSpan.FromSeconds(5));
        Assert.True(world.Network.Delivered > 100);
        return world.Trace.Hash;
    }

    private static async Task ChatterAsync(NodeEnvironment environment, NodeId[] ids)
    {
        environment.Network.Receive((_, _) => { });
        await using var file = await environment.Disk.OpenAsync("log");
        while (true)
        {
            await Task.Delay(environment.Random.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(50)), environment.Time);
            await file.WriteAsync(file.Length, new byte[environment.Random.Next(1, 100)]);
            await file.SyncAsync();
            environment.Network.TrySend(environment.Random.Pick(ids), NetworkLane.Control, new byte[100]);
        }
    }
}
