using Lintel.Primitives.Keys;
using Lintel.Sql.Catalog;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Tests.Session;

/// <summary>What schema changes leave behind is emptied, and nothing else.</summary>
public sealed class StorageCleanerTests
{
    [Fact]
    public async Task Rows_of_truncated_and_dropped_tables_go_and_those_of_others_stay()
    {
        var world = new SessionWorld();
        TestClient client = await world.ClientAsync();
        await client.QueryAsync("CREATE TABLE gone (id int PRIMARY KEY, v int UNIQUE); CREATE TABLE kept (id int PRIMARY KEY)");
        await client.QueryAsync("INSERT INTO gone SELECT g, g FROM generate_series(1, 500) g; INSERT INTO kept VALUES (1), (2)");
        await client.QueryAsync("TRUNCATE gone");
        await client.QueryAsync("INSERT INTO gone VALUES (7, 7)");
        await client.QueryAsync("CREATE TABLE dropped (id int); INSERT INTO dropped VALUES (1); DROP TABLE dropped");
        int before = await CountAsync(world);
        await world.Time.RunUntilAsync(world.Engine.Cleaner.RunAsync(default).AsTask());
        Assert.True(before - await CountAsync(world) >= 1001, "the old storage is still there");
        Assert.Equal("7", await client.RowsAsync("SELECT id FROM gone"));
        Assert.Equal("1, 2", await client.RowsAsync("SELECT id FROM kept ORDER BY id"));
    }

    [Fact]
    public async Task A_dropped_database_leaves_nothing()
    {
        var world = new SessionWorld();
        TestClient client = await world.ClientAsync();
        int before = await CountAsync(world);
        await client.QueryAsync("CREATE DATABASE other");
        TestClient other = await world.ClientAsync("b", "other");
        await other.QueryAsync("CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)");
        await client.QueryAsync("DROP DATABASE other");
        await world.Time.RunUntilAsync(world.Engine.Cleaner.RunAsync(default).AsTask());
        Assert.Equal(before, await CountAsync(world));
    }

    private static async Task<int> CountAsync(SessionWorld world)
    {
        await using ISnapshotReader reader = await world.Transactions.SnapshotAsync(SnapshotBound.Strong);
        int count = 0;
        KeySpan rest = new(Key.Min, Key.Max);
        while (!rest.IsEmpty)
        {
            ScanPage page = await reader.ScanAsync(rest, default);
            count += page.Rows.Count(row => row.Key != CatalogKeys.IdCounter);
            rest = page.Rest;
        }

        return count;
    }
}
