using Lintel.Primitives.Random;
using Lintel.Splits.Store;
using Xunit;

namespace Lintel.Splits.Tests.Store;

/// <summary>What every <see cref="IOrderedStore"/> does, checked against the plainest model: a sorted list of pairs.</summary>
public abstract class OrderedStoreContract : IDisposable
{
    private static readonly IComparer<byte[]> ByBytes =
        Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b));

    /// <summary>How many random runs to make.</summary>
    protected virtual ulong Seeds => 60;

    /// <summary>A new, empty store.</summary>
    protected abstract IOrderedStore Create();

    /// <summary>Closes a store cleanly and opens it again; the same store where that means nothing.</summary>
    protected abstract IOrderedStore Reopen(IOrderedStore store);

    [Fact]
    public async Task Random_batches_views_and_cursors_agree_with_a_sorted_list()
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            var random = Prng.ForPurpose(seed, "ordered-store");
            IOrderedStore store = Create();
            var model = new SortedList<byte[], byte[]>(ByBytes);
            var views = new List<(IOrderedView View, SortedList<byte[], byte[]> Then)>();
            for (int step = 0; step < 60; step++)
            {
                switch (random.Next(10))
                {
                    case < 5:
                        store.Write(Batch(random, model));
                        break;
                    case 5:
                        views.Add((store.View(), new SortedList<byte[], byte[]>(model, ByBytes)));
                        break;
                    case 6 when views.Count > 0:
                        int gone = random.Next(views.Count);
                        views[gone].View.Dispose();
                        views.RemoveAt(gone);
                        break;
                    case 7:
                        await store.FlushAsync(TestContext.Current.CancellationToken);
                        break;
                    case 8 when random.Chance(0.3):
                        foreach ((IOrderedView view, _) in views) view.Dispose();
                        views.Clear();
                        store = Reopen(store);
                        break;
                    default:
                        byte[] key = Key(random);
                        Assert.Equal(model.GetValueOrDefault(key), store.Get(key));
                        break;
                }

                if (views.Count > 0 && random.Chance(0.4))
                {
                    (IOrderedView view, SortedList<byte[], byte[]> then) = views[random.Next(views.Count)];
                    Walk(view, then, random, $"seed {seed}, step {step}");
                }
            }

            foreach ((IOrderedView view, _) in views) view.Dispose();
            using (IOrderedView last = store.View()) Walk(last, model, random, $"seed {seed}, end");
            store.Dispose();
        }
    }

    [Fact]
    public void Changes_of_a_batch_take_effect_in_their_order()
    {
        using IOrderedStore store = Create();
        var batch = new OrderedBatch();
        batch.Put(new byte[] { 1 }, new byte[] { 10 });
        batch.Put(new byte[] { 2 }, new byte[] { 20 });
        batch.DeleteSpan(new byte[] { 1 }, new byte[] { 2 });
        batch.Put(new byte[] { 1, 5 }, new byte[] { 15 });
        batch.Delete(new byte[] { 2 });
        batch.Put(new byte[] { 3 }, Array.Empty<byte>());
        batch.DeleteSpan(new byte[] { 9 }, new byte[] { 1 });
        store.Write(batch);
        Assert.Null(store.Get([1]));
        Assert.Equal(new byte[] { 15 }, store.Get([1, 5]));
        Assert.Null(store.Get([2]));
        Assert.Equal(Array.Empty<byte>(), store.Get([3]));
    }

    [Fact]
    public void A_view_stays_as_it_was_whatever_is_written_and_outlives_the_store()
    {
        IOrderedStore store = Create();
        Put(store, [1], [1]);
        IOrderedView view = store.View();
        Put(store, [1], [2]);
        Put(store, [2], [2]);
        store.Dispose();
        Assert.Equal(new byte[] { 1 }, view.Get([1]));
        Assert.Null(view.Get([2]));
        using (IOrderedCursor cursor = view.Cursor(new byte[] { 0 }, new byte[] { 9 }))
        {
            Assert.True(cursor.Next());
            Assert.Equal([1], cursor.Value.ToArray());
            Assert.False(cursor.Next());
        }

        view.Dispose();
    }

    [Fact]
    public void A_cursor_that_left_its_bounds_comes_back_in()
    {
        using IOrderedStore store = Create();
        for (byte i = 1; i <= 9; i++) Put(store, [i], [i]);
        using IOrderedView view = store.View();
        using IOrderedCursor cursor = view.Cursor(new byte[] { 3 }, new byte[] { 7 });
        Assert.True(cursor.Next() && cursor.Key[0] == 3);
        Assert.False(cursor.Previous());
        Assert.False(cursor.Previous());
        Assert.True(cursor.Next() && cursor.Key[0] == 3);
        Assert.True(cursor.SeekBefore([9]) && cursor.Key[0] == 6);
        Assert.False(cursor.Next());
        Assert.Throws<InvalidOperationException>(() => cursor.Key.Length);
        Assert.True(cursor.Previous() && cursor.Key[0] == 6);
        Assert.True(cursor.SeekBefore([6]) && cursor.Key[0] == 5);
        Assert.False(cursor.SeekBefore([3]));
        Assert.True(cursor.Next() && cursor.Key[0] == 3);
        Assert.True(cursor.Seek([0]) && cursor.Key[0] == 3);
        Assert.False(cursor.Seek([7]));
        Assert.True(cursor.Previous() && cursor.Key[0] == 6);
    }

    [Fact]
    public void Bounds_that_hold_nothing_hold_nothing()
    {
        using IOrderedStore store = Create();
        Put(store, [5], [5]);
        using IOrderedView view = store.View();
        foreach ((byte start, byte end) in new (byte, byte)[] { (5, 5), (7, 3), (6, 9) })
        {
            using IOrderedCursor cursor = view.Cursor(new[] { start }, new[] { end });
            Assert.False(cursor.Next() || cursor.Previous() || cursor.Seek([5]) || cursor.SeekBefore([6]));
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected static void Put(IOrderedStore store, byte[] key, byte[] value)
    {
        var batch = new OrderedBatch();
        batch.Put(key, value);
        store.Write(batch);
    }

    protected virtual void Dispose(bool disposing)
    {
        // Nothing is left behind by default.
    }

    private static OrderedBatch Batch(Prng random, SortedList<byte[], byte[]> model)
    {
        var batch = new OrderedBatch();
        for (int i = random.Next(0, 8); i > 0; i--)
        {
            byte[] key = Key(random);
            switch (random.Next(10))
            {
                case < 7:
                    var value = new byte[random.Next(0, 40)];
                    random.Fill(value);
                    batch.Put(key, value);
                    model[key] = value;
                    break;
                case < 9:
                    batch.Delete(key);
                    model.Remove(key);
                    break;
                default:
                    byte[] end = Key(random);
                    batch.DeleteSpan(key, end);
                    foreach (byte[] hit in model.Keys.Where(k => ByBytes.Compare(k, key) >= 0 && ByBytes.Compare(k, end) < 0).ToArray())
                        model.Remove(hit);
                    break;
            }
        }

        return batch;
    }

    // Few bytes and few lengths: prefixes of one another, neighbours and repeats are frequent.
    private static byte[] Key(Prng random)
    {
        var key = new byte[random.Next(1, 4)];
        for (int i = 0; i < key.Length; i++) key[i] = (byte)random.Next(0, 5);
        if (random.Chance(0.1)) key[^1] = 0xFF;
        return key;
    }

    private static void Walk(IOrderedView view, SortedList<byte[], byte[]> model, Prng random, string where)
    {
        byte[] start = Key(random), end = Key(random);
        List<KeyValuePair<byte[], byte[]>> rows =
            [.. model.Where(row => ByBytes.Compare(row.Key, start) >= 0 && ByBytes.Compare(row.Key, end) < 0)];
        using IOrderedCursor cursor = view.Cursor(start, end);
        int at = -1;
        for (int move = 0; move < 30; move++)
        {
            byte[] key = Key(random);
            bool found;
            switch (random.Next(6))
            {
                case 0:
                    found = cursor.Seek(key);
                    at = rows.FindIndex(row => ByBytes.Compare(row.Key, key) >= 0);
                    if (at < 0) at = rows.Count;
                    break;
                case 1:
                    found = cursor.SeekBefore(key);
                    at = rows.FindLastIndex(row => ByBytes.Compare(row.Key, key) < 0);
                    break;
                case < 4:
                    found = cursor.Next();
                    at = Math.Min(at + 1, rows.Count);
                    break;
                default:
                    found = cursor.Previous();
                    at = Math.Max(at - 1, -1);
                    break;
            }

            Assert.True(found == (at >= 0 && at < rows.Count), $"{where}, move {move}: found {found}, at {at} of {rows.Count}");
            if (!found) continue;
            Assert.Equal(rows[at].Key, cursor.Key.ToArray());
            Assert.Equal(rows[at].Value, cursor.Value.ToArray());
        }

        byte[] point = Key(random);
        Assert.Equal(model.GetValueOrDefault(point), view.Get(point));
    }
}
