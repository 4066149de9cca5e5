using System.Net;
using Lintel.Doors.Postgres.Session;
using Lintel.Doors.Tests.Session;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Lintel.Doors.Tests.Clients;

/// <summary>A door on a loopback port, for real clients.</summary>
public sealed class DoorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DoorHost(WebApplication app, DoorWorld world, int port)
    {
        _app = app;
        World = world;
        Port = port;
    }

    /// <summary>The port it listens on.</summary>
    public int Port { get; }

    internal DoorWorld World { get; }

    /// <summary>Starts one.</summary>
    public static async Task<DoorHost> StartAsync(DoorOptions? options = null)
    {
        DoorWorld world = await DoorWorld.StartAsync(options);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UsePostgres(world.Door)));
        WebApplication app = builder.Build();
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return new DoorHost(app, world, new Uri(address).Port);
    }

    /// <summary>A connection string for Npgsql.</summary>
    public string ConnectionString(string more = "") =>
        $"Host=127.0.0.1;Port={Port};Username={DoorWorld.Superuser};Database=postgres;Timeout=60;Command Timeout=60;{more}";

    /// <summary>Stops listening and ends what runs.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
