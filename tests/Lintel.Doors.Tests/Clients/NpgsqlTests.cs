using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lintel.Doors.Postgres.Session;
using Lintel.Doors.Tests.Session;
using Npgsql;
using NpgsqlTypes;
using Xunit;

namespace Lintel.Doors.Tests.Clients;

/// <summary>Npgsql as its users use it, over loopback.</summary>
[Trait("tier", "1")]
public sealed class NpgsqlTests : IAsyncLifetime
{
    private DoorHost _host = null!;
    private NpgsqlDataSource _source = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await DoorHost.StartAsync();
        _source = NpgsqlDataSource.Create(_host.ConnectionString());
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task It_connects_and_loads_its_types()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        Assert.Equal(15, connection.PostgreSqlVersion.Major);
        Assert.Equal(1, await ScalarAsync(connection, "SELECT 1"));
        Assert.Equal(new[] { 1, 2 }, await ScalarAsync(connection, "SELECT '{1,2}'::int4[]"));
    }

    [Fact]
    public async Task Values_of_every_type_come_back_as_they_went()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        object[] values =
        [
            true, (short)-7, 42, 1L << 40, 1.5f, -2.25, 12345.6789m, "text with 'quotes' and ü", new byte[] { 0, 1, 255 },
            new DateOnly(2024, 2, 29), new TimeOnly(23, 59, 59, 999), new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Unspecified),
            new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc), TimeSpan.FromHours(30), new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"),
            new[] { 1, 2, 3 }, new[] { "a", "b" },
        ];
        foreach (object value in values)
        {
            await using var command = new NpgsqlCommand("SELECT $1", connection) { Parameters = { new() { Value = value } } };
            Assert.Equal(value, await command.ExecuteScalarAsync());
        }
    }

    [Fact]
    public async Task Rows_are_written_read_and_counted()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await ExecuteAsync(connection, "CREATE TABLE accounts (id int PRIMARY KEY, owner text NOT NULL, balance numeric(12,2))");
        await using (var insert = new NpgsqlCommand("INSERT INTO accounts VALUES ($1, $2, $3)", connection))
        {
            insert.Parameters.Add(new() { Value = 1 });
            insert.Parameters.Add(new() { Value = "ann" });
            insert.Parameters.Add(new() { Value = 10.50m });
            await insert.PrepareAsync();
            Assert.Equal(1, await insert.ExecuteNonQueryAsync());
            insert.Parameters[0].Value = 2;
            insert.Parameters[2].Value = DBNull.Value;
            Assert.Equal(1, await insert.ExecuteNonQueryAsync());
        }

        await using var query = new NpgsqlCommand("SELECT id, owner, balance FROM accounts ORDER BY id", connection);
        await using NpgsqlDataReader reader = await query.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal("ann", reader.GetString(1));
        Assert.Equal(10.50m, reader.GetDecimal(2));
        Assert.True(await reader.ReadAsync());
        Assert.True(await reader.IsDBNullAsync(2));
        Assert.False(await reader.ReadAsync());
    }

    [Fact]
    public async Task A_batch_is_one_transaction_unless_it_says_otherwise()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await ExecuteAsync(connection, "CREATE TABLE batch (id int PRIMARY KEY)");
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { new("INSERT INTO batch VALUES (1)"), new("INSERT INTO batch VALUES (1)") },
        };
        PostgresException failed = await Assert.ThrowsAsync<PostgresException>(() => batch.ExecuteNonQueryAsync());
        Assert.Equal("23505", failed.SqlState);
        Assert.Equal("batch_pkey", failed.ConstraintName);
        Assert.Equal(0L, await ScalarAsync(connection, "SELECT count(*) FROM batch"));
    }

    [Fact]
    public async Task Transactions_and_savepoints_take_back_what_they_should()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await ExecuteAsync(connection, "CREATE TABLE marks (id int PRIMARY KEY)");
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync())
        {
            await ExecuteAsync(connection, "INSERT INTO marks VALUES (1)");
            await transaction.SaveAsync("here");
            await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, "INSERT INTO marks VALUES (1)"));
            await transaction.RollbackAsync("here");
            await ExecuteAsync(connection, "INSERT INTO marks VALUES (2)");
            await transaction.CommitAsync();
        }

        Assert.Equal(2L, await ScalarAsync(connection, "SELECT count(*) FROM marks"));
    }

    [Fact]
    public async Task An_error_names_its_place()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        PostgresException failed = await Assert.ThrowsAsync<PostgresException>(
            () => ExecuteAsync(connection, "SELECT nothing FROM nowhere"));
        Assert.Equal("42P01", failed.SqlState);
        Assert.Equal("ERROR", failed.InvariantSeverity);
        Assert.Equal(21, failed.Position);
    }

    [Fact]
    public async Task Text_is_copied_in_and_binary_out()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await ExecuteAsync(connection, "CREATE TABLE copied (id int PRIMARY KEY, name text)");
        await using (TextWriter text = await connection.BeginTextImportAsync("COPY copied FROM STDIN"))
            await text.WriteAsync("1\tone\n2\t\\N\n");
        await using (NpgsqlBinaryImporter binary = await connection.BeginBinaryImportAsync("COPY copied FROM STDIN (FORMAT BINARY)"))
        {
            await binary.WriteRowAsync(default, 3, "three");
            Assert.Equal(1UL, await binary.CompleteAsync());
        }

        using NpgsqlBinaryExporter exporter = await connection.BeginBinaryExportAsync("COPY (SELECT id, name FROM copied ORDER BY id) TO STDOUT (FORMAT BINARY)");
        var rows = new List<(int Id, string? Name)>();
        while (await exporter.StartRowAsync() != -1)
        {
            int id = await exporter.ReadAsync<int>(NpgsqlDbType.Integer);
            string? name = exporter.IsNull ? null : await exporter.ReadAsync<string>(NpgsqlDbType.Text);
            if (name is null) await exporter.SkipAsync();
            rows.Add((id, name));
        }

        Assert.Equal([(1, "one"), (2, null), (3, "three")], rows);
    }

    [Fact]
    public async Task A_running_statement_is_cancelled_by_another_connection()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand("SELECT pg_sleep(600)", connection) { CommandTimeout = 0 };
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        OperationCanceledException cancelled =
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => command.ExecuteNonQueryAsync(cancel.Token));
        Assert.Equal("57014", Assert.IsType<PostgresException>(cancelled.InnerException).SqlState);
        Assert.Equal(1, await ScalarAsync(connection, "SELECT 1"));
    }

    [Fact]
    public async Task Pooled_connections_are_reset_and_used_again()
    {
        for (int i = 0; i < 3; i++)
        {
            await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
            Assert.Equal("UTC", await ScalarAsync(connection, "SHOW TimeZone"));
            await ExecuteAsync(connection, "SET TimeZone TO 'Europe/Berlin'");
        }
    }

    [Fact]
    public async Task A_password_lets_in_and_a_wrong_one_does_not()
    {
        await using DoorHost guarded = await DoorHost.StartAsync(new DoorOptions());
        await using (var right = new NpgsqlConnection(guarded.ConnectionString($"Password={DoorWorld.Password};Pooling=false")))
        {
            await right.OpenAsync();
            Assert.Equal(DoorWorld.Superuser, await ScalarAsync(right, "SELECT current_user::text"));
        }

        await using var wrong = new NpgsqlConnection(guarded.ConnectionString("Password=guess;Pooling=false"));
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => wrong.OpenAsync());
        Assert.Equal("28P01", refused.SqlState);
    }

    [Theory]
    [InlineData("SSL Mode=Require;Trust Server Certificate=true")]
    [InlineData("SSL Mode=Require;Trust Server Certificate=true;SSL Negotiation=Direct")]
    public async Task Tls_is_served_when_there_is_a_certificate(string settings)
    {
        using X509Certificate2 certificate = MakeCertificate();
        await using DoorHost secure = await DoorHost.StartAsync(
            new DoorOptions { Certificate = certificate, Tls = TlsPolicy.Required });
        await using (var encrypted = new NpgsqlConnection(
            secure.ConnectionString($"Password={DoorWorld.Password};Pooling=false;{settings}")))
        {
            await encrypted.OpenAsync();
            Assert.Equal(new string('x', 200_000), await ScalarAsync(encrypted, "SELECT repeat('x', 200000)"));
        }

        await using var plain = new NpgsqlConnection(
            secure.ConnectionString($"Password={DoorWorld.Password};Pooling=false;SSL Mode=Disable"));
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => plain.OpenAsync());
        Assert.Equal("28000", refused.SqlState);
    }

    [Fact]
    public async Task A_large_value_goes_both_ways()
    {
        await using NpgsqlConnection connection = await _source.OpenConnectionAsync();
        byte[] large = new byte[20 << 20];
        new Lintel.Primitives.Random.Prng(5).Fill(large);
        await using var command = new NpgsqlCommand("SELECT $1", connection) { Parameters = { new() { Value = large } } };
        var back = (byte[])(await command.ExecuteScalarAsync())!;
        Assert.True(large.AsSpan().SequenceEqual(back));
    }

    [Fact]
    public async Task A_stopping_node_says_so()
    {
        await using var connection = new NpgsqlConnection(_host.ConnectionString("Pooling=false"));
        await connection.OpenAsync();
        await _host.StopAsync();
        PostgresException ended = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(connection, "SELECT 1"));
        Assert.Equal("57P01", ended.SqlState);
    }

    private static X509Certificate2 MakeCertificate()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
