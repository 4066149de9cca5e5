using Lintel.Primitives.Identifiers;
using Lintel.Splits.Log;
using Lintel.Splits.Replica;

namespace Lintel.Splits.Host;

/// <summary>
/// Opens what an earlier life of the store left. The ordered store is some batch boundary of that life, at or after its
/// last flush; the log goes further. Replicas are caught up from the log before they open, the ones that divisions
/// make on the way included.
/// </summary>
/// <remarks>
/// S20: the log is cut only behind what a flush made durable, so it goes on from every state that is found; one that
/// does not is damage. Damaged replicas are not opened: they neither vote nor serve until they are made anew.
/// </remarks>
public sealed class StoreRecovery(
    StoreServices services, StoreLog log, LogWriter writer, StoreReplicas replicas, ReplicaRebuilds rebuilds)
{
    /// <summary>Opens every replica that can be opened.</summary>
    public async Task RunAsync()
    {
        var known = new SortedSet<SplitId>();
        var found = new Queue<SplitState>(StoreFacts.States(services.Store));
        while (found.TryDequeue(out SplitState? state))
        {
            known.Add(state.Descriptor.Split);
            SplitLog? own = log.Find(state.Descriptor.Split);
            if (own is { IsDamaged: true } || (own is not null && own.FirstIndex > state.Applied.Next()))
            {
                rebuilds.Add(state);
                continue;
            }

            await writer.InstallAsync(state);
            (SplitState caughtUp, List<SplitState> born) = await LogReplayer.CatchUpAsync(services.Store, log, state);
            foreach (SplitState right in born) found.Enqueue(right);
            replicas.Open(caughtUp);
        }

        foreach (SplitId split in StoreFacts.Invitations(services.Store))
        {
            if (!known.Add(split)) continue;
            if (log.Find(split) is not null) await writer.KeepAsync(batch => batch.Remove(split));
            replicas.Open(SplitState.Empty(split));
        }

        await ForgetStatelessAsync(known);
        rebuilds.Resume();
    }

    // A log without a state: the rest of a replica that was erased, or one whose state is lost, or one that a division
    // makes which is not applied again yet. The last two have votes in their log and stay closed until it is clear.
    private async Task ForgetStatelessAsync(SortedSet<SplitId> known)
    {
        var logs = new List<SplitId>();
        foreach (SplitLog own in log.Splits) logs.Add(own.Split);
        foreach (SplitId split in logs)
        {
            if (known.Contains(split)) continue;
            if (StoreFacts.RemovedAt(services.Store, split) > 0) await writer.KeepAsync(batch => batch.Remove(split));
            else rebuilds.Add(SplitState.Empty(split));
        }
    }
}
