using CsCheck;
using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Store;
using Xunit;

namespace Lintel.Splits.Tests.Mvcc;

/// <summary>Versions in an ordered store against a list that is searched from end to end.</summary>
public sealed class MvccModelTests
{
    private sealed record Version(byte[] Key, long At, byte[]? Value);

    // Keys of few, awkward bytes: prefixes of each other, zeros and 0xFF that the encoding has to escape.
    private static readonly Gen<byte[]> AnyKey = Gen.OneOf(Gen.Const((byte)0x00), Gen.Const((byte)0x01), Gen.Const((byte)0xFE), Gen.Const((byte)0xFF)).Array[0, 3];

    private static readonly Gen<Version[]> History =
        Gen.Select(AnyKey, Gen.Long[1, 20], Gen.Byte.Array[0, 4], Gen.Bool)
            .Select(v => new Version(v.Item1, v.Item2, v.Item4 ? v.Item3 : null)).Array[0, 40]
            .Select(all => all.DistinctBy(v => (Convert.ToHexString(v.Key), v.At)).ToArray());

    [Fact]
    public void A_point_read_sees_the_newest_version_at_or_below_its_timestamp() =>
        Gen.Select(History, AnyKey, Gen.Long[0, 21]).Sample((history, key, at) =>
        {
            using IOrderedView view = Store(history).View();
            using var reader = new MvccReader(view);
            Version? expected = Newest(history, key, at);
            MvccVersion found = reader.Get(new Key(key), new Timestamp(at));
            Assert.Equal(expected?.At ?? 0, found.CommittedAt.Nanoseconds);
            Assert.Equal(expected?.Value, found.Value?.ToArray());
            Assert.Equal(
                history.Where(v => v.Key.AsSpan().SequenceEqual(key)).Select(v => v.At).DefaultIfEmpty(0).Max(),
                reader.LatestVersion(new Key(key)).Nanoseconds);
        });

    [Fact]
    public void A_scan_sees_every_row_of_its_span_once_in_order_in_pages_and_in_both_directions() =>
        Gen.Select(History, AnyKey, AnyKey, Gen.Long[0, 21], Gen.Int[1, 4], Gen.Bool).Sample((history, a, b, at, page, down) =>
        {
            (Key low, Key high) = new Key(a) <= new Key(b) ? (new Key(a), new Key(b)) : (new Key(b), new Key(a));
            using IOrderedView view = Store(history).View();
            using var reader = new MvccReader(view);
            ScanDirection direction = down ? ScanDirection.Descending : ScanDirection.Ascending;
            var found = new List<string>();
            KeySpan? rest = new KeySpan(low, high);
            while (rest is { } span)
            {
                ScanPage rows = reader.Scan(span, new Timestamp(at), page, long.MaxValue, direction);
                Assert.True(rows.Rows.Count <= page);
                found.AddRange(rows.Rows.Select(row => $"{row.Key}@{row.CommittedAt}={Convert.ToHexString(row.Value)}"));
                rest = rows.Rest;
            }

            var expected = Visible(history, low, high, at);
            if (down) expected.Reverse();
            Assert.Equal(expected, found);
        });

    [Fact]
    public void Collection_changes_no_read_at_or_above_the_horizon_and_leaves_nothing_dead() =>
        Gen.Select(History, Gen.Long[0, 21], Gen.Int[1, 10]).Sample((history, horizon, step) =>
        {
            MemoryOrderedStore store = Store(history);
            KeySpan? rest = new KeySpan(Key.Min, new Key(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF }));
            while (rest is { } span)
            {
                using IOrderedView now = store.View();
                CollectionStep collected = VersionCollector.Step(now, span, new Timestamp(horizon), step);
                store.Write(collected.Removals);
                rest = collected.Rest;
            }

            using IOrderedView view = store.View();
            using var reader = new MvccReader(view);
            for (long at = horizon; at <= 21; at++)
                foreach (byte[] key in history.Select(v => v.Key))
                    Assert.Equal(Newest(history, key, at)?.Value, reader.Get(new Key(key), new Timestamp(at)).Value?.ToArray());
            int live = history.GroupBy(v => Convert.ToHexString(v.Key)).Sum(group =>
                group.Count(v => v.At > horizon) + (Newest([.. group], group.First().Key, horizon)?.Value is null ? 0 : 1));
            Assert.Equal(live, store.Count);
        });

    private static MemoryOrderedStore Store(Version[] history)
    {
        var store = new MemoryOrderedStore();
        foreach (Version version in history)
        {
            var batch = new OrderedBatch();
            var writer = new MvccWriter(batch, new Timestamp(version.At));
            if (version.Value is null) writer.Delete(new Key(version.Key));
            else writer.Put(new Key(version.Key), version.Value);
            store.Write(batch);
        }

        return store;
    }

    private static Version? Newest(Version[] history, byte[] key, long at) =>
        history.Where(v => v.At <= at && v.Key.AsSpan().SequenceEqual(key)).MaxBy(v => v.At);

    private static List<string> Visible(Version[] history, Key low, Key high, long at) =>
        history.Select(v => new Key(v.Key)).Distinct().Where(key => low <= key && key < high).Order()
            .Select(key => (Key: key, Newest: Newest(history, key.Span.ToArray(), at)))
            .Where(row => row.Newest?.Value is not null)
            .Select(row => $"{row.Key}@{row.Newest!.At}={Convert.ToHexString(row.Newest.Value!)}").ToList();
}
