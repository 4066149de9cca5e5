using Lintel.Primitives.Keys;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Replica;
using Lintel.Splits.Store;

namespace Lintel.Splits.Divide;

/// <summary>Finds the key in the middle of a split's bytes, in steps that let other work through.</summary>
public static class SplitMiddle
{
    private const int VersionsPerStep = 8192;

    /// <summary>A key that leaves about half of the bytes on either side; null when there is none.</summary>
    public static async Task<Key?> FindAsync(StoreServices services, KeySpan span)
    {
        var meter = new SpanMeter(span);
        using IOrderedView view = services.Store.View();
        while (!meter.Step(view, VersionsPerStep))
            await Task.Delay(TimeSpan.FromMilliseconds(1), services.Environment.Time);
        return meter.Middle;
    }

    /// <summary>The stored bytes of a span, measured in the same way.</summary>
    public static async Task<long> MeasureAsync(StoreServices services, KeySpan span)
    {
        var meter = new SpanMeter(span);
        using IOrderedView view = services.Store.View();
        while (!meter.Step(view, VersionsPerStep))
            await Task.Delay(TimeSpan.FromMilliseconds(1), services.Environment.Time);
        return meter.Bytes;
    }
}
