using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Lintel.Doors.Console.Codec;
using Lintel.Environment.Network.Tcp;
using Lintel.Primitives.Errors;

namespace Lintel.Cli.Api;

/// <summary>Talks to one node over its HTTP door. Every failure is a LintelException.</summary>
internal sealed class NodeClient(NodeAddress node) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://{node}"), Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>The node asked.</summary>
    public NodeAddress Node => node;

    /// <summary>The cluster as the node sees it.</summary>
    public Task<ClusterStatus> StatusAsync(CancellationToken cancellation) => GetAsync<ClusterStatus>("/status", cancellation);

    /// <summary>All databases.</summary>
    public Task<DatabaseList> DatabasesAsync(CancellationToken cancellation) => GetAsync<DatabaseList>("/databases", cancellation);

    /// <summary>What a spec would change.</summary>
    public Task<PlanAnswer> PlanAsync(string spec, CancellationToken cancellation) =>
        SendAsync<PlanAnswer>(HttpMethod.Post, "/specs/plan", new StringContent(spec, Encoding.UTF8), cancellation);

    /// <summary>Applies a spec.</summary>
    public Task<PlanAnswer> ApplyAsync(string spec, CancellationToken cancellation) =>
        SendAsync<PlanAnswer>(HttpMethod.Post, "/specs/apply", new StringContent(spec, Encoding.UTF8), cancellation);

    /// <summary>Divides a split.</summary>
    public Task<DivideAnswer> DivideAsync(DivideRequest request, CancellationToken cancellation) =>
        SendAsync<DivideAnswer>(HttpMethod.Post, "/splits/divide", JsonContent.Create(request), cancellation);

    /// <summary>Empties a node of its replicas.</summary>
    public Task<NodeHealth> DrainAsync(string name, CancellationToken cancellation) =>
        SendAsync<NodeHealth>(HttpMethod.Post, $"/nodes/{Uri.EscapeDataString(name)}/drain", null, cancellation);

    /// <summary>How the node is; null while it does not answer.</summary>
    public async Task<NodeHealth?> TryHealthAsync(CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await _http.GetAsync("/health", cancellation);
            return await response.Content.ReadFromJsonAsync<NodeHealth>(cancellation);
        }
        catch (Exception silent) when (silent is HttpRequestException or JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Task<T> GetAsync<T>(string path, CancellationToken cancellation) => SendAsync<T>(HttpMethod.Get, path, null, cancellation);

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, cancellation);
            if (response.IsSuccessStatusCode) return await response.Content.ReadFromJsonAsync<T>(cancellation) ?? throw Strange(response.StatusCode);
            ErrorBody? error = await response.Content.ReadFromJsonAsync<ErrorBody>(cancellation);
            throw error?.ToError().ToException() ?? Strange(response.StatusCode);
        }
        catch (HttpRequestException failure)
        {
            throw new LintelError(
                ErrorCode.Unavailable, $"no node answers at {node}", failure.Message, "start one (./up), or say where one is: --node host:port").ToException(failure);
        }
        catch (Exception malformed) when (malformed is JsonException or NotSupportedException)
        {
            throw new LintelError(
                ErrorCode.Unavailable, $"what answers at {node} is no Lintel node", malformed.Message, "say where one is: --node host:port").ToException(malformed);
        }
        catch (TaskCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new LintelError(ErrorCode.Timeout, $"{node} did not answer in time", null, "see `lintel status`").ToException(late);
        }
    }

    private LintelException Strange(HttpStatusCode status) =>
        new(ErrorCode.Unavailable, $"{node} answered {(int)status} without a reason", null, "say where a Lintel node is: --node host:port");
}
