using Lintel.Primitives.Errors;
using Lintel.Primitives.Identifiers;
using Lintel.Splits.Store;
using Lintel.Splits.Store.Rocks;
using Xunit;

namespace Lintel.Splits.Tests.Store;

public sealed class RocksOrderedStoreTests : OrderedStoreContract
{
    private static readonly RocksLimits Small = new() { BlockCacheBytes = 1 << 20, WriteBufferBytes = 64 << 10 };
    private static readonly StoreIdentity Identity = new(
        new ClusterId(new Guid("00112233-4455-6677-8899-aabbccddeeff")), new StoreId(new Guid("a0b1c2d3-e4f5-0617-2839-4a5b6c7d8e9f")));

    private readonly string _root = Directory.CreateTempSubdirectory("lintel-rocks-").FullName;
    private int _stores;

    [Fact]
    public async Task A_crash_keeps_what_was_flushed_and_loses_batches_only_from_the_end()
    {
        string path = PathOf(++_stores);
        // Large enough that nothing is flushed in the background after the flush below: the files stand still to be copied.
        using var store = RocksOrderedStore.Open(path, Identity, RocksOpening.Create, Small with { WriteBufferBytes = 1 << 20 });
        var random = new byte[4_000];
        for (int i = 0; i < 200; i++)
        {
            var batch = new OrderedBatch();
            batch.Put(new[] { (byte)'a', (byte)i }, random);
            batch.Put(new[] { (byte)'z', (byte)i }, new[] { (byte)i });
            store.Write(batch);
            if (i == 120) await store.FlushAsync(TestContext.Current.CancellationToken);
        }

        // What the files hold while the store is open is what a crash leaves.
        string left = PathOf(++_stores);
        Directory.CreateDirectory(left);
        foreach (string file in Directory.GetFiles(path))
            if (Path.GetFileName(file) != "LOCK") File.Copy(file, Path.Combine(left, Path.GetFileName(file)));
        using var survivor = RocksOrderedStore.Open(left, Identity, RocksOpening.Existing, Small);
        int kept = 0;
        while (kept < 200 && survivor.Get([(byte)'a', (byte)kept]) is not null) kept++;
        Assert.InRange(kept, 121, 200);
        for (int i = 0; i < 200; i++)
            Assert.Equal((i < kept, i < kept), (survivor.Get([(byte)'a', (byte)i]) is not null, survivor.Get([(byte)'z', (byte)i]) is not null));
    }

    [Fact]
    public void A_directory_of_another_store_is_refused()
    {
        string path = PathOf(++_stores);
        RocksOrderedStore.Open(path, Identity, RocksOpening.Create, Small).Dispose();
        StoreIdentity other = Identity with { Cluster = new ClusterId(new Guid("ffffffff-0000-0000-0000-000000000001")) };
        foreach (RocksOpening opening in new[] { RocksOpening.Existing, RocksOpening.Create })
        {
            LintelError error = Assert.Throws<LintelException>(() => RocksOrderedStore.Open(path, other, opening, Small)).Error;
            Assert.Equal(ErrorCode.WrongCluster, error.Code);
            Assert.Contains("not of", error.Cause, StringComparison.Ordinal);
        }

        RocksOrderedStore.Open(path, Identity, RocksOpening.Existing, Small).Dispose();
    }

    [Fact]
    public void A_missing_directory_is_not_taken_for_an_empty_store()
    {
        LintelError error = Assert.Throws<LintelException>(
            () => RocksOrderedStore.Open(PathOf(++_stores), Identity, RocksOpening.Existing, Small)).Error;
        Assert.Equal(ErrorCode.NotFound, error.Code);
        Assert.NotEmpty(error.Correction!);
    }

    [Fact]
    public void A_directory_in_use_is_refused()
    {
        string path = PathOf(++_stores);
        using var store = RocksOrderedStore.Open(path, Identity, RocksOpening.Create, Small);
        LintelError error = Assert.Throws<LintelException>(() => RocksOrderedStore.Open(path, Identity, RocksOpening.Existing, Small)).Error;
        Assert.Equal(ErrorCode.FailedPrecondition, error.Code);
    }

    [Fact]
    public async Task A_damaged_table_is_reported_and_never_looks_like_the_end()
    {
        string path = PathOf(++_stores);
        using (var store = RocksOrderedStore.Open(path, Identity, RocksOpening.Create, Small))
        {
            var value = new byte[500];
            for (int i = 0; i < 200; i++)
            {
                new Lintel.Primitives.Random.Prng((ulong)i).Fill(value);
                Put(store, [(byte)i], value);
            }

            await store.FlushAsync(TestContext.Current.CancellationToken);
        }

        string table = Directory.GetFiles(path, "*.sst").MaxBy(file => new FileInfo(file).Length)!;
        byte[] bytes = await File.ReadAllBytesAsync(table, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 2] ^= 0x10;
        await File.WriteAllBytesAsync(table, bytes, TestContext.Current.CancellationToken);
        using var damaged = RocksOrderedStore.Open(path, Identity, RocksOpening.Existing, Small);
        using IOrderedView view = damaged.View();
        LintelException failure = Assert.Throws<LintelException>(() =>
        {
            using IOrderedCursor cursor = view.Cursor(new byte[] { 0 }, new byte[] { 255 });
            while (cursor.Next()) Assert.Equal(500, cursor.Value.Length);
        });
        Assert.Equal(ErrorCode.Corruption, failure.Error.Code);
    }

    [Fact]
    public void Walking_rows_allocates_nothing()
    {
        using IOrderedStore store = Create();
        for (int i = 0; i < 250; i++) Put(store, [(byte)i], new byte[100]);
        using IOrderedView view = store.View();
        using IOrderedCursor cursor = view.Cursor(new byte[] { 0 }, new byte[] { 255 });
        long Walk()
        {
            long bytes = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (bool on = cursor.Seek([0]); on; on = cursor.Next()) bytes += cursor.Key.Length + cursor.Value.Length;
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(250 * 101, bytes);
            return allocated;
        }

        Walk();
        Assert.Equal(0, Walk());
    }

    protected override ulong Seeds => 10;

    protected override IOrderedStore Create() =>
        RocksOrderedStore.Open(PathOf(++_stores), Identity, RocksOpening.Create, Small);

    protected override IOrderedStore Reopen(IOrderedStore store)
    {
        store.Dispose();
        return RocksOrderedStore.Open(PathOf(_stores), Identity, RocksOpening.Existing, Small);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Directory.Delete(_root, recursive: true);
    }

    private string PathOf(int store) => Path.Combine(_root, $"store-{store}");
}
