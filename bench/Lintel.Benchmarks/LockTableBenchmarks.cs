using System.Globalization;
using BenchmarkDotNet.Attributes;
using Lintel.Primitives.Identifiers;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Locks;

namespace Lintel.Benchmarks;

/// <summary>What a short transaction asks of the lock table: four points, then all released.</summary>
public class LockTableBenchmarks
{
    private readonly LockTable _table = new(new LockLimits());
    private readonly LockSpan[] _spans = new LockSpan[64];
    private ulong _sequence;

    /// <summary>The keys, and ten thousand other locks held by others.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (int i = 0; i < _spans.Length; i++)
            _spans[i] = LockSpan.Of(Key.FromText("k" + i.ToString("000", CultureInfo.InvariantCulture)));
        for (int i = 0; i < 10_000; i++)
        {
            var other = new TransactionId(new Timestamp(i + 1), new NodeId(2), (ulong)i + 1);
            _table.Acquire(other, LockSpan.Of(Key.FromText("other" + i.ToString("00000", CultureInfo.InvariantCulture))), LockMode.Exclusive, out _);
        }
    }

    /// <summary>Four exclusive points and the release.</summary>
    [Benchmark]
    public int Acquire_four_and_release()
    {
        var transaction = new TransactionId(new Timestamp(1_000_000), new NodeId(1), ++_sequence);
        for (int i = 0; i < 4; i++) _table.Acquire(transaction, _spans[(int)((_sequence + (ulong)i) % 64)], LockMode.Exclusive, out _);
        _table.Release(transaction);
        return _table.CellCount;
    }
}
