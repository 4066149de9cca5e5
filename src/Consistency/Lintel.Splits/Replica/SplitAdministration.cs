using System.Collections.Immutable;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Raft.Configuration;
using Lintel.Raft.Outcomes;
using Lintel.Raft.Replication;
using Lintel.Splits.Divide;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Replica;

/// <summary>What is done to a split as a whole, at its leaseholder: divide, hand over, change its replicas.</summary>
public sealed class SplitAdministration(SplitReplica replica, StoreServices services)
{
    // A learner this close behind catches up within a round trip or two.
    private const ulong CaughtUpWithin = 64;

    /// <summary>Divides the split at a key.</summary>
    public async ValueTask<SplitReply> DivideAsync(Leadership leading, DivideSplit request)
    {
        if (services.IsDiskFull) return new SplitRefusal.DiskFull();
        if (!await AwaitLongTransactionsAsync(leading, request.At)) return new SplitRefusal.Busy(TimeSpan.FromSeconds(1));
        if (leading.IsOver || !request.LiesIn(replica.Descriptor.Span)) return replica.Moved();
        long left = await SplitMiddle.MeasureAsync(services, new KeySpan(replica.Descriptor.Span.Start, request.At));
        if (leading.IsOver || !request.LiesIn(replica.Descriptor.Span)) return replica.Moved();
        if (!leading.TryFreeze()) return new SplitRefusal.Busy(TimeSpan.FromMilliseconds(50));
        ProposalFate fate = await replica.ProposeAsync(
            leading,
            (divisions, closed) => new DivideCommand(divisions, closed, request.At, request.Right, leading.Floor, left));
        if (fate is ProposalFate.Unknown { Final: { } final })
        {
            // Until it is known whether the right side is still ours, no timestamp is given out.
            services.Start(async () =>
            {
                await final;
                leading.Thaw();
            });
        }
        else
        {
            leading.Thaw();
        }

        switch (fate)
        {
            case ProposalFate.Applied { Result: AppliedResult.Divided divided }:
                return new SplitReply.Divided(divided.Left.Descriptor, divided.Right.Descriptor);
            case ProposalFate.Applied:
                return replica.Moved();
            case ProposalFate.Busy:
                return new SplitRefusal.Busy(TimeSpan.FromMilliseconds(50));
            case ProposalFate.Lost lost:
                return new SplitRefusal.Unavailable(lost.Why, Ambiguous: false);
            default:
                return new SplitRefusal.Unavailable("the division was not applied in time", Ambiguous: true);
        }
    }

    // A transaction that is not prepared loses its locks right of a division and has to run again. Short ones do so by
    // themselves, and under traffic there is always one; a long one (a COPY) would lose its work, so the division waits.
    private async ValueTask<bool> AwaitLongTransactionsAsync(Leadership leading, Key at)
    {
        TimeProvider time = services.Environment.Time;
        long began = time.GetTimestamp();
        while (!leading.IsOver)
        {
            List<TransactionId> holders = leading.UnpreparedBeyond(at);
            if (holders.Count == 0) return true;
            if (time.GetElapsedTime(began) >= services.Limits.DividePatience)
                return holders[0].Start > services.Environment.TrueTime.Now().Earliest - services.Limits.LongTransactionAge;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time);
        }

        return false;
    }

    /// <summary>
    /// Hands leadership over. The floor goes to the log first, so that the next leader assigns nothing at or below what
    /// was assigned or served here.
    /// </summary>
    public async ValueTask<SplitReply> TransferAsync(Leadership leading, TransferLease request)
    {
        if (request.Target == services.Self) return SplitReply.Done.Instance;
        if (!replica.Peer.Configuration.IsVoter(request.Target)) return new SplitRefusal.Invalid($"{request.Target} has no vote");
        if (services.Liveness.IsSilent(request.Target))
            return new SplitRefusal.Unavailable($"{request.Target} is silent", Ambiguous: false);
        if (!leading.TryFreeze()) return new SplitRefusal.Busy(TimeSpan.FromMilliseconds(50));
        try
        {
            ProposalFate fate = await replica.ProposeAsync(
                leading, (divisions, closed) => new FloorCommand(divisions, closed, leading.Floor));
            if (fate is not ProposalFate.Applied) return new SplitRefusal.Unavailable("the handover was not replicated", Ambiguous: false);
            if (leading.IsOver) return replica.NotHere();
            TransferOutcome outcome = replica.Peer.TransferLeadership(request.Target);
            services.MarkDirty(replica);
            if (outcome is not TransferOutcome.Started) return new SplitRefusal.Unavailable(outcome.ToString(), Ambiguous: false);
            return await HandedOverAsync(leading, request.Target);
        }
        finally
        {
            if (!leading.IsOver) leading.Thaw();
        }
    }

    /// <summary>Changes the replicas to those asked for: learners first, then all votes in one joint change.</summary>
    public async ValueTask<SplitReply> ChangeReplicasAsync(Leadership leading, ChangeReplicas request)
    {
        var voters = ImmutableSortedSet.CreateBuilder<NodeId>();
        var learners = ImmutableSortedSet.CreateBuilder<NodeId>();
        foreach (SplitReplicaPlace place in request.Replicas)
            (place.Role == ReplicaRole.Voter ? voters : learners).Add(place.Node);
        if (voters.Count == 0 || voters.Overlaps(learners) || voters.Count + learners.Count != request.Replicas.Count)
            return new SplitRefusal.Invalid("the replicas need a voter, and every node once");
        return await ChangeAsync(leading, voters.ToImmutable(), learners.ToImmutable());
    }

    /// <summary>Takes a node out.</summary>
    public ValueTask<SplitReply> EvictAsync(Leadership leading, EvictReplica request)
    {
        GroupConfiguration now = replica.Peer.Configuration;
        if (!now.IsJoint && !now.Contains(request.Node))
            return ValueTask.FromResult<SplitReply>(new SplitReply.ReplicasChanged(replica.Descriptor));
        if (now.Voters.Count == 1 && now.Voters.Contains(request.Node))
            return ValueTask.FromResult<SplitReply>(new SplitRefusal.Invalid("the last voter stays"));
        return ChangeAsync(leading, now.Voters.Remove(request.Node), now.Learners.Remove(request.Node));
    }

    /// <summary>Lets a node in.</summary>
    public ValueTask<SplitReply> AdmitAsync(Leadership leading, AdmitReplica request)
    {
        GroupConfiguration now = replica.Peer.Configuration;
        return request.Role == ReplicaRole.Voter
            ? ChangeAsync(leading, now.Voters.Add(request.Node), now.Learners.Remove(request.Node))
            : ChangeAsync(leading, now.Voters.Remove(request.Node), now.Learners.Add(request.Node));
    }

    // A leader does not take its own vote: it makes the change but for itself, hands over to one that stays, and whoever
    // leads then takes it out when it is asked the next time.
    private async ValueTask<SplitReply> ChangeAsync(
        Leadership leading, ImmutableSortedSet<NodeId> voters, ImmutableSortedSet<NodeId> learners)
    {
        bool leaves = !voters.Contains(services.Self);
        ImmutableSortedSet<NodeId> first = voters.Add(services.Self);
        if (await AddLearnersAsync(leading, first, learners.Remove(services.Self)) is { } refusal) return refusal;
        SplitReply switched = await SwitchAsync(leading, first, learners.Remove(services.Self));
        if (!leaves || switched is not SplitReply.ReplicasChanged) return switched;
        foreach (NodeId heir in voters)
        {
            if (services.Liveness.IsSilent(heir) || !IsCaughtUp(heir)) continue;
            SplitReply handed = await TransferAsync(leading, new TransferLease(replica.Descriptor.Address, heir));
            return handed is SplitReply.Done ? replica.NotHere() : handed;
        }

        return new SplitRefusal.Unavailable("nobody who stays can lead yet", Ambiguous: false);
    }

    private async ValueTask<SplitReply> HandedOverAsync(Leadership leading, NodeId target)
    {
        TimeProvider time = services.Environment.Time;
        long began = time.GetTimestamp();
        while (time.GetElapsedTime(began) < services.Limits.RequestTimeout)
        {
            if (leading.IsOver && replica.Peer.Leader == target) return SplitReply.Done.Instance;
            if (leading.IsOver && !replica.Peer.Leader.IsNone)
                return new SplitRefusal.Unavailable($"{replica.Peer.Leader} leads now", Ambiguous: false);
            if (!leading.IsOver && leading.LeaseUntil != Lintel.Primitives.Time.Timestamp.Zero)
                return new SplitRefusal.Unavailable("the target did not take over", Ambiguous: false);
            await Task.Delay(TimeSpan.FromMilliseconds(5), time);
        }

        return new SplitRefusal.Unavailable("the handover did not finish in time", Ambiguous: true);
    }

    private async ValueTask<SplitRefusal?> AddLearnersAsync(
        Leadership leading, ImmutableSortedSet<NodeId> voters, ImmutableSortedSet<NodeId> learners)
    {
        var steps = ImmutableArray.CreateBuilder<ConfigurationStep>();
        if (replica.Peer.Configuration.IsJoint) return new SplitRefusal.Unavailable("another change is under way", Ambiguous: false);
        foreach (NodeId node in voters.Union(learners))
        {
            if (!replica.Peer.Configuration.Contains(node)) steps.Add(new(ConfigurationStepKind.AddLearner, node));
        }

        foreach (ConfigurationStep step in steps)
        {
            if (!await services.InviteAsync(step.Node, replica.Descriptor))
                return new SplitRefusal.Unavailable($"{step.Node} did not take the invitation", Ambiguous: false);
        }

        if (steps.Count > 0)
        {
            ProposalFate fate = await replica.ProposeAsync(new ConfigurationChange(steps.ToImmutable(), JointPolicy.Automatic));
            if (fate is not ProposalFate.Applied) return Explain(fate);
        }

        TimeProvider time = services.Environment.Time;
        long began = time.GetTimestamp();
        while (!leading.IsOver && time.GetElapsedTime(began) < services.Limits.RequestTimeout / 2)
        {
            bool level = true;
            foreach (NodeId node in voters)
                level &= node == services.Self || IsCaughtUp(node);
            if (level) return null;
            await Task.Delay(services.Limits.TickInterval, time);
        }

        return new SplitRefusal.Unavailable("a new replica has not caught up yet", Ambiguous: false);
    }

    private async ValueTask<SplitReply> SwitchAsync(
        Leadership leading, ImmutableSortedSet<NodeId> voters, ImmutableSortedSet<NodeId> learners)
    {
        GroupConfiguration now = replica.Peer.Configuration;
        var steps = ImmutableArray.CreateBuilder<ConfigurationStep>();
        foreach (NodeId node in voters)
        {
            if (!now.Voters.Contains(node)) steps.Add(new(ConfigurationStepKind.AddVoter, node));
        }

        foreach (NodeId node in now.Members)
        {
            if (node == services.Self) continue;
            if (learners.Contains(node) && !now.Learners.Contains(node)) steps.Add(new(ConfigurationStepKind.AddLearner, node));
            else if (!voters.Contains(node) && !learners.Contains(node)) steps.Add(new(ConfigurationStepKind.Remove, node));
        }

        if (steps.Count > 0)
        {
            ProposalFate fate = await replica.ProposeAsync(new ConfigurationChange(steps.ToImmutable(), JointPolicy.Automatic));
            if (fate is not ProposalFate.Applied) return Explain(fate);
        }

        TimeProvider time = services.Environment.Time;
        long began = time.GetTimestamp();
        while (replica.Peer.Configuration.IsJoint && !leading.IsOver
            && time.GetElapsedTime(began) < services.Limits.RequestTimeout)
            await Task.Delay(services.Limits.TickInterval, time);
        return replica.Peer.Configuration.IsJoint
            ? new SplitRefusal.Unavailable("the joint configuration was not left in time", Ambiguous: true)
            : new SplitReply.ReplicasChanged(replica.Descriptor);
    }

    private bool IsCaughtUp(NodeId node) =>
        replica.Peer.ProgressOf(node) is { State: ProgressState.Replicate } progress
        && progress.Match + CaughtUpWithin >= replica.Peer.LastIndex;

    private static SplitRefusal Explain(ProposalFate fate) => fate switch
    {
        ProposalFate.Busy => new SplitRefusal.Busy(TimeSpan.FromMilliseconds(50)),
        ProposalFate.Lost lost => new SplitRefusal.Unavailable(lost.Why, Ambiguous: false),
        _ => new SplitRefusal.Unavailable("the change was not applied in time", Ambiguous: true),
    };
}
