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
        }
        catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{failure}\n{trio.Log}");
        }
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
