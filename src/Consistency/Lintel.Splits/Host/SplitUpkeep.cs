using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Divide;
using Lintel.Splits.Replica;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;

namespace Lintel.Splits.Host;

/// <summary>
/// What the leaseholders of a store do for their splits unasked: record changed descriptors in the meta range, invite
/// members that hold nothing yet, divide splits that have grown too large, collect old versions. One thing at a time
/// for each split.
/// </summary>
public sealed class SplitUpkeep(SplitStore store, StoreServices services)
{
    // Ids of transactions begun here are told from those of the gateway on this node by their upper bit.
    private const ulong OwnSequences = 1UL << 63;
    private const int VersionsPerStep = 2048;

    private readonly SortedDictionary<SplitId, ulong> _published = [];
    private readonly SortedDictionary<SplitId, Timestamp> _collected = [];
    private readonly SortedSet<SplitId> _working = [];
    private ulong _sequence;

    /// <summary>One round over the splits led here.</summary>
    public void Run()
    {
        foreach (SplitReplica replica in store.Replicas)
        {
            if (replica.Leading is not { IsOver: false } leading || !leading.HoldsLease || !_working.Add(replica.Split)) continue;
            services.Start(async () =>
            {
                try
                {
                    await RunAsync(replica, leading);
                }
                catch (LintelException failure) when (failure.Error.Code is not (ErrorCode.Internal or ErrorCode.Corruption))
                {
                    // The next round tries again.
                }
                finally
                {
                    _working.Remove(replica.Split);
                }
            });
        }
    }

    private async Task RunAsync(SplitReplica replica, Leadership leading)
    {
        foreach (NodeId member in replica.Peer.Configuration.Members)
        {
            if (replica.Peer.ProgressOf(member) is { Match.Value: 0 }) await services.InviteAsync(member, replica.Descriptor);
        }

        if (services.Router is not { } router) return;
        await PublishAsync(router, replica);
        if (leading.IsOver) return;
        await DivideAsync(router, replica, leading);
        if (!leading.IsOver) await CollectAsync(replica, leading);
    }

    private async Task PublishAsync(ISplitRouter router, SplitReplica replica)
    {
        SplitDescriptor descriptor = replica.Descriptor;
        if (_published.TryGetValue(replica.Split, out ulong published) && published >= descriptor.Generation) return;
        if (await MetaRecords.PublishAsync(router, NextTransaction(), [descriptor])) _published[replica.Split] = descriptor.Generation;
    }

    private async Task DivideAsync(ISplitRouter router, SplitReplica replica, Leadership leading)
    {
        long limit = services.Limits.DivideAtBytes;
        if (limit <= 0 || replica.Machine.State.Bytes < limit || replica.Descriptor.Span.Start < KeySpace.MetaSpan.End) return;
        Key? middle = await SplitMiddle.FindAsync(services, replica.Descriptor.Span);
        if (middle is not { } at || leading.IsOver) return;
        SplitId? right = await SplitIds.AllocateAsync(router, NextTransaction());
        if (right is not { } id || leading.IsOver) return;
        await replica.HandleAsync(new DivideSplit(replica.Descriptor.Address, at, id));
    }

    // A pass over a split begins once the horizon has moved by a tenth of the retention.
    private async Task CollectAsync(SplitReplica replica, Leadership leading)
    {
        Timestamp horizon = services.Environment.TrueTime.Now().Earliest - services.Limits.VersionRetention;
        Timestamp last = _collected.GetValueOrDefault(replica.Split);
        if (last == Timestamp.Zero)
        {
            _collected[replica.Split] = horizon;
            return;
        }

        if (horizon - last < services.Limits.VersionRetention / 10) return;
        _collected[replica.Split] = horizon;
        Key? from = replica.Descriptor.Span.Start;
        while (from is { } start && !leading.IsOver)
        {
            ProposalFate fate = await replica.ProposeAsync(
                leading, (divisions, closed) => new CollectCommand(divisions, closed, horizon, start, VersionsPerStep));
            if (fate is not ProposalFate.Applied { Result: AppliedResult.Collected step }) return;
            from = step.Rest;
        }
    }

    private TransactionId NextTransaction() =>
        new(services.Environment.TrueTime.Now().Latest, services.Self, OwnSequences | ++_sequence);
}
