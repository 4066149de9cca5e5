using System.Buffers.Binary;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Replica;
using Lintel.Splits.Store;

namespace Lintel.Splits.Host;

/// <summary>What a store remembers about itself, in the ordered store: its incarnations, its replicas, its invitations.</summary>
public static class StoreFacts
{
    private static readonly byte[] IncarnationKey = [LocalKeys.StorePrefix, (byte)'i'];
    private const byte InvitationTag = (byte)'v';

    /// <summary>Begins a new incarnation of the store: 1 for the first, durable when it returns.</summary>
    public static async Task<ulong> NextIncarnationAsync(IOrderedStore store)
    {
        ulong next = (store.Get(IncarnationKey) is { } stored ? BinaryPrimitives.ReadUInt64BigEndian(stored) : 0) + 1;
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, next);
        var batch = new OrderedBatch();
        batch.Put(IncarnationKey, value);
        store.Write(batch);
        await store.FlushAsync();
        return next;
    }

    /// <summary>Whether no replica was ever here.</summary>
    public static bool IsNew(IOrderedStore store) => States(store).Count == 0 && store.Get(RemovalKey(SplitId.System)) is null;

    /// <summary>The applied states of the replicas, by split.</summary>
    public static IReadOnlyList<SplitState> States(IOrderedStore store)
    {
        var states = new List<SplitState>();
        using IOrderedView view = store.View();
        using IOrderedCursor cursor = view.Cursor(new[] { LocalKeys.StatePrefix }, new[] { (byte)(LocalKeys.StatePrefix + 1) });
        byte[] start = [LocalKeys.StatePrefix];
        for (bool more = cursor.Seek(start); more; more = cursor.Next()) states.Add(SplitState.Decode(cursor.Value.ToArray()));
        return states;
    }

    /// <summary>Remembers that this store was invited to hold a replica, durably.</summary>
    public static async Task InviteAsync(IOrderedStore store, SplitId split)
    {
        var batch = new OrderedBatch();
        batch.Put(InvitationKey(split), new byte[] { 1 });
        store.Write(batch);
        await store.FlushAsync();
    }

    /// <summary>The invitations that no snapshot has answered yet.</summary>
    public static IReadOnlyList<SplitId> Invitations(IOrderedStore store)
    {
        var invited = new List<SplitId>();
        using IOrderedView view = store.View();
        byte[] start = [LocalKeys.StorePrefix, InvitationTag];
        byte[] end = [LocalKeys.StorePrefix, InvitationTag + 1];
        using IOrderedCursor cursor = view.Cursor(start, end);
        for (bool more = cursor.Seek(start); more; more = cursor.Next())
            invited.Add(new SplitId(BinaryPrimitives.ReadUInt64BigEndian(cursor.Key[2..])));
        return invited;
    }

    /// <summary>The generation at which this store last left a split; zero when it never did.</summary>
    public static ulong RemovedAt(IOrderedStore store, SplitId split) =>
        store.Get(RemovalKey(split)) is { } stored ? BinaryPrimitives.ReadUInt64BigEndian(stored) : 0;

    /// <summary>
    /// Remembers that this store left a split: an invitation of an older generation comes from a leader that has not
    /// heard of it, and must not bring back a replica that forgot its votes.
    /// </summary>
    public static void Remove(OrderedBatch batch, SplitId split, ulong generation)
    {
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, generation);
        batch.Put(RemovalKey(split), value);
    }

    private static byte[] RemovalKey(SplitId split)
    {
        byte[] key = InvitationKey(split);
        key[1] = (byte)'r';
        return key;
    }

    /// <summary>The key of an invitation: removed in the batch that installs the snapshot.</summary>
    public static byte[] InvitationKey(SplitId split)
    {
        var key = new byte[10];
        key[0] = LocalKeys.StorePrefix;
        key[1] = InvitationTag;
        BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(2), split.Value);
        return key;
    }
}
