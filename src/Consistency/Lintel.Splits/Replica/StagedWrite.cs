using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>The stored form of a staged write (the kind, then the value) and walks over the staged writes of one transaction.</summary>
public static class StagedWrite
{
    /// <summary>The stored form.</summary>
    public static byte[] Encode(in Mutation mutation)
    {
        var stored = new byte[1 + mutation.Value.Length];
        stored[0] = (byte)mutation.Kind;
        mutation.Value.CopyTo(stored.AsMemory(1));
        return stored;
    }

    /// <summary>The write in a stored form.</summary>
    public static Mutation Decode(Key key, ReadOnlyMemory<byte> stored) => new(
        key, (MutationKind)RequestFields.Checked(stored.Span[0], (byte)MutationKind.Delete, "staged write"), stored[1..]);

    /// <summary>The smallest span that covers a span and a key.</summary>
    public static KeySpan Extend(KeySpan hull, Key key)
    {
        Key own = Key.Copy(key.Span);
        if (hull.IsEmpty) return KeySpan.Of(own);
        return new KeySpan(own < hull.Start ? own : hull.Start, own >= hull.End ? own.Next() : hull.End);
    }

    /// <summary>The write that <paramref name="transaction"/> staged for a key, or null.</summary>
    public static Mutation? Find(IOrderedView view, Key key, Lintel.Primitives.Identifiers.TransactionId transaction) =>
        view.Get(LocalKeys.Staged(key, transaction)) is { } stored ? Decode(key, stored) : null;

    /// <summary>
    /// Hands the staged writes of a transaction, in key order from the start of its hull, to <paramref name="take"/>.
    /// Ends after looking at <paramref name="rowsMax"/> rows; returns the key to go on with, or null when all were seen.
    /// </summary>
    public static Key? Step(
        IOrderedView view, PendingTransaction transaction, int rowsMax, Action<Mutation, byte[]> take) =>
        Step(view, transaction, transaction.StagedHull, rowsMax, take);

    /// <summary>The same within a span.</summary>
    public static Key? Step(
        IOrderedView view, PendingTransaction transaction, KeySpan span, int rowsMax, Action<Mutation, byte[]> take)
    {
        if (span.IsEmpty) return null;
        (byte[] start, byte[] end) = LocalKeys.Bounds(LocalKeys.StagedPrefix, span);
        using IOrderedCursor cursor = view.Cursor(start, end);
        int seen = 0;
        for (bool more = cursor.Seek(start); more; more = cursor.Next())
        {
            if (LocalKeys.TransactionOf(cursor.Key) != transaction.Id) continue;
            Key key = LocalKeys.UserKeyOf(cursor.Key);
            if (seen++ == rowsMax) return key;
            take(Decode(key, cursor.Value.ToArray()), cursor.Key.ToArray());
        }

        return null;
    }
}
