using System.Buffers.Binary;
using Lintel.Primitives.Codec;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Replica;
using Lintel.Splits.Routing;
using Lintel.Splits.Store;

namespace Lintel.Splits.Host;

/// <summary>What a store remembers about itself, in the ordered store: its incarnations, its replicas, its invitations.</summary>
public static class StoreFacts
{
    private static readonly byte[] IncarnationKey = [LocalKeys.StorePrefix, (byte)'i'];
    private const byte InvitationTag = (byte)'v';
    private const byte ReturnTag = (byte)'b';

    /// <summary>
    /// Begins a new incarnation of the store, durable when it returns. Incarnations grow from life to life, also when the
    /// ordered store was lost: they are not below the second in which they begin.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="second">Seconds since the epoch, as far as the clock knows.</param>
    /// <returns>The incarnation, and whether the ordered store knows no earlier one.</returns>
    public static async Task<(ulong Incarnation, bool IsFirst)> NextIncarnationAsync(IOrderedStore store, ulong second)
    {
        byte[]? before = store.Get(IncarnationKey);
        ulong next = Math.Max(before is null ? 1 : BinaryPrimitives.ReadUInt64BigEndian(before) + 1, second);
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, next);
        var batch = new OrderedBatch();
        batch.Put(IncarnationKey, value);
        store.Write(batch);
        await store.FlushAsync();
        return (next, before is null);
    }

    /// <summary>Writes the state of a split that begins here.</summary>
    public static void Begin(IOrderedStore store, SplitState state)
    {
        var batch = new OrderedBatch();
        batch.Put(LocalKeys.State(state.Descriptor.Split), state.Encode());
        store.Write(batch);
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

    /// <summary>Remembers that this store was invited to hold a replica, durably, and what the split was like then.</summary>
    public static async Task InviteAsync(IOrderedStore store, SplitDescriptor descriptor)
    {
        var writer = new WireWriter();
        descriptor.Encode(writer);
        var batch = new OrderedBatch();
        batch.Put(InvitationKey(descriptor.Split), writer.ToArray());
        store.Write(batch);
        await store.FlushAsync();
    }

    /// <summary>The split as it was when this store was invited; null when no invitation is open.</summary>
    public static SplitDescriptor? InvitationTo(IOrderedStore store, SplitId split)
    {
        if (store.Get(InvitationKey(split)) is not { } stored) return null;
        var reader = new WireReader(stored);
        return SplitDescriptor.Decode(ref reader);
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

    /// <summary>Notes that this store gave up a damaged replica and wants it back; durable with the next flush.</summary>
    public static void SetReturning(IOrderedStore store, SplitDescriptor last)
    {
        var writer = new WireWriter();
        last.Encode(writer);
        var batch = new OrderedBatch();
        batch.Put(ReturnKey(last.Split), writer.ToArray());
        store.Write(batch);
    }

    /// <summary>The replica is back.</summary>
    public static void ClearReturning(IOrderedStore store, SplitId split)
    {
        var batch = new OrderedBatch();
        batch.Delete(ReturnKey(split));
        store.Write(batch);
    }

    /// <summary>The replicas that were given up and are to come back, as their splits were last known.</summary>
    public static IReadOnlyList<SplitDescriptor> Returning(IOrderedStore store)
    {
        var returning = new List<SplitDescriptor>();
        using IOrderedView view = store.View();
        byte[] start = [LocalKeys.StorePrefix, ReturnTag];
        byte[] end = [LocalKeys.StorePrefix, ReturnTag + 1];
        using IOrderedCursor cursor = view.Cursor(start, end);
        for (bool more = cursor.Seek(start); more; more = cursor.Next())
        {
            var reader = new WireReader(cursor.Value.ToArray());
            returning.Add(SplitDescriptor.Decode(ref reader));
        }

        return returning;
    }

    private static byte[] ReturnKey(SplitId split)
    {
        byte[] key = InvitationKey(split);
        key[1] = ReturnTag;
        return key;
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
