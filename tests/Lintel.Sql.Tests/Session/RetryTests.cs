using Lintel.Primitives.Errors;
using Lintel.Sql.Session;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Tests.Session;

/// <summary>What the server runs again by itself, and what it leaves to the client.</summary>
public sealed class RetryTests
{
    private static readonly KeyValuePair<string, string> Named = new("application_name", "client");
    private WatchedSource _source = null!;

    [Fact]
    public async Task A_statement_of_its_own_is_run_again_with_the_same_age()
    {
        TestClient client = await ClientAsync();
        await client.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        _source.Begun.Clear();
        _source.FailCommits(2);
        Assert.Equal("INSERT 0 1\nI", await client.QueryAsync("INSERT INTO t VALUES (1)"));
        Assert.Equal(3, _source.Begun.Count);
        Assert.Null(_source.Begun[0]);
        Assert.NotNull(_source.Begun[1]);
        Assert.Equal(_source.Begun[1]!.Value.Start, _source.Begun[2]!.Value.Start);
        Assert.Equal("1", await client.RowsAsync("SELECT id FROM t"));
    }

    [Fact]
    public async Task Rows_that_were_held_back_are_shown_once()
    {
        TestClient client = await ClientAsync();
        await client.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        _source.FailCommits(1);
        Assert.Equal("id\n1\nINSERT 0 1\nI", await client.QueryAsync("INSERT INTO t VALUES (1) RETURNING id"));
    }

    [Fact]
    public async Task What_has_left_the_node_is_not_run_again()
    {
        TestClient client = await ClientAsync();
        await client.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        _source.FailCommits(1);
        string answer = await client.QueryAsync(
            "INSERT INTO t SELECT g FROM generate_series(1, 2000) AS g RETURNING id, 'a text to make the row long'");
        Assert.EndsWith("ERROR 40001: could not serialize access due to concurrent transactions\n  detail: Told to fail.\nI", answer);
        Assert.Equal("0", await client.RowsAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_commit_with_an_unknown_outcome_is_reported_and_not_replayed()
    {
        TestClient client = await ClientAsync();
        await client.QueryAsync("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0)");
        _source.FailCommits(1, ErrorCode.CommitOutcomeUnknown);
        Assert.StartsWith("ERROR 40003", await client.QueryAsync("UPDATE t SET n = n + 1"));
        Assert.Equal("1", await client.RowsAsync("SELECT n FROM t"));
    }

    [Fact]
    public async Task A_block_that_loses_at_its_commit_is_the_clients_to_retry()
    {
        TestClient client = await ClientAsync();
        await client.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        await client.QueryAsync("BEGIN; INSERT INTO t VALUES (1)");
        _source.FailCommits(1);
        Assert.StartsWith("ERROR 40001", await client.QueryAsync("COMMIT"));
        Assert.Equal(TransactionStatus.Idle, client.Session.Status);
        Assert.Equal("0", await client.RowsAsync("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_single_read_takes_no_transaction()
    {
        TestClient client = await ClientAsync();
        await client.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        _source.Begun.Clear();
        await client.QueryAsync("SELECT * FROM t");
        await client.QueryAsync("SELECT 1; SELECT * FROM t");
        await client.PrepareAsync("q", "SELECT * FROM t WHERE id = $1");
        await client.BindAsync("", "q", "1");
        await client.ExecuteAsync("", hint: ExecuteHint.SyncFollows);
        await client.SyncAsync();
        Assert.Empty(_source.Begun);
    }

    [Fact]
    public async Task The_first_statement_of_a_block_is_run_again_after_a_lost_conflict()
    {
        var world = new SessionWorld();
        TestClient young = await world.ClientAsync("young");
        TestClient old = await world.ClientAsync("old");
        await old.QueryAsync("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0), (2, 0)");
        await old.QueryAsync("BEGIN; UPDATE t SET n = n + 1 WHERE id = 2");
        await young.QueryAsync("BEGIN; UPDATE t SET n = n + 10 WHERE id = 1");
        Task<string> blocked = young.QueryAsync("UPDATE t SET n = n + 10 WHERE id = 2");
        Assert.StartsWith("UPDATE 1", await old.QueryAsync("UPDATE t SET n = n + 1 WHERE id = 1"));
        Assert.StartsWith("ERROR 40001", await blocked);
        await young.QueryAsync("ROLLBACK; BEGIN");
        Task<string> waits = young.QueryAsync("UPDATE t SET n = n + 10 WHERE id = 1");
        Assert.Equal("COMMIT\nI", await old.QueryAsync("COMMIT"));
        await world.Time.RunUntilAsync(waits);
        Assert.Equal("UPDATE 1\nT", await waits);
        await young.QueryAsync("COMMIT");
        Assert.Equal("1 | 11, 2 | 1", await young.RowsAsync("SELECT id, n FROM t ORDER BY id"));
    }

    [Fact]
    public async Task A_cancelled_statement_ends_with_57014_and_leaves_nothing()
    {
        var world = new SessionWorld();
        TestClient holder = await world.ClientAsync("holder");
        TestClient waiter = await world.ClientAsync("waiter");
        await holder.QueryAsync("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0)");
        await holder.QueryAsync("BEGIN; UPDATE t SET n = 1");
        using var cancel = new CancellationTokenSource();
        Task<string> waits = waiter.QueryAsync("UPDATE t SET n = 2", cancel.Token);
        cancel.Cancel();
        Assert.Equal("ERROR 57014: canceling statement due to user request\nI", await waits);
        Assert.Equal("COMMIT\nI", await holder.QueryAsync("COMMIT"));
        Assert.Equal("1", await waiter.RowsAsync("SELECT n FROM t"));
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_ends_with_57014()
    {
        var world = new SessionWorld();
        TestClient holder = await world.ClientAsync("holder");
        TestClient waiter = await world.ClientAsync("waiter");
        await holder.QueryAsync("CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, 0)");
        await holder.QueryAsync("BEGIN; UPDATE t SET n = 1");
        await waiter.QueryAsync("SET statement_timeout = '2s'; BEGIN");
        Task<string> waits = waiter.QueryAsync("UPDATE t SET n = 2");
        await world.Time.RunUntilAsync(waits);
        Assert.Equal("ERROR 57014: canceling statement due to statement timeout\nE", await waits);
    }

    private Task<TestClient> ClientAsync()
    {
        var world = new SessionWorld(inner => _source = new WatchedSource(inner));
        return world.ClientAsync("a", "postgres", Named);
    }
}
