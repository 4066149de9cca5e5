using Npgsql;
using Xunit;

namespace Lintel.Conformance.Nodes;

public sealed class SqlSmokeTests
{
    [Fact]
    public async Task A_row_written_through_one_node_is_read_through_every_other()
    {
        await using NodeTrio trio = await NodeTrio.StartAsync();
        try
        {
            await using (NpgsqlConnection first = await OpenAsync(trio, 1))
            {
                await ExecuteAsync(first, "CREATE TABLE account (id int PRIMARY KEY, owner text, balance bigint NOT NULL)");
                await ExecuteAsync(first, "INSERT INTO account VALUES (1, 'ann', 100), (2, 'bob', 50)");
            }

            await using (NpgsqlConnection second = await OpenAsync(trio, 2))
            {
                await using NpgsqlTransaction transfer = await second.BeginTransactionAsync(TestContext.Current.CancellationToken);
                await ExecuteAsync(second, "UPDATE account SET balance = balance - 30 WHERE id = 1");
                await ExecuteAsync(second, "UPDATE account SET balance = balance + 30 WHERE id = 2");
                await transfer.CommitAsync(TestContext.Current.CancellationToken);
            }

            await using NpgsqlConnection third = await OpenAsync(trio, 3);
            await using var read = new NpgsqlCommand("SELECT string_agg(owner || '=' || balance::text, ',' ORDER BY id) FROM account", third);
            Assert.Equal("ann=70,bob=80", await read.ExecuteScalarAsync(TestContext.Current.CancellationToken));
            await using var nodes = new NpgsqlCommand("SELECT string_agg(name || ' in ' || zone, ',' ORDER BY id) FROM lintel.nodes", third);
            Assert.Equal("n1 in a,n2 in b,n3 in c", await nodes.ExecuteScalarAsync(TestContext.Current.CancellationToken));
            await using var replicas = new NpgsqlCommand(
                "SELECT count(*) FROM lintel.splits s JOIN lintel.replicas r ON r.split = s.id WHERE s.id = 1", third);
            Assert.Equal(3L, await replicas.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{failure}\n{trio.Log}");
        }
    }

    [Fact]
    public async Task Schema_changes_ask_the_other_nodes_instead_of_waiting_their_leases_out()
    {
        await using NodeTrio trio = await NodeTrio.StartAsync();
        await using NpgsqlConnection first = await OpenAsync(trio, 1);
        await using NpgsqlConnection second = await OpenAsync(trio, 2);
        await ExecuteAsync(first, "CREATE TABLE t (id int PRIMARY KEY)");
        long began = TimeProvider.System.GetTimestamp();
        for (int i = 0; i < 10; i++)
        {
            await ExecuteAsync(second, $"INSERT INTO t (id) VALUES ({i})");
            await ExecuteAsync(first, $"ALTER TABLE t ADD COLUMN c{i} int DEFAULT {i}");
        }

        // Ten leases of three seconds are thirty.
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(15), "leases were waited out");
        await using var read = new NpgsqlCommand("SELECT count(*) || '/' || sum(c9) FROM t", second);
        Assert.Equal("10/90", await read.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<NpgsqlConnection> OpenAsync(NodeTrio trio, int node)
    {
        var connection = new NpgsqlConnection(trio.ConnectionTo(node));
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
