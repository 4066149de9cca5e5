using CsCheck;
using Lintel.Primitives.Random;
using Lintel.Splits.Store;
using Xunit;

namespace Lintel.Simulation.Tests.Kernel;

public sealed class MemoryOrderedStoreTests
{
    [Fact]
    public void It_agrees_with_a_sorted_dictionary_in_both_directions() =>
        Gen.Select(Gen.Int[0, 3], Gen.Byte[0, 20], Gen.Byte[0, 20]).Array[1, 60].Sample(steps =>
        {
            using var store = new MemoryOrderedStore();
            var model = new SortedDictionary<byte, byte>();
            foreach ((int kind, byte a, byte b) in steps) Step(store, model, kind, a, b);
            using IOrderedView view = store.View();
            byte[] expected = model.Keys.Where(k => k is >= 5 and < 15).ToArray();
            Assert.Equal(expected, Scan(view, up: true));
            Assert.Equal(expected.Reverse(), Scan(view, up: false));
        });

    [Fact]
    public void A_view_does_not_see_later_batches()
    {
        using var store = new MemoryOrderedStore();
        Put(store, 1);
        using IOrderedView view = store.View();
        Put(store, 2);
        Assert.Null(view.Get([2]));
        Assert.NotNull(store.Get([2]));
    }

    [Fact]
    public async Task A_crash_falls_back_to_the_flush_or_a_later_batch_boundary()
    {
        var random = new Prng(5);
        using var store = new MemoryOrderedStore();
        Put(store, 1);
        await store.FlushAsync(TestContext.Current.CancellationToken);
        Put(store, 2);
        Put(store, 3);
        var survivors = new SortedSet<long>();
        for (int i = 0; i < 50; i++)
        {
            using MemoryOrderedStore left = store.CrashCopy(random);
            survivors.Add(left.BatchesWritten);
            for (byte key = 1; key <= 3; key++) Assert.Equal(key <= left.BatchesWritten, left.Get([key]) is not null);
        }

        Assert.Equal([1L, 2L, 3L], survivors);
    }

    private static void Step(MemoryOrderedStore store, SortedDictionary<byte, byte> model, int kind, byte a, byte b)
    {
        var batch = new OrderedBatch();
        switch (kind)
        {
            case 0 or 1:
                batch.Put(new[] { a }, new[] { b });
                model[a] = b;
                break;
            case 2:
                batch.Delete(new[] { a });
                model.Remove(a);
                break;
            default:
                batch.DeleteSpan(new[] { a }, new[] { b });
                foreach (byte key in model.Keys.Where(k => k >= a && k < b).ToArray()) model.Remove(key);
                break;
        }

        store.Write(batch);
        Assert.Equal(model.TryGetValue(a, out byte value) ? [value] : null, store.Get([a]));
    }

    private static List<byte> Scan(IOrderedView view, bool up)
    {
        using IOrderedCursor cursor = view.Cursor(new byte[] { 5 }, new byte[] { 15 });
        var keys = new List<byte>();
        for (bool on = up ? cursor.Seek([]) : cursor.SeekBefore([0xFF]); on; on = up ? cursor.Next() : cursor.Previous())
            keys.Add(cursor.Key[0]);
        return keys;
    }

    private static void Put(MemoryOrderedStore store, byte key)
    {
        var batch = new OrderedBatch();
        batch.Put(new[] { key }, new[] { key });
        store.Write(batch);
    }
}
