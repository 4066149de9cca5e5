using System.Net;
using Lintel.Doors.Console.Codec;
using Lintel.Primitives.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Lintel.Doors.Console.Session;

/// <summary>
/// The HTTP door of a node: <c>/health</c>, <c>/metrics</c> (Prometheus), <c>/status</c>, and the requests that nodes and
/// the command line make. Life: <see cref="StartAsync"/>, dispose.
/// </summary>
public sealed class ConsoleDoor : IAsyncDisposable
{
    private const long BodyBytesMax = 1 << 20;
    private readonly WebApplication _application;

    private ConsoleDoor(WebApplication application) => _application = application;

    /// <summary>Begins to serve at <paramref name="listen"/>. FailedPrecondition when the address cannot be had.</summary>
    public static async Task<ConsoleDoor> StartAsync(
        IPEndPoint listen, ConsoleServices services, ILoggerFactory loggers, CancellationToken cancellation = default)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter("Lintel.*").AddPrometheusExporter());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Listen(listen);
        });
        WebApplication application = builder.Build();
        application.MapPrometheusScrapingEndpoint("/metrics");
        Map(application, services);
        try
        {
            await application.StartAsync(cancellation);
        }
        catch (Exception failed) when (failed is IOException or AddressInUseException)
        {
            await application.DisposeAsync();
            throw new LintelError(ErrorCode.FailedPrecondition, $"cannot listen for HTTP at {listen}", failed.Message,
                "stop what uses the address, or choose another").ToException(failed);
        }

        return new ConsoleDoor(application);
    }

    /// <summary>Stops serving; requests under way are given a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static void Map(IEndpointRouteBuilder routes, ConsoleServices services)
    {
        routes.MapGet("/health", context =>
        {
            NodeHealth health = services.Health();
            context.Response.StatusCode = health.Serving ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsJsonAsync(health, context.RequestAborted);
        });
        routes.MapGet("/status", context => AnswerAsync(context, services.StatusAsync));
        routes.MapPost("/nodes/join", context => AnswerAsync(context, async cancellation =>
        {
            JoinRequest request = await context.Request.ReadFromJsonAsync<JoinRequest>(cancellation)
                ?? throw new LintelException(ErrorCode.InvalidArgument, "the body is empty");
            return await services.AdmitAsync(request, cancellation);
        }));
        routes.MapPost("/nodes/{name}/drain", context => AnswerAsync(context, async cancellation =>
        {
            await services.DrainAsync((string)context.GetRouteValue("name")!, cancellation);
            return new NodeHealth(Serving: true, []);
        }));
        Map(routes, services.Control);
    }

    private static void Map(IEndpointRouteBuilder routes, ControlServices control)
    {
        routes.MapPost("/specs/plan", context => AnswerAsync(context, async cancellation =>
            await control.PlanAsync(await ReadTextAsync(context, cancellation), cancellation)));
        routes.MapPost("/specs/apply", context => AnswerAsync(context, async cancellation =>
            await control.ApplyAsync(await ReadTextAsync(context, cancellation), cancellation)));
        routes.MapGet("/databases", context => AnswerAsync(context, control.DatabasesAsync));
        routes.MapPost("/splits/divide", context => AnswerAsync(context, async cancellation =>
        {
            DivideRequest request = await context.Request.ReadFromJsonAsync<DivideRequest>(cancellation)
                ?? throw new LintelException(ErrorCode.InvalidArgument, "the body is empty");
            return await control.DivideAsync(request, cancellation);
        }));
    }

    private static async Task<string> ReadTextAsync(HttpContext context, CancellationToken cancellation)
    {
        using var reader = new StreamReader(context.Request.Body);
        return await reader.ReadToEndAsync(cancellation);
    }

    private static async Task AnswerAsync<T>(HttpContext context, Func<CancellationToken, Task<T>> answer)
    {
        try
        {
            T value = await answer(context.RequestAborted);
            await context.Response.WriteAsJsonAsync(value, context.RequestAborted);
        }
        catch (LintelException failure)
        {
            context.Response.StatusCode = ErrorBody.StatusOf(failure.Error.Code);
            await context.Response.WriteAsJsonAsync(ErrorBody.Of(failure.Error), context.RequestAborted);
        }
        catch (Exception malformed) when (malformed is System.Text.Json.JsonException or BadHttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(
                new ErrorBody(nameof(ErrorCode.InvalidArgument), "the request cannot be read", malformed.Message, null), context.RequestAborted);
        }
    }
}
