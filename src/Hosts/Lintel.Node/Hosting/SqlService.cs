using System.Security.Cryptography;
using Lintel.Doors.Postgres.Session;
using Lintel.Identity.Scram;
using Lintel.Identity.Users;
using Lintel.Node.Configuration;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Random;
using Lintel.Sql.Catalog.Leases;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Session;
using Lintel.Transactions.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lintel.Node.Hosting;

/// <summary>SQL on a node: the engine over the node's transactions, the users, and the PostgreSQL door in front of it.</summary>
internal sealed class SqlService : IAsyncDisposable
{
    private static readonly TimeSpan CleanEvery = TimeSpan.FromMinutes(1);
    private readonly WebApplication _listener;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _cleaning;

    private SqlService(SqlEngine engine, WebApplication listener, StoreRuntime runtime, ILogger log)
    {
        (Engine, _listener) = (engine, listener);
        _cleaning = CleanAsync(runtime, log);
    }

    /// <summary>The engine.</summary>
    public SqlEngine Engine { get; }

    /// <summary>
    /// Makes sure that the system database has what SQL and its users need, and opens the door. Needs the cluster: its
    /// errors are those of transactions, and FailedPrecondition when the address cannot be had.
    /// </summary>
    public static async Task<SqlService> StartAsync(
        NodeConfiguration configuration,
        ListeningAddress address,
        StoreRuntime runtime,
        ITransactionSource transactions,
        IVirtualTableSource virtualTables,
        ILoggerFactory loggers,
        CancellationToken cancellation)
    {
        TimeProvider time = runtime.Environment.Time;
        var random = new Prng(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));
        SchemaPeers peers = runtime.Peers ??= await SchemaPeers.ServeAsync(runtime, transactions);
        var engine = new SqlEngine(new SqlEngineOptions(
            transactions, time, runtime.Environment.TrueTime, random, runtime.Environment.Network.Self,
            VirtualTables: virtualTables, PasswordVerifier: ScramVerifier.Encode, Leases: SchemaLeaseOptions.Default(peers)));
        peers.Answer(engine.Leases!);
        await engine.StartAsync(cancellation);
        var users = new UserDirectory(transactions, time, engine.Ids);
        await users.StartAsync(configuration.Sql.Superuser, configuration.Sql.SuperuserPassword, cancellation);
        var options = new DoorOptions { TrustLoopback = configuration.Sql.TrustLoopback };
        var door = new PostgresDoor(new DoorServices(engine, users, options, time, loggers.CreateLogger<PostgresDoor>()));
        return new SqlService(engine, await ListenAsync(address, door, loggers, cancellation), runtime, loggers.CreateLogger<SqlService>());
    }

    /// <summary>Closes the door; sessions end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _listener.StopAsync();
        await _listener.DisposeAsync();
        _stopping.Cancel();
        await _cleaning;
        _stopping.Dispose();
    }

    // What a retry can mend the cleaner retries; anything else ends it, not the node, and says so.
    private async Task CleanAsync(StoreRuntime runtime, ILogger log)
    {
        try
        {
            await Engine.Cleaner.FollowAsync(
                CleanEvery,
                () => runtime.Context.CallAsync(() => runtime.Store.Find(SplitId.System)?.Leading is { HoldsLease: true }),
                _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stops.
        }
        catch (Exception failure)
        {
            NodeLog.CleaningEnded(log, runtime.Environment.Network.Self, failure);
        }
    }

    private static async Task<WebApplication> ListenAsync(
        ListeningAddress address, PostgresDoor door, ILoggerFactory loggers, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address.Listen, listen => listen.UsePostgres(door)));
        WebApplication listener = builder.Build();
        try
        {
            await listener.StartAsync(cancellation);
            return listener;
        }
        catch (Exception failed) when (failed is IOException or AddressInUseException)
        {
            await listener.DisposeAsync();
            throw new LintelError(ErrorCode.FailedPrecondition, $"cannot listen for SQL at {address.Listen}", failed.Message,
                "stop what uses the address, or choose another").ToException(failed);
        }
    }
}
