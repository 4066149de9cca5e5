using System.Collections.Immutable;
using Lintel.Doors.Console.Codec;
using Lintel.Environment.Disk;
using Lintel.Environment.Network.Tcp;
using Lintel.Node.Configuration;
using Lintel.Node.Hosting;
using Lintel.Node.Identity;
using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Sql.Catalog;
using Lintel.Storage.Nodes;
using Lintel.Transactions.Api;
using Microsoft.Extensions.Logging;

namespace Lintel.Node.Membership;

/// <summary>
/// This node among the others: records itself, admits new ones, and keeps the address book in step with the rows of the
/// system database. Runs outside the store's context.
/// </summary>
internal sealed class NodeMembership(
    NodeConfiguration configuration,
    NodeIdentity identity,
    ITransactionSource transactions,
    AddressBook book,
    IDisk disk,
    TimeProvider time,
    ILogger log)
{
    /// <summary>Between two tries to reach the cluster's records.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RefreshEvery = TimeSpan.FromSeconds(2);
    private ImmutableArray<KnownNode> _saved = [];

    /// <summary>All nodes, as of the last refresh.</summary>
    public IReadOnlyList<NodeRecord> Nodes { get; private set; } = [];

    /// <summary>The nodes whose addresses are known, recorded or not.</summary>
    public IEnumerable<NodeId> KnownIds => book.Addresses.Keys;

    /// <summary>Records this node, trying until the cluster answers. A refusal for good fails.</summary>
    public async Task RecordAsync(CancellationToken cancellation)
    {
        NodeId firstIds = configuration.Start is { } start && start.Cluster == identity.Cluster
            ? new NodeId((ulong)start.Nodes.Length)
            : NodeId.None;
        NodeRecord own = OwnRecord();
        while (true)
        {
            try
            {
                await transactions.RunAsync("record node", t => NodeAdmission.RecordAsync(t, own, firstIds, cancellation), cancellation);
                return;
            }
            catch (LintelException failure) when (MayPass(failure.Error.Code))
            {
                NodeLog.NotRecordedYet(log, identity.Node, failure.Error);
                await Task.Delay(Pause, time, cancellation);
            }
        }
    }

    /// <summary>Learns of new nodes and new addresses until cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await RefreshAsync(cancellation);
            }
            catch (LintelException failure) when (MayPass(failure.Error.Code))
            {
                NodeLog.NotRecordedYet(log, identity.Node, failure.Error);
            }

            await Task.Delay(RefreshEvery, time, cancellation);
        }
    }

    /// <summary>Reads the rows, and remembers them for the next start.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await using ISnapshotReader snapshot = await transactions.SnapshotAsync(SnapshotBound.Strong, cancellation);
        Nodes = [.. (await NodeRecord.Table.ListAsync(snapshot, cancellation)).OrderBy(static n => n.Id.Value)];
        ImmutableArray<KnownNode> now = [.. Nodes.Select(static n => new KnownNode(n.Id, NodeAddress.Parse(n.PeerAddress)))];
        foreach (KnownNode node in now) book.Set(node.Id, node.Peer);
        if (now.SequenceEqual(_saved)) return;
        await KnownNodesFile.SaveAsync(disk, now, cancellation);
        _saved = now;
    }

    /// <summary>Admits a node that belongs to no cluster yet.</summary>
    public async Task<JoinAnswer> AdmitAsync(JoinRequest request, CancellationToken cancellation)
    {
        NodeAddress.Parse(request.PeerAddress);
        if (request.Store == Guid.Empty || request.Name.Length is 0 or > 63)
            throw new LintelException(ErrorCode.InvalidArgument, "a node that joins needs a name and a store");
        var applicant = new NodeRecord(
            request.Name, NodeId.None, NodeState.Active, request.PeerAddress, request.SqlAddress, request.HttpAddress,
            request.Properties.ToImmutableSortedDictionary(StringComparer.Ordinal), request.Store);
        NodeRecord admitted = await transactions.RunAsync(
            "admit node", t => NodeAdmission.AdmitAsync(t, applicant, cancellation), cancellation);
        await RefreshAsync(cancellation);
        return new JoinAnswer(
            identity.Cluster.Value, admitted.Id.Value, [.. Nodes.Select(static n => new JoinedNode(n.Id.Value, n.PeerAddress))]);
    }

    private NodeRecord OwnRecord() => new(
        configuration.Name,
        identity.Node,
        NodeState.Active,
        configuration.Addresses.Peer.Advertised.ToString(),
        configuration.Addresses.Sql?.Advertised.ToString() ?? "",
        configuration.Addresses.Http?.Advertised.ToString() ?? "",
        configuration.Properties,
        identity.Store.Value);

    /// <summary>Whether an error of that code may be gone at the next try.</summary>
    public static bool MayPass(ErrorCode code) => code is ErrorCode.Unavailable or ErrorCode.Timeout or ErrorCode.Busy
        or ErrorCode.TransactionAborted or ErrorCode.CommitOutcomeUnknown or ErrorCode.ClockUncertain or ErrorCode.DiskFull
        or ErrorCode.NotLeaseholder or ErrorCode.SplitMoved;
}
