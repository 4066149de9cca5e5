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
    private readonly SortedDictionary<SplitId, (ulong Applied, Timestamp Horizon)> _swept = [];
    private readonly SortedSet<SplitId> _working = [];
    private ulong _sequence;

    /// <summary>One round over the splits led here.</summary>
    public void Run()
    {
        foreach (SplitReplica replica in store.Replicas) Run(replica);
    }

    /// <summary>The same for one split.</summary>
    public void Run(SplitReplica replica)
    {
        if (replica.Leading is not { IsOver: false } leading || !leading.HoldsLease || !_working.Add(replica.Split)) return;
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

    private async Task RunAsync(SplitReplica replica, Leadership leading)
    {
        foreach (NodeId member in replica.Peer.Configuration.Members)
        {
            bool holdsNothing = replica.Peer.ProgressOf(member) is { Match.Value: 0 };
            if (holdsNothing && member != services.Self && !services.Liveness.IsSilent(member)) await services.InviteAsync(member, replica.Descriptor);
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
        // Meta and records stay together at the beginning of the key space; what lies above them may be divided off.
        KeySpan span = replica.Descriptor.Span;
        var divisible = span.Intersect(new KeySpan(KeySpace.RecordSpan.End, Key.Max));
        if (limit <= 0 || replica.Machine.State.Bytes < limit || divisible.IsEmpty) return;
        Key? middle = span.Start < divisible.Start ? divisible.Start : await SplitMiddle.FindAsync(services, span);
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
        // Nothing was written since everything that is here was collected below a horizon above it.
        if (_swept.TryGetValue(replica.Split, out (ulong Applied, Timestamp Horizon) swept)
            && swept.Applied == replica.Machine.State.Applied.Value && replica.Machine.State.Floor < swept.Horizon) return;
        Key? from = replica.Descriptor.Span.Start;
        while (from is { } start && !leading.IsOver)
        {
            ProposalFate fate = await replica.ProposeAsync(
                leading, (divisions, closed) => new CollectCommand(divisions, closed, horizon, start, VersionsPerStep));
            if (fate is not ProposalFate.Applied { Result: AppliedResult.Collected step }) return;
            from = step.Rest;
        }

        if (!leading.IsOver) _swept[replica.Split] = (replica.Machine.State.Applied.Value, horizon);
    }

    private TransactionId NextTransaction() =>
        new(services.Environment.TrueTime.Now().Latest, services.Self, OwnSequences | ++_sequence);
}
