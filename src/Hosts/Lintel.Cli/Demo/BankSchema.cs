using System.Globalization;
using System.Text;
using Lintel.Cli.Local;
using Npgsql;

namespace Lintel.Cli.Demo;

/// <summary>The demo's tables: accounts in several tables, so that they lie in several splits, and one row per transfer.</summary>
internal static class BankSchema
{
    /// <summary>Tables of accounts.</summary>
    public const int Branches = 4;

    /// <summary>Accounts in each.</summary>
    public const int AccountsPerBranch = 100;

    /// <summary>What each account begins with.</summary>
    public const long Opening = 1000;

    /// <summary>All the money there is.</summary>
    public const long Total = Branches * AccountsPerBranch * Opening;

    /// <summary>Opens a connection to a node.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(LocalLayout layout, int node, CancellationToken cancellation)
    {
        var text = new NpgsqlConnectionStringBuilder
        {
            Host = layout.SqlOf(node).Host,
            Port = layout.SqlOf(node).Port,
            Database = "bank",
            Username = "admin",
            Pooling = false,
            Timeout = 3,
            CommandTimeout = 10,
        };
        // The catalog's types are not asked for: numbers are all that is sent.
        var builder = new NpgsqlSlimDataSourceBuilder(text.ConnectionString);
        builder.ConfigureTypeLoading(static types => types.EnableTypeLoading(false));
        await using NpgsqlDataSource source = builder.Build();
        return await source.OpenConnectionAsync(cancellation);
    }

    /// <summary>Creates the tables and pays in.</summary>
    public static async Task CreateAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await RunAsync(connection, "CREATE TABLE transfers (id bigint PRIMARY KEY, amount bigint NOT NULL)", cancellation);
        for (int branch = 0; branch < Branches; branch++)
        {
            await RunAsync(connection, $"CREATE TABLE accounts_{branch} (id bigint PRIMARY KEY, balance bigint NOT NULL)", cancellation);
            var insert = new StringBuilder($"INSERT INTO accounts_{branch} VALUES ");
            for (int account = 0; account < AccountsPerBranch; account++)
                insert.Append(CultureInfo.InvariantCulture, $"{(account == 0 ? "" : ", ")}({account}, {Opening})");
            await RunAsync(connection, insert.ToString(), cancellation);
        }
    }

    /// <summary>All the money, read in one transaction.</summary>
    public static async Task<long> SumAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await RunAsync(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellation);
        long sum = 0;
        for (int branch = 0; branch < Branches; branch++)
        {
            await using var command = new NpgsqlCommand($"SELECT balance FROM accounts_{branch}", connection);
            await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation)) sum += rows.GetInt64(0);
        }

        await RunAsync(connection, "COMMIT", cancellation);
        return sum;
    }

    /// <summary>The ids of all recorded transfers.</summary>
    public static async Task<HashSet<long>> TransfersAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var ids = new HashSet<long>();
        await using var command = new NpgsqlCommand("SELECT id FROM transfers", connection);
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation)) ids.Add(rows.GetInt64(0));
        return ids;
    }

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public static async Task<int> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation, params long[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (long parameter in parameters) command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = parameter });
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
