using System.Collections.Immutable;
using System.Net.Http.Json;
using Lintel.Doors.Console.Codec;
using Lintel.Environment.Network.Tcp;
using Lintel.Node.Configuration;
using Lintel.Node.Hosting;
using Lintel.Node.Identity;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Microsoft.Extensions.Logging;

namespace Lintel.Node.Membership;

/// <summary>Asks the nodes of the join list, one after the other and again, until one of them admits this node.</summary>
internal sealed class JoinClient(NodeConfiguration configuration, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Joins. Returns when admitted; a refusal that asking again cannot change (the name is taken) fails.
    /// </summary>
    public async Task<(NodeIdentity Identity, ImmutableArray<KnownNode> Nodes)> JoinAsync(
        NodeIdentity applicant, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = AnswerWithin };
        JoinRequest request = RequestOf(applicant);
        while (true)
        {
            foreach (NodeAddress address in configuration.Join)
            {
                NodeLog.Joining(log, configuration.Name, address);
                if (await TryAskAsync(http, address, request, cancellation) is not { } answer) continue;
                var admitted = applicant with
                {
                    Cluster = new ClusterId(answer.Cluster), Node = new NodeId(answer.Node), Stage = IdentityStage.Creating,
                };
                NodeLog.Admitted(log, configuration.Name, admitted.Node);
                return (admitted, [.. answer.Nodes.Select(static n => new KnownNode(new NodeId(n.Id), NodeAddress.Parse(n.PeerAddress)))]);
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    private JoinRequest RequestOf(NodeIdentity applicant) => new(
        configuration.Name,
        applicant.Store.Value,
        configuration.Addresses.Peer.Advertised.ToString(),
        configuration.Addresses.Sql?.Advertised.ToString() ?? "",
        configuration.Addresses.Http?.Advertised.ToString() ?? "",
        new SortedDictionary<string, string>(configuration.Properties, StringComparer.Ordinal));

    private async Task<JoinAnswer?> TryAskAsync(
        HttpClient http, NodeAddress address, JoinRequest request, CancellationToken cancellation)
    {
        string reason;
        try
        {
            using HttpResponseMessage response = await http.PostAsJsonAsync($"http://{address}/nodes/join", request, cancellation);
            if (response.IsSuccessStatusCode) return await response.Content.ReadFromJsonAsync<JoinAnswer>(cancellation);
            ErrorBody? body = await response.Content.ReadFromJsonAsync<ErrorBody>(cancellation);
            LintelError error = body?.ToError() ?? new LintelError(ErrorCode.Internal, $"HTTP status {(int)response.StatusCode}");
            if (error.Code is ErrorCode.AlreadyExists or ErrorCode.InvalidArgument) throw error.ToException();
            reason = error.ToString();
        }
        catch (Exception failure) when (IsOfTheNetwork(failure, cancellation))
        {
            reason = failure.Message;
        }

        NodeLog.NotAdmitted(log, configuration.Name, address, reason);
        return null;
    }

    private static bool IsOfTheNetwork(Exception failure, CancellationToken cancellation) =>
        failure is HttpRequestException or IOException or System.Text.Json.JsonException
        || (failure is OperationCanceledException && !cancellation.IsCancellationRequested);
}
