using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Invariants;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Random;
using Lintel.Raft;
using Lintel.Splits.Log;
using Lintel.Splits.Replica;

namespace Lintel.Splits.Host;

/// <summary>
/// The replicas of a store, by split, and the splits that are between two states: about to be opened or taken away.
/// A split is open, in between, or not here at all; what arrives for one in between waits for its sender to repeat it.
/// </summary>
/// <remarks>S13: a split is opened at most once at a time, and the spans of the replicas of a store never overlap.</remarks>
public sealed class StoreReplicas(StoreServices services, StoreLog log)
{
    private readonly SortedDictionary<SplitId, SplitReplica> _bySplit = [];
    private readonly SortedSet<SplitId> _between = [];

    /// <summary>The replicas, in the order of their splits. A new list with every change.</summary>
    public IReadOnlyList<SplitReplica> List { get; private set; } = [];

    /// <summary>Told of every replica that is opened.</summary>
    public Action<SplitReplica> OnOpened { get; set; } = static _ => { };

    /// <summary>The replica of a split, or null.</summary>
    public SplitReplica? Find(SplitId split) => _bySplit.GetValueOrDefault(split);

    /// <summary>Whether a split is about to be opened or taken away.</summary>
    public bool IsBetween(SplitId split) => _between.Contains(split);

    /// <summary>Begins a change of a split; false when one is under way.</summary>
    public bool TryBegin(SplitId split) => _between.Add(split);

    /// <summary>Ends a change of a split.</summary>
    public void End(SplitId split) => _between.Remove(split);

    /// <summary>A replica, other than that of <paramref name="except"/>, whose span overlaps a span; or null.</summary>
    public SplitReplica? Overlapping(KeySpan span, SplitId except)
    {
        foreach (SplitReplica replica in List)
        {
            if (replica.Split != except && replica.Descriptor.Span.Overlaps(span)) return replica;
        }

        return null;
    }

    /// <summary>Opens a replica over what the store and the log hold.</summary>
    public SplitReplica Open(SplitState state)
    {
        SplitId split = state.Descriptor.Split;
        Invariant.Require("S13", !_bySplit.ContainsKey(split), "a split is opened once");
        if (Invariant.Costly) Invariant.Require("S13", Overlapping(state.Descriptor.Span, split) is null, "spans never overlap");
        var machine = new SplitStateMachine(services.Store, state);
        SplitReplica? replica = null;
        var view = new GroupLogView(log, split, state, () => replica?.Machine.State ?? state);
        var peer = new RaftPeer(ConfigOf(state), view);
        replica = new SplitReplica(services, peer, machine);
        _bySplit.Add(split, replica);
        List = [.. _bySplit.Values];
        OnOpened(replica);
        return replica;
    }

    /// <summary>Takes a replica out: it steps, applies and answers no more.</summary>
    public void Retire(SplitReplica replica)
    {
        replica.Retire();
        _bySplit.Remove(replica.Split);
        List = [.. _bySplit.Values];
    }

    private RaftConfig ConfigOf(SplitState state) => new()
    {
        Self = services.Self,
        Random = new Prng(services.Environment.Random.NextUInt64()),
        Applied = state.Applied,
        ElectionTicks = services.Limits.ElectionTicks,
        HeartbeatTicks = services.Limits.HeartbeatTicks,
        ExternalSupport = true,
    };
}
