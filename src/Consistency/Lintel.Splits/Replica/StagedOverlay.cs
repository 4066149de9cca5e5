using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Requests;
using Lintel.Splits.Store;

namespace Lintel.Splits.Replica;

/// <summary>
/// A page of a span as a transaction that staged writes there sees it: the committed rows with its own writes over
/// them. Both sides are read up to the nearer of their two page ends, and merged.
/// </summary>
public static class StagedOverlay
{
    /// <summary>Reads one page.</summary>
    public static ReadResult Read(
        IOrderedView view, MvccReader reader, ReadTarget.Rows target, PendingTransaction own, SplitLimits limits) =>
        target.Descending ? ReadDown(view, reader, target, own, limits) : ReadUp(view, reader, target, own, limits);

    private static ReadResult ReadUp(
        IOrderedView view, MvccReader reader, ReadTarget.Rows target, PendingTransaction own, SplitLimits limits)
    {
        int max = ReadPages.RowsMax(target, limits);
        ReadResult committed = ReadPages.Read(reader, target, Timestamp.Max, limits);
        Key end = committed.Rest.IsEmpty ? target.Span.End : committed.Rest.Start;
        var rows = new SortedDictionary<Key, ReadOnlyMemory<byte>>();
        foreach (ReadRow row in committed.Rows) rows[row.Key] = row.Value;
        var staged = new List<Mutation>();
        Key? more = StagedWrite.Step(
            view, own, new KeySpan(target.Span.Start, end), limits.PageRowsMax, (write, _) => staged.Add(write));
        if (more is { } cut) end = cut;
        Lay(rows, staged);
        return Page(rows, target.Span.Start, end, target.Span.End, max);
    }

    // Staged writes are walked upwards only, so a page downwards looks at all of them within the committed page.
    private static ReadResult ReadDown(
        IOrderedView view, MvccReader reader, ReadTarget.Rows target, PendingTransaction own, SplitLimits limits)
    {
        int max = ReadPages.RowsMax(target, limits);
        ReadResult committed = ReadPages.Read(reader, target, Timestamp.Max, limits);
        Key start = committed.Rest.IsEmpty ? target.Span.Start : committed.Rest.End;
        var rows = new SortedDictionary<Key, ReadOnlyMemory<byte>>();
        foreach (ReadRow row in committed.Rows) rows[row.Key] = row.Value;
        var staged = new List<Mutation>();
        StagedWrite.Step(view, own, new KeySpan(start, target.Span.End), int.MaxValue, (write, _) => staged.Add(write));
        Lay(rows, staged);
        var page = new List<ReadRow>();
        var all = new List<KeyValuePair<Key, ReadOnlyMemory<byte>>>(rows);
        for (int i = all.Count - 1; i >= 0 && page.Count < max; i--) page.Add(new(all[i].Key, all[i].Value));
        Key reached = page.Count < all.Count ? page[^1].Key : start;
        var rest = new KeySpan(target.Span.Start, reached);
        return ReadResult.OfRows(page, rest.IsEmpty ? default : rest);
    }

    private static void Lay(SortedDictionary<Key, ReadOnlyMemory<byte>> rows, List<Mutation> staged)
    {
        foreach (Mutation write in staged)
        {
            if (write.Kind == MutationKind.Delete) rows.Remove(write.Key);
            else rows[write.Key] = write.Value;
        }
    }

    private static ReadResult Page(
        SortedDictionary<Key, ReadOnlyMemory<byte>> rows, Key start, Key end, Key spanEnd, int max)
    {
        var page = new List<ReadRow>();
        foreach ((Key key, ReadOnlyMemory<byte> value) in rows)
        {
            if (key < start || key >= end) continue;
            if (page.Count == max)
            {
                end = page[^1].Key.Next();
                break;
            }

            page.Add(new(key, value));
        }

        var rest = new KeySpan(end, spanEnd);
        return ReadResult.OfRows(page, rest.IsEmpty ? default : rest);
    }
}
