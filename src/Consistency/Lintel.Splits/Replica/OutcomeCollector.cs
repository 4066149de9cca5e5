using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>Removes outcome records that were written before a horizon and that every participant knows.</summary>
public static class OutcomeCollector
{
    /// <summary>Adds the removals for one span of anchors to a batch.</summary>
    public static void Collect(IOrderedView view, KeySpan anchors, Timestamp horizon, OrderedBatch into)
    {
        if (anchors.IsEmpty) return;
        (byte[] start, byte[] end) = LocalKeys.Bounds(LocalKeys.OutcomePrefix, anchors);
        using IOrderedCursor cursor = view.Cursor(start, end);
        for (bool more = cursor.Seek(start); more; more = cursor.Next())
        {
            OutcomeRecord record = OutcomeRecord.Decode(cursor.Value.ToArray());
            // Requests of a transaction that began before the horizon are refused, so a late repetition cannot slip in.
            bool old = record.Written < horizon && LocalKeys.TransactionOf(cursor.Key).Start < horizon;
            if (old && record.Unresolved.Count == 0) into.Delete(cursor.Key.ToArray());
        }
    }
}
