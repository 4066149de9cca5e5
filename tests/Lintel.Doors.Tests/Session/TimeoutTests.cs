using Lintel.Doors.Tests.Codec;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Lintel.Doors.Tests.Session;

/// <summary>What ends a connection by itself, under a clock that the test moves.</summary>
public sealed class TimeoutTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Idle_in_a_transaction_for_too_long_ends_the_session()
    {
        DoorWorld world = await DoorWorld.StartAsync(time: _time);
        await using PipedClient client = await GreetedAsync(world);
        Assert.Equal("ReadyForQuery T", await AskAsync(client, "SET idle_in_transaction_session_timeout = '5s'; BEGIN"));
        await AdvanceUntilAsync(() => client.IsOver);
        Assert.Equal(
            "ErrorResponse S=FATAL; C=25P03; M=terminating connection due to idle-in-transaction timeout",
            ServerText.Describe(await client.ReadUntilAsync('E')));
    }

    [Fact]
    public async Task Idle_for_too_long_ends_the_session()
    {
        DoorWorld world = await DoorWorld.StartAsync(time: _time);
        await using PipedClient client = await GreetedAsync(world);
        Assert.Equal("ReadyForQuery I", await AskAsync(client, "SET idle_session_timeout = '5s'"));
        await AdvanceUntilAsync(() => client.IsOver);
        Assert.Equal(
            "ErrorResponse S=FATAL; C=57P05; M=terminating connection due to idle-session timeout",
            ServerText.Describe(await client.ReadUntilAsync('E')));
    }

    [Fact]
    public async Task A_session_without_limits_may_be_idle_for_ever()
    {
        DoorWorld world = await DoorWorld.StartAsync(time: _time);
        await using PipedClient client = await GreetedAsync(world);
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal("ReadyForQuery I", await AskAsync(client, "SELECT 1"));
    }

    [Fact]
    public async Task A_client_that_does_not_introduce_itself_is_dropped()
    {
        DoorWorld world = await DoorWorld.StartAsync(time: _time);
        await using PipedClient client = PipedClient.Connect(world.Door);
        await AdvanceUntilAsync(() => client.IsOver);
    }

    [Fact]
    public async Task A_client_that_stops_reading_is_dropped_and_its_result_is_not_piled_up()
    {
        DoorWorld world = await DoorWorld.StartAsync(time: _time);
        PipedClient client = await GreetedAsync(world, windowBytes: 1 << 14);
        await client.SendAsync(ClientScript.Encode(["Q SELECT repeat('x', 1000) FROM generate_series(1, 1000000)"]));
        await AdvanceUntilAsync(() => client.IsOver);
        long received = 0;
        while (await client.ReadMessageAsync() is { } message) received += message.Length;
        Assert.InRange(received, 1 << 14, 1 << 18);
    }

    [Fact]
    public async Task A_statement_that_runs_at_a_shutdown_gets_its_grace_and_is_then_given_up()
    {
        DoorWorld world = await DoorWorld.StartAsync(time: _time);
        await using PipedClient client = await GreetedAsync(world);
        await client.SendAsync(ClientScript.Encode(["Q SELECT pg_sleep(3600)"]));
        client.RequestClose();
        await AdvanceUntilAsync(() => client.IsOver);
        Assert.Equal(
            "ErrorResponse S=FATAL; C=57P01; M=terminating connection due to administrator command",
            ServerText.Describe(await client.ReadUntilAsync('E')));
    }

    [Fact]
    public async Task A_session_between_statements_ends_at_once_at_a_shutdown()
    {
        DoorWorld world = await DoorWorld.StartAsync(time: _time);
        await using PipedClient client = await GreetedAsync(world);
        client.RequestClose();
        await client.EndAsync();
        Assert.Equal(
            "ErrorResponse S=FATAL; C=57P01; M=terminating connection due to administrator command",
            ServerText.Describe(await client.ReadUntilAsync('E')));
    }

    private static async Task<PipedClient> GreetedAsync(DoorWorld world, int windowBytes = 1 << 16)
    {
        PipedClient client = PipedClient.Connect(world.Door, windowBytes: windowBytes);
        await client.SendAsync(FrontendEncoder.Startup("user", DoorWorld.Superuser, "database", "postgres"));
        await client.ReadUntilAsync('Z');
        return client;
    }

    private static async Task<string> AskAsync(PipedClient client, string sql)
    {
        await client.SendAsync(ClientScript.Encode(["Q " + sql]));
        return ServerText.Describe((await client.ReadUntilAsync('Z'))[^1]);
    }

    // The server's work is on the pool: the clock moves on, second by second, until it has come to its end.
    private async Task AdvanceUntilAsync(Func<bool> isOver)
    {
        for (int second = 0; second < 1_000_000 && !isOver(); second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(isOver());
    }
}
