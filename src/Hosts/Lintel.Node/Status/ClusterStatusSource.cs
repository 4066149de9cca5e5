using Lintel.Doors.Console.Codec;
using Lintel.Node.Configuration;
using Lintel.Node.Hosting;
using Lintel.Node.Identity;
using Lintel.Node.Membership;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Time;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Storage.Nodes;
using Lintel.Transactions.Gateway;

namespace Lintel.Node.Status;

/// <summary>
/// Puts the cluster's status together from what its nodes say. Needs no majority: it is wanted most when there is none.
/// </summary>
internal sealed class ClusterStatusSource(
    NodeConfiguration configuration,
    NodeIdentity identity,
    StoreRuntime runtime,
    NodeMembership membership,
    ReplicaReports reports,
    TransactionGateway gateway)
{
    /// <summary>The status now.</summary>
    public async Task<ClusterStatus> ReadAsync(CancellationToken cancellation)
    {
        IReadOnlyList<NodeRecord> nodes = membership.Nodes;
        NodeId[] asked = [.. nodes.Select(static n => n.Id).Append(identity.Node).Concat(membership.KnownIds).Distinct().Order()];
        var answers = await reports.AskAsync(asked, cancellation);
        var names = nodes.ToDictionary(static n => n.Id, static n => n.Name);
        SplitStatus[] all = [.. answers.Values.Where(static a => a is not null).SelectMany(static a => a!)];
        IReadOnlyList<SplitLine> splits =
        [
            .. all.GroupBy(static s => s.Descriptor.Split).Select(g => LineOf([.. g], names, answers))
                .OrderBy(static pair => pair.Start).Select(static pair => pair.Line),
        ];
        return new ClusterStatus(
            identity.Cluster.Value, configuration.Name, [.. nodes.Select(n => LineOf(n, answers, all))], splits, Clock(), Commits());
    }

    private static (Primitives.Keys.Key Start, SplitLine Line) LineOf(
        SplitStatus[] views, Dictionary<NodeId, string> names, IReadOnlyDictionary<NodeId, IReadOnlyList<SplitStatus>?> answers)
    {
        // The newest descriptor counts; the leaseholder alone knows who lags.
        SplitStatus newest = views.MaxBy(static v => (v.Descriptor.Generation, v.Term, v.Applied))!;
        SplitStatus? holder = views.Where(static v => v.Leaseholder == v.Node).MaxBy(static v => v.Term);
        SplitDescriptor descriptor = newest.Descriptor;
        ReplicaLine[] replicas =
        [
            .. descriptor.Replicas.Select(place => new ReplicaLine(
                NameOf(place.Node, names), place.Role.ToString(),
                holder is not null && answers.GetValueOrDefault(place.Node) is { } there
                    && there.Any(v => v.Descriptor.Split == descriptor.Split) && !holder.Lagging.Contains(place.Node))),
        ];
        var line = new SplitLine(
            descriptor.Split.Value, Convert.ToHexString(descriptor.Span.Start.Span), Convert.ToHexString(descriptor.Span.End.Span),
            holder is null ? "" : NameOf(holder.Node, names), holder?.Bytes ?? 0, replicas);
        return (descriptor.Span.Start, line);
    }

    private static NodeLine LineOf(
        NodeRecord node, IReadOnlyDictionary<NodeId, IReadOnlyList<SplitStatus>?> answers, SplitStatus[] all) => new(
        node.Id.Value, node.Name, node.Zone, node.State.ToString(), answers.GetValueOrDefault(node.Id) is not null,
        node.PeerAddress, node.SqlAddress, node.HttpAddress,
        all.Count(s => s.Node == node.Id),
        all.Count(s => s.Node == node.Id && s.Leaseholder == node.Id));

    private static string NameOf(NodeId node, Dictionary<NodeId, string> names) => names.GetValueOrDefault(node, node.ToString());

    private ClockLine Clock()
    {
        TrueTimeInterval now = runtime.Environment.TrueTime.Now();
        string source = configuration.Clock.Source switch
        {
            ClockSource.OneHost => "one-host",
            ClockSource.Kernel => "kernel",
            _ => "cluster",
        };
        return new ClockLine(source, runtime.Environment.TrueTime.IsBounded, now.Width.TotalMicroseconds / 2);
    }

    private CommitLine Commits() => new(
        gateway.Commits.Count,
        gateway.Commits.Quantile(0.5).TotalMilliseconds,
        gateway.Commits.Quantile(0.99).TotalMilliseconds);
}
