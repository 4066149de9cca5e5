using System.Globalization;
using BenchmarkDotNet.Attributes;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Store;

namespace Lintel.Benchmarks;

/// <summary>Reads at a timestamp among ten thousand rows with four versions each, in memory.</summary>
public class MvccReadBenchmarks : IDisposable
{
    private readonly MemoryOrderedStore _store = new();
    private readonly Key _point = Key.FromText("row04999");
    private readonly KeySpan _page = new(Key.FromText("row05000"), Key.FromText("row06000"));

    /// <summary>Fills the store.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (int row = 0; row < 10_000; row++)
        {
            var batch = new OrderedBatch();
            Key key = Key.FromText("row" + row.ToString("00000", CultureInfo.InvariantCulture));
            for (int version = 1; version <= 4; version++)
                batch.Put(VersionKey.Encode(key, new Timestamp(version * 100)), new byte[100]);
            _store.Write(batch);
        }
    }

    /// <summary>Lets the store go.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One row.</summary>
    [Benchmark]
    public MvccVersion Point()
    {
        using var reader = new MvccReader(_store.View());
        return reader.Get(_point, new Timestamp(250));
    }

    /// <summary>A page of a hundred rows.</summary>
    [Benchmark]
    public int Page_of_100()
    {
        using var reader = new MvccReader(_store.View());
        return reader.Scan(_page, new Timestamp(250), 100, 1 << 20).Rows.Count;
    }
}
