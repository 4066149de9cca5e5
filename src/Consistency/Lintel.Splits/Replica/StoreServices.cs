using Lintel.Environment;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Lease;
using Lintel.Splits.Routing;
using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>What the replicas of one store share. Owned by the store's host; everything on its context.</summary>
public sealed class StoreServices(
    NodeEnvironment environment, SplitLimits limits, IOrderedStore store, LeaseSupport support)
{
    /// <summary>The doors to the world.</summary>
    public NodeEnvironment Environment { get; } = environment;

    /// <summary>This node.</summary>
    public NodeId Self => Environment.Network.Self;

    /// <summary>The constants.</summary>
    public SplitLimits Limits { get; } = limits;

    /// <summary>The ordered store under all replicas here.</summary>
    public IOrderedStore Store { get; } = store;

    /// <summary>Support given and received.</summary>
    public LeaseSupport Support { get; } = support;

    /// <summary>How replicas reach other splits: to spread outcomes and to ask for them. Set before the first request.</summary>
    public ISplitRouter? Router { get; set; }

    /// <summary>Which nodes have fallen silent.</summary>
    public NodeLiveness Liveness { get; } = new(environment.Time, limits.SupportDuration);

    /// <summary>Whether the store is being closed.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Asks a node to hold a replica of a split; whether it will. Set by the host.</summary>
    public Func<NodeId, SplitDescriptor, ValueTask<bool>> InviteAsync { get; set; } =
        static (_, _) => ValueTask.FromResult(false);

    /// <summary>Whether the log takes no more because the disk is full.</summary>
    public bool IsDiskFull { get; set; }

    /// <summary>
    /// Whether the log has been waiting for its disk for longer than <see cref="SplitLimits.DiskStall"/>: what is led here
    /// makes no progress, so its leases had better end.
    /// </summary>
    public bool IsDiskStalled { get; set; }

    /// <summary>Whether this node may ask for support and stand for election.</summary>
    public bool MayLead => IsClockBounded && !IsDiskStalled;

    /// <summary>Whether the clock is bounded well enough to hold leases.</summary>
    public bool IsClockBounded =>
        Environment.TrueTime.IsBounded && Environment.TrueTime.Now().Width <= 2 * Limits.MaxUncertainty;

    /// <summary>Tells the host that a replica has work to be flushed. Set by the host.</summary>
    public Action<SplitReplica> MarkDirty { get; set; } = static _ => { };

    /// <summary>Tells a replica again who supports whom: its members have changed, or its role. Set by the host.</summary>
    public Action<SplitReplica> PublishSupport { get; set; } = static _ => { };

    /// <summary>Looks after a split whose leaseholder is new, without waiting for the next round. Set by the host.</summary>
    public Action<SplitReplica> Attend { get; set; } = static _ => { };

    /// <summary>The descriptors of splits here that lie beside a given one; for routers that are out of date.</summary>
    public Func<SplitDescriptor, IReadOnlyList<SplitDescriptor>> NeighboursOf { get; set; } = static own => [own];

    /// <summary>Learns of a failure nobody awaited: a bug, unless the node is stopping. Set by the host.</summary>
    public Action<Exception> OnFailure { get; set; } = static failure => throw failure;

    /// <summary>Runs something beside the current turn; a failure goes to <see cref="OnFailure"/>.</summary>
    public void Start(Func<Task> work) => _ = RunAsync(work);

    private async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The node is stopping, or the wait was given up by whoever began it.
        }
        catch (Exception failure)
        {
            OnFailure(failure);
        }
    }
}
