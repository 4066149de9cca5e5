using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Sql.Catalog;
using Lintel.Sql.Catalog.Leases;
using Lintel.Sql.Session;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Tests.Session;

/// <summary>Schema changes on one node against transactions on another, which go by schema leases.</summary>
public sealed class SchemaLeaseTests
{
    private static readonly TimeSpan LeaseFor = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task A_lease_saves_the_reads_of_the_version()
    {
        WatchedSource source = null!;
        var world = new SessionWorld(inner => source = new WatchedSource(inner), leases: SchemaLeaseOptions.Default(null));
        TestClient client = await world.ClientAsync();
        await client.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        await client.QueryAsync("INSERT INTO t VALUES (1)");
        uint database = client.Session.Database.Id;
        source.Read.Clear();
        await client.QueryAsync("INSERT INTO t VALUES (2)");
        await client.QueryAsync("SELECT * FROM t WHERE id = 1");
        await client.QueryAsync("BEGIN; UPDATE t SET id = 3 WHERE id = 2; COMMIT");
        Assert.DoesNotContain(CatalogKeys.Version(database), source.Read);
        world.Time.Advance(LeaseFor);
        await client.QueryAsync("INSERT INTO t VALUES (4)");
        Assert.Contains(CatalogKeys.Version(database), source.Read);
    }

    [Fact]
    public async Task A_change_waits_for_a_transaction_that_goes_by_the_old_schema()
    {
        TwoNodes nodes = await TwoNodes.StartAsync(answers: true);
        await nodes.First.QueryAsync("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1)");
        await nodes.Second.QueryAsync("BEGIN; INSERT INTO t VALUES (2)");
        Task<string> change = nodes.First.QueryAsync("ALTER TABLE t ADD COLUMN c int DEFAULT 7");
        for (int i = 0; i < 200; i++)
        {
            nodes.World.Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        Assert.False(change.IsCompleted);
        Assert.Equal("COMMIT\nI", await nodes.Second.QueryAsync("COMMIT"));
        await nodes.World.Time.RunUntilAsync(change);
        Assert.Equal("ALTER TABLE\nI", await change);
        Assert.Equal("1 | 7, 2 | 7", await nodes.Second.RowsAsync("SELECT * FROM t ORDER BY id"));
    }

    [Fact]
    public async Task A_node_that_does_not_answer_is_waited_out()
    {
        TwoNodes nodes = await TwoNodes.StartAsync(answers: false);
        Task<string> create = nodes.First.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        long before = nodes.World.Time.GetTimestamp();
        await nodes.World.Time.RunUntilAsync(create);
        Assert.Equal("CREATE TABLE\nI", await create);
        Assert.True(nodes.World.Time.GetElapsedTime(before) >= LeaseFor, "the change did not wait");
        Assert.Equal("INSERT 0 1\nI", await nodes.Second.QueryAsync("INSERT INTO t VALUES (1)"));
    }

    [Fact]
    public async Task A_block_that_outlived_its_lease_commits_when_the_schema_is_the_same()
    {
        TwoNodes nodes = await TwoNodes.StartAsync(answers: true);
        await nodes.First.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        await nodes.Second.QueryAsync("BEGIN; INSERT INTO t VALUES (1)");
        nodes.World.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("COMMIT\nI", await nodes.Second.QueryAsync("COMMIT"));
    }

    [Fact]
    public async Task A_block_that_outlived_its_lease_is_refused_when_the_schema_has_changed()
    {
        TwoNodes nodes = await TwoNodes.StartAsync(answers: false);
        await nodes.World.Time.RunUntilAsync(nodes.First.QueryAsync("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (a int)"));
        await nodes.Second.QueryAsync("BEGIN; INSERT INTO u VALUES (1)");
        await nodes.World.Time.RunUntilAsync(nodes.First.QueryAsync("CREATE INDEX ON t (id)"));
        Assert.StartsWith("ERROR 40001", await nodes.Second.QueryAsync("COMMIT"));
        Assert.Equal("0", await nodes.Second.RowsAsync("SELECT count(*) FROM u"));
    }

    [Fact]
    public async Task A_commit_after_the_lease_is_refused_at_the_store()
    {
        var world = new SessionWorld();
        await using ITransaction transaction = world.Transactions.Begin(new TransactionOptions("late"));
        await transaction.PutAsync(CatalogKeys.IdCounter, new byte[8]);
        transaction.NotAfter = Timestamp.From(world.Time.GetUtcNow());
        var refused = await Assert.ThrowsAsync<Primitives.Errors.LintelException>(async () => await transaction.CommitAsync());
        Assert.Equal(Primitives.Errors.ErrorCode.TransactionAborted, refused.Error.Code);
    }

    [Fact]
    public async Task A_mark_that_a_stopped_node_left_behind_is_cleared_in_time()
    {
        TwoNodes nodes = await TwoNodes.StartAsync(answers: true);
        await nodes.First.QueryAsync("CREATE TABLE t (id int PRIMARY KEY)");
        uint database = nodes.First.Session.Database.Id;
        var mark = new ChangeMark(new TransactionId(new Timestamp(1), new NodeId(9), 1), nodes.World.Time.Now().Latest);
        await using (ITransaction lost = nodes.World.Transactions.Begin(new TransactionOptions("mark")))
        {
            await lost.PutAsync(CatalogKeys.PendingChange(database), mark.Encode());
            await lost.CommitAsync();
        }

        nodes.World.Time.Advance(LeaseFor);
        Assert.Equal("INSERT 0 1\nI", await nodes.First.QueryAsync("INSERT INTO t VALUES (1)"));
        Assert.Null(await nodes.First.Session.Engine.Leases!.TryUseAsync(nodes.First.Session.Database, default));
        nodes.World.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("INSERT 0 1\nI", await nodes.First.QueryAsync("INSERT INTO t VALUES (2)"));
        Assert.NotNull(await nodes.First.Session.Engine.Leases!.TryUseAsync(nodes.First.Session.Database, default));
    }

    /// <summary>Writers on both nodes while indexes come and go: what an index says is what its table says (I9).</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("tier", "1")]
    public async Task Indexes_agree_with_their_table_when_they_are_made_under_writers(int seed)
    {
        TwoNodes nodes = await TwoNodes.StartAsync(answers: seed != 3);
        await nodes.World.Time.RunUntilAsync(nodes.First.QueryAsync("CREATE TABLE t (id int PRIMARY KEY, v int)"));
        var stop = new StrongBox();
        Task[] writers = [.. Enumerable.Range(0, 4).Select(n => WriteAsync(nodes, seed, n, stop))];
        Task changes = ChangeAsync(nodes, stop);
        await nodes.World.Time.RunUntilAsync(Task.WhenAll([changes, .. writers]));
        string byTable = await nodes.First.RowsAsync("SELECT count(*), count(DISTINCT id), sum(v) FROM t WHERE v + 0 >= 0");
        string byIndex = await nodes.First.RowsAsync("SELECT count(*), count(DISTINCT id), sum(v) FROM t WHERE v >= 0");
        Assert.Contains("Index Scan using", await nodes.First.QueryAsync("EXPLAIN SELECT count(*), sum(v) FROM t WHERE v >= 0"));
        Assert.Equal(byTable, byIndex);
        Assert.NotEqual("0 | 0 | NULL", byTable);
    }

    private static async Task WriteAsync(TwoNodes nodes, int seed, int writer, StrongBox stop)
    {
        TestClient client = await TestClient.ConnectAsync(
            (writer % 2 == 0 ? nodes.First : nodes.Second).Session.Engine, "postgres");
        for (int i = 0; !stop.IsSet; i++)
        {
            int id = (writer * 100_000) + i;
            string answer = (i % 3) switch
            {
                0 => await client.QueryAsync($"INSERT INTO t (id, v) VALUES ({id}, {(i + seed) % 50})"),
                1 => await client.QueryAsync($"UPDATE t SET v = v + 1 WHERE id = {id - 1}"),
                _ => await client.QueryAsync($"BEGIN; INSERT INTO t (id, v) VALUES ({id}, 7); DELETE FROM t WHERE id = {id - 20}; COMMIT"),
            };
            Assert.True(!answer.Contains("ERROR", StringComparison.Ordinal) || answer.Contains("40001", StringComparison.Ordinal), answer);
            if (answer.Contains("40001", StringComparison.Ordinal)) await client.QueryAsync("ROLLBACK");
            await Task.Yield();
        }
    }

    private static async Task ChangeAsync(TwoNodes nodes, StrongBox stop)
    {
        try
        {
            for (int round = 0; round < 5; round++)
            {
                TestClient changer = round % 2 == 0 ? nodes.First : nodes.Second;
                await DoAsync(changer, "CREATE INDEX t_v ON t (v)");
                await DoAsync(changer, $"ALTER TABLE t ADD COLUMN c{round} int DEFAULT {round}");
                if (round < 4) await DoAsync(changer, "DROP INDEX t_v");
            }
        }
        finally
        {
            stop.IsSet = true;
        }
    }

    private static async Task DoAsync(TestClient client, string statement)
    {
        string answer = await client.QueryAsync(statement);
        Assert.DoesNotContain("ERROR", answer, StringComparison.Ordinal);
    }

    private sealed class StrongBox
    {
        private volatile bool _isSet;

        public bool IsSet
        {
            get => _isSet;
            set => _isSet = value;
        }
    }

    /// <summary>Two engines over one store, each a session.</summary>
    private sealed class TwoNodes
    {
        public SessionWorld World { get; private init; } = null!;

        public TestClient First { get; private set; } = null!;

        public TestClient Second { get; private set; } = null!;

        public static async Task<TwoNodes> StartAsync(bool answers)
        {
            var toSecond = new Peer(answers);
            var toFirst = new Peer(answers);
            var world = new SessionWorld(leases: new SchemaLeaseOptions(toSecond, LeaseFor));
            SqlEngine second = world.AddEngine(2, new SchemaLeaseOptions(toFirst, LeaseFor));
            (toSecond.Other, toFirst.Other) = (second, world.Engine);
            var nodes = new TwoNodes { World = world };
            nodes.First = await world.ClientAsync("first");
            nodes.Second = await TestClient.ConnectAsync(second, "postgres");
            return nodes;
        }

        private sealed class Peer(bool answers) : ISchemaPeers
        {
            public SqlEngine Other { get; set; } = null!;

            public async ValueTask<bool> GiveUpAsync(uint database, Timestamp marked, CancellationToken cancellation)
            {
                if (!answers) return false;
                await Other.Leases!.GiveUpAsync(database, marked, cancellation);
                return true;
            }
        }
    }
}
