using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Requests;

/// <summary>
/// Divides the split at a key: it keeps the keys below, a new split takes the rest on the same nodes. Answered by
/// <see cref="SplitReply.Divided"/>.
/// </summary>
public sealed record DivideSplit(SplitAddress To, Key At, SplitId Right) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => span.Contains(At) && At > span.Start;
}

/// <summary>Moves leadership and lease to another voter. Answered by <see cref="SplitReply.Done"/>.</summary>
public sealed record TransferLease(SplitAddress To, NodeId Target) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => true;
}

/// <summary>
/// Changes the replicas of the split to exactly these, through learners and joint consensus. Answered by
/// <see cref="SplitReply.ReplicasChanged"/> once the new voters alone decide. It goes as far as it gets in one request's
/// time and is refused as unavailable, without harm, when new replicas have not caught up yet or the lease has to move
/// first: whoever wants the change asks again until it is done.
/// </summary>
public sealed record ChangeReplicas(SplitAddress To, IReadOnlyList<SplitReplicaPlace> Replicas) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => true;
}

/// <summary>
/// Takes one node out of the replicas, whatever else they are: its replica is lost. Answered by
/// <see cref="SplitReply.ReplicasChanged"/>, also when the node is out already.
/// </summary>
public sealed record EvictReplica(SplitAddress To, NodeId Node) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => true;
}

/// <summary>
/// Lets one node in, whatever else the replicas are: as a learner, and with a vote once it has caught up if that is its
/// role. Answered by <see cref="SplitReply.ReplicasChanged"/> when it has its role; to be asked again until then.
/// </summary>
public sealed record AdmitReplica(SplitAddress To, NodeId Node, ReplicaRole Role) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => true;
}

/// <summary>
/// Asks any replica how it is. Answered by <see cref="SplitReply.Status"/>, by a replica that is no leaseholder too.
/// </summary>
public sealed record AskStatus(SplitAddress To) : SplitRequest(To)
{
    /// <inheritdoc/>
    public override bool LiesIn(KeySpan span) => true;
}
