using Lintel.Splits.Host;
using Lintel.Splits.Replica;
using Lintel.Splits.Store;

namespace Lintel.Splits.Snapshots;

/// <summary>Replaces, or removes, everything the ordered store holds for a split, in one batch.</summary>
public static class SnapshotInstall
{
    /// <summary>Replaces the state of a replica by the contents of a snapshot.</summary>
    public static void Write(IOrderedStore store, SplitState before, SnapshotContents contents)
    {
        var batch = new OrderedBatch();
        Clear(batch, before);
        Clear(batch, contents.State);
        foreach (OrderedChange change in contents.Batch.Changes) batch.Put(change.Key, change.Value);
        batch.Put(LocalKeys.State(contents.State.Descriptor.Split), contents.State.Encode());
        batch.Delete(StoreFacts.InvitationKey(contents.State.Descriptor.Split));
        store.Write(batch);
    }

    /// <summary>Removes a replica that left this store, and notes at which generation it was out.</summary>
    public static void Erase(IOrderedStore store, SplitState state, ulong generation)
    {
        var batch = new OrderedBatch();
        Clear(batch, state);
        batch.Delete(LocalKeys.State(state.Descriptor.Split));
        StoreFacts.Remove(batch, state.Descriptor.Split, generation);
        batch.Delete(StoreFacts.InvitationKey(state.Descriptor.Split));
        store.Write(batch);
    }

    private static void Clear(OrderedBatch batch, SplitState state)
    {
        foreach ((byte[] start, byte[] end) in SnapshotRows.SpacesOf(state)) batch.DeleteSpan(start, end);
    }
}
