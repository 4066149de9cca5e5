using Lintel.Primitives.Keys;
using Lintel.Splits.Requests;
using Lintel.Splits.Routing;
using Lintel.Transactions.Api;

namespace Lintel.Transactions.Gateway;

/// <summary>
/// Asks one split: the answer, or null when the keys moved and the router was corrected.
/// </summary>
internal delegate ValueTask<ReadResult?> AskSplit(SplitDescriptor split, ReadTarget target, CancellationToken cancellation);

/// <summary>Takes reads apart by split and follows splits that move. Locks and timestamps are the asker's business.</summary>
internal sealed class RoutedReads(ISplitRouter router, TimeProvider time, GatewayLimits limits)
{
    /// <summary>The value of one key.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?> PointAsync(Key key, AskSplit ask, CancellationToken cancellation)
    {
        var patience = new MovePatience(time, limits.MovesMax);
        while (true)
        {
            SplitDescriptor split = await router.FindAsync(key, cancellation);
            ReadResult? read = await ask(split, new ReadTarget.Points([key]), cancellation);
            if (read is not null) return read.Values[0];
            await patience.OnMovedAsync();
        }
    }

    /// <summary>The values of keys, in the order asked. Splits are asked side by side, a bounded number at a time.</summary>
    public async ValueTask<ReadOnlyMemory<byte>?[]> PointsAsync(
        IReadOnlyList<Key> keys, AskSplit ask, CancellationToken cancellation)
    {
        var values = new ReadOnlyMemory<byte>?[keys.Count];
        var open = new List<int>(keys.Count);
        for (int i = 0; i < keys.Count; i++) open.Add(i);
        var patience = new MovePatience(time, limits.MovesMax);
        while (open.Count > 0)
        {
            List<PointGroup> wave = await TakeWaveAsync(keys, open, cancellation);
            bool anyMoved = false;
            if (wave is [var only])
            {
                anyMoved = !await AskAsync(only);
            }
            else
            {
                foreach (bool isAnswered in await Task.WhenAll(wave.ConvertAll(AskAsync))) anyMoved |= !isAnswered;
            }

            if (anyMoved) await patience.OnMovedAsync();
        }

        return values;

        // False when the keys moved: they are open again.
        async Task<bool> AskAsync(PointGroup group)
        {
            var asked = new Key[group.Places.Count];
            for (int i = 0; i < asked.Length; i++) asked[i] = keys[group.Places[i]];
            ReadResult? read = await ask(group.Split, new ReadTarget.Points(asked), cancellation);
            if (read is null) open.AddRange(group.Places);
            for (int i = 0; read is not null && i < asked.Length; i++) values[group.Places[i]] = read.Values[i];
            return read is not null;
        }
    }

    /// <summary>
    /// One page from the first split of the span (the last, when descending): the rows, and the part of the span they
    /// cover.
    /// </summary>
    public async ValueTask<ReadPage> RowsAsync(
        KeySpan span, int rowLimit, bool descending, AskSplit ask, CancellationToken cancellation)
    {
        var patience = new MovePatience(time, limits.MovesMax);
        while (true)
        {
            SplitDescriptor split = descending
                ? await router.FindBelowAsync(span.End, cancellation)
                : await router.FindAsync(span.Start, cancellation);
            KeySpan part = span.Intersect(split.Span);
            ReadResult? read = await ask(split, new ReadTarget.Rows(part, rowLimit, descending), cancellation);
            if (read is null)
            {
                await patience.OnMovedAsync();
                continue;
            }

            var rows = new KeyRow[read.Rows.Count];
            for (int i = 0; i < rows.Length; i++) rows[i] = new KeyRow(read.Rows[i].Key, read.Rows[i].Value);
            return new ReadPage(rows, Covered(part, read.Rest, descending));
        }
    }

    private static KeySpan Covered(KeySpan part, KeySpan rest, bool descending) =>
        rest.IsEmpty ? part
        : descending ? new KeySpan(rest.End, part.End)
        : new KeySpan(part.Start, rest.Start);

    private async ValueTask<List<PointGroup>> TakeWaveAsync(
        IReadOnlyList<Key> keys, List<int> open, CancellationToken cancellation)
    {
        var wave = new List<PointGroup>(1);
        while (open.Count > 0 && wave.Count < limits.ReadsInFlight)
        {
            SplitDescriptor split = await router.FindAsync(keys[open[0]], cancellation);
            wave.Add(new PointGroup(split, TakeWithin(split.Span, keys, open)));
        }

        return wave;
    }

    private List<int> TakeWithin(KeySpan span, IReadOnlyList<Key> keys, List<int> open)
    {
        var here = new List<int>(open.Count);
        int kept = 0;
        for (int i = 0; i < open.Count; i++)
        {
            if (here.Count < limits.PointsMax && span.Contains(keys[open[i]])) here.Add(open[i]);
            else open[kept++] = open[i];
        }

        open.RemoveRange(kept, open.Count - kept);
        return here;
    }
}

/// <summary>Rows of one split, and the part of the scanned span they are all of.</summary>
internal readonly record struct ReadPage(IReadOnlyList<KeyRow> Rows, KeySpan Covered);

/// <summary>Keys of one read that one split owns, as places in the list that was asked for.</summary>
internal readonly record struct PointGroup(SplitDescriptor Split, List<int> Places);
