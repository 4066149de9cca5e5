using Lintel.Doors.Postgres.Session;
using Lintel.Doors.Tests.Codec;
using Xunit;

namespace Lintel.Doors.Tests.Session;

/// <summary>Cancel requests, and clients that vanish.</summary>
public sealed class CancelTests
{
    [Fact]
    public void A_cancel_needs_the_key_and_reaches_only_what_runs()
    {
        var registry = new SessionRegistry(10);
        using var statement = new StatementCancellation();
        SessionHandle handle = registry.TryAdd(statement)!;
        registry.Cancel(handle.ProcessId, handle.Key);
        CancellationToken token = statement.Begin();
        byte[] wrong = [.. handle.Key];
        wrong[3] ^= 1;
        registry.Cancel(handle.ProcessId, wrong);
        registry.Cancel(handle.ProcessId + 1, handle.Key);
        Assert.False(token.IsCancellationRequested);
        registry.Cancel(handle.ProcessId, handle.Key);
        Assert.True(token.IsCancellationRequested);
        statement.End();
        Assert.False(statement.Begin().IsCancellationRequested);
    }

    [Fact]
    public void Sessions_are_bounded_and_their_places_given_back()
    {
        var registry = new SessionRegistry(2);
        using var statement = new StatementCancellation();
        SessionHandle first = registry.TryAdd(statement)!;
        Assert.NotNull(registry.TryAdd(statement));
        Assert.Null(registry.TryAdd(statement));
        registry.Remove(first);
        registry.Remove(first);
        Assert.Equal(1, registry.Count);
        Assert.NotNull(registry.TryAdd(statement));
        Assert.Null(registry.TryAdd(statement));
    }

    [Fact]
    public async Task A_running_statement_ends_with_57014_and_the_session_goes_on()
    {
        DoorWorld world = await DoorWorld.StartAsync();
        await using PipedClient client = PipedClient.Connect(world.Door);
        await client.SendAsync(FrontendEncoder.Startup("user", DoorWorld.Superuser, "database", "postgres"));
        byte[] key = (await client.ReadUntilAsync('Z')).Single(message => message[0] == (byte)'K');
        await client.SendAsync(ClientScript.Encode(["Q SELECT pg_sleep(3600)"]));
        Task<List<byte[]>> answer = client.ReadUntilAsync('Z');
        // A request that comes before the statement runs is forgotten, so it is made until it is heard.
        while (!answer.IsCompleted)
        {
            await using PipedClient other = PipedClient.Connect(world.Door);
            await other.SendAsync(FrontendEncoder.Packet(packet => packet.Int32((1234 << 16) | 5678).Bytes(key.AsSpan(5))));
            await other.EndAsync();
        }

        // Whether the row description stands before it depends on how far the statement had come.
        Assert.EndsWith(
            "ErrorResponse S=ERROR; C=57014; M=canceling statement due to user request\nReadyForQuery I",
            ServerText.Describe(await answer), StringComparison.Ordinal);
        await client.SendAsync(ClientScript.Encode(["Q SELECT 1"]));
        Assert.Equal("CommandComplete SELECT 1", ServerText.Describe((await client.ReadUntilAsync('Z'))[^2]));
    }

    [Fact]
    public async Task A_client_that_vanishes_in_a_transaction_leaves_nothing_behind()
    {
        DoorWorld world = await DoorWorld.StartAsync();
        await using PipedClient watcher = await GreetedAsync(world);
        await AskAsync(watcher, "CREATE TABLE t (id int PRIMARY KEY)");
        PipedClient leaver = await GreetedAsync(world);
        await AskAsync(leaver, "BEGIN; INSERT INTO t VALUES (1)");
        await leaver.HangUpAsync();
        await leaver.EndAsync();
        Assert.Equal(
            "CommandComplete INSERT 0 1\nReadyForQuery I",
            ServerText.Describe(await AskAsync(watcher, "INSERT INTO t VALUES (1)")));
        Assert.Equal(1, world.Door.SessionCount);
    }

    [Fact]
    public async Task A_client_that_vanishes_in_a_statement_ends_it()
    {
        DoorWorld world = await DoorWorld.StartAsync();
        PipedClient leaver = await GreetedAsync(world);
        await leaver.SendAsync(ClientScript.Encode(["Q SELECT pg_sleep(3600)"]));
        await leaver.HangUpAsync();
        await leaver.EndAsync();
        Assert.Equal(0, world.Door.SessionCount);
    }

    [Fact]
    public async Task A_thousand_statements_in_one_write_are_answered_in_order()
    {
        DoorWorld world = await DoorWorld.StartAsync();
        await using PipedClient client = await GreetedAsync(world);
        string[] lines = [.. Enumerable.Range(0, 1000).SelectMany(i => new[] { "P |SELECT $1::int4", $"B ||{i}", "E", "S" })];
        Task sending = client.SendAsync(ClientScript.Encode(lines));
        List<byte[]> answers = await client.ReadUntilAsync('Z', 1000);
        await sending;
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(i => $"DataRow {i}"),
            answers.Where(message => message[0] == (byte)'D').Select(ServerText.Describe));
    }

    [Fact]
    public async Task A_message_that_comes_in_many_pieces_is_one_message()
    {
        DoorWorld world = await DoorWorld.StartAsync();
        await using PipedClient client = await GreetedAsync(world);
        await AskAsync(client, "CREATE TABLE t (id int PRIMARY KEY, name text)");
        await client.SendAsync(ClientScript.Encode(["Q COPY t FROM STDIN"]));
        await client.ReadUntilAsync('G');
        string first = string.Concat(Enumerable.Range(0, 200).Select(i => $"{i}\\t{new string('x', 200)}\\n"));
        string second = string.Concat(Enumerable.Range(200, 200).Select(i => $"{i}\\t{new string('y', 300)}\\n"));
        byte[] bytes = ClientScript.Encode([$"d {first}", $"d {second}", "c"]);
        for (int at = 0; at < bytes.Length; at += 3000)
            await client.SendAsync(bytes.AsMemory(at, Math.Min(3000, bytes.Length - at)));
        Assert.Equal("CommandComplete COPY 400", ServerText.Describe((await client.ReadUntilAsync('Z'))[0]));
        List<byte[]> counted = await AskAsync(client, "SELECT count(*), min(length(name)), max(length(name)) FROM t");
        Assert.Equal("DataRow 400 | 200 | 300", ServerText.Describe(counted[1]));
    }

    private static async Task<PipedClient> GreetedAsync(DoorWorld world)
    {
        PipedClient client = PipedClient.Connect(world.Door);
        await client.SendAsync(FrontendEncoder.Startup("user", DoorWorld.Superuser, "database", "postgres"));
        await client.ReadUntilAsync('Z');
        return client;
    }

    private static async Task<List<byte[]>> AskAsync(PipedClient client, string sql)
    {
        await client.SendAsync(ClientScript.Encode(["Q " + sql]));
        return await client.ReadUntilAsync('Z');
    }
}
