using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Transactions.Api;

namespace Lintel.Storage.Nodes;

/// <summary>How nodes come to be rows of the system database. All of it in the caller's transaction.</summary>
public static class NodeAdmission
{
    /// <summary>
    /// Admits a node that belongs to no cluster yet and gives it an id. Asked again with the same store, because an
    /// answer was lost, it gives the same id. AlreadyExists when another node has the name: one that lost its store has
    /// forgotten its votes, and must come back as a new node.
    /// </summary>
    public static async ValueTask<NodeRecord> AdmitAsync(
        ITransaction transaction, NodeRecord applicant, CancellationToken cancellation = default)
    {
        NodeRecord? known = await NodeRecord.Table.FindAsync(transaction, applicant.Name, LockStrength.Exclusive, cancellation);
        if (known is not null && known.Store != applicant.Store)
        {
            throw new LintelException(ErrorCode.AlreadyExists, $"node '{applicant.Name}' exists with another store",
                $"it is {known.Id} at {known.PeerAddress}",
                "choose another name");
        }

        NodeId id = known?.Id ?? await NodeIdCounter.TakeAsync(transaction, cancellation);
        NodeRecord admitted = applicant with { Id = id, State = known?.State ?? NodeState.Active };
        await NodeRecord.Table.PutAsync(transaction, admitted, cancellation);
        return admitted;
    }

    /// <summary>
    /// Records a node that has its id: at each start, since its addresses may have changed. The ids up to
    /// <paramref name="firstIds"/> belong to the first nodes of the cluster and are never given to others.
    /// </summary>
    public static async ValueTask<NodeRecord> RecordAsync(
        ITransaction transaction, NodeRecord own, NodeId firstIds, CancellationToken cancellation = default)
    {
        NodeRecord? known = await NodeRecord.Table.FindAsync(transaction, own.Name, LockStrength.Exclusive, cancellation);
        if (known is not null && (known.Id != own.Id || known.Store != own.Store))
        {
            throw new LintelException(ErrorCode.WrongCluster, $"the cluster knows another node '{own.Name}'",
                $"it knows {known.Id} with store {known.Store}, this is {own.Id} with store {own.Store}",
                "give this node another name and an empty data directory, and let it join");
        }

        NodeRecord now = own with { State = known?.State ?? NodeState.Active };
        if (known is null || !Same(known, now)) await NodeRecord.Table.PutAsync(transaction, now, cancellation);
        if (!firstIds.IsNone) await NodeIdCounter.ReserveAsync(transaction, firstIds, cancellation);
        return now;
    }

    private static bool Same(NodeRecord a, NodeRecord b) =>
        a with { Properties = b.Properties } == b && a.Properties.SequenceEqual(b.Properties);
}
