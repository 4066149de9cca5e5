using Lintel.Primitives.Keys;
using Lintel.Primitives.Time;
using Lintel.Splits.Store;

namespace Lintel.Splits.Mvcc;

/// <summary>
/// Reads versions of a view. A point read is one seek on a cursor that is opened once and kept, so a statement that
/// reads many rows opens one reader. Not thread-safe; dispose it before its view.
/// </summary>
public sealed class MvccReader(IOrderedView view) : IDisposable
{
    private static readonly byte[] SpaceStart = [VersionKey.Prefix];
    private static readonly byte[] SpaceEnd = [VersionKey.Prefix + 1];

    private IOrderedCursor? _points;

    /// <summary>
    /// The newest version of a key at or below a timestamp; <see cref="MvccVersion.None"/> when there is none.
    /// The value is a copy.
    /// </summary>
    public MvccVersion Get(Key key, Timestamp at)
    {
        byte[] sought = VersionKey.Encode(key, at);
        _points ??= view.Cursor(SpaceStart, SpaceEnd);
        if (!_points.Seek(sought)) return MvccVersion.None;
        ReadOnlySpan<byte> found = _points.Key;
        if (!IsVersionOf(found, VersionKey.StemOf(sought))) return MvccVersion.None;
        ReadOnlySpan<byte> stored = _points.Value;
        Timestamp version = VersionKey.TimestampOf(found);
        return VersionValue.KindOf(stored) == VersionKind.Tombstone
            ? new MvccVersion(version, null)
            : new MvccVersion(version, VersionValue.BytesOf(stored).ToArray());
    }

    /// <summary>The commit timestamp of the newest version of a key, tombstones included; zero when there is none.</summary>
    public Timestamp LatestVersion(Key key)
    {
        byte[] sought = VersionKey.Encode(key, Timestamp.Max);
        _points ??= view.Cursor(SpaceStart, SpaceEnd);
        if (!_points.Seek(sought) || !IsVersionOf(_points.Key, VersionKey.StemOf(sought))) return Timestamp.Zero;
        return VersionKey.TimestampOf(_points.Key);
    }

    /// <summary>A walk over the rows of a span that are visible at a timestamp. Dispose it before the view.</summary>
    public MvccScan Open(KeySpan span, Timestamp at, ScanDirection direction = ScanDirection.Ascending) =>
        new(view, span, at, direction);

    /// <summary>
    /// One page of the visible rows of a span: at most <paramref name="rowsMax"/> rows, and no further row once
    /// <paramref name="bytesMax"/> key and value bytes are reached (so at least one row, if there is any).
    /// </summary>
    public ScanPage Scan(KeySpan span, Timestamp at, int rowsMax, long bytesMax,
        ScanDirection direction = ScanDirection.Ascending)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowsMax);
        var rows = new List<MvccRow>(Math.Min(rowsMax, 64));
        long bytes = 0;
        using MvccScan scan = Open(span, at, direction);
        while (scan.Next())
        {
            if (rows.Count == rowsMax || (rows.Count > 0 && bytes >= bytesMax))
                return new ScanPage(rows, Rest(span, rows[^1].Key, direction));
            rows.Add(new MvccRow(Key.Copy(scan.Key), scan.Version, scan.Value.ToArray()));
            bytes += scan.Key.Length + scan.Value.Length;
        }

        return new ScanPage(rows, null);
    }

    /// <inheritdoc/>
    public void Dispose() => _points?.Dispose();

    internal static bool IsVersionOf(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> stem) =>
        stored.Length == stem.Length + VersionKey.TimestampBytes && stored.StartsWith(stem);

    private static KeySpan Rest(KeySpan span, Key last, ScanDirection direction) =>
        direction == ScanDirection.Ascending ? new KeySpan(last.Next(), span.End) : new KeySpan(span.Start, last);
}

/// <summary>Which way a scan walks.</summary>
public enum ScanDirection
{
    /// <summary>From the start of the span up.</summary>
    Ascending,

    /// <summary>From the end of the span down.</summary>
    Descending,
}

/// <summary>One version of a key. No value: absent at that version (a tombstone), or there is no version at all.</summary>
public readonly record struct MvccVersion(Timestamp CommittedAt, ReadOnlyMemory<byte>? Value)
{
    /// <summary>There is no version.</summary>
    public static MvccVersion None => default;
}

/// <summary>A visible row.</summary>
public readonly record struct MvccRow(Key Key, Timestamp CommittedAt, byte[] Value);

/// <summary>Rows of a scan, in its direction.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Rest">What is left to scan; null when the span is exhausted.</param>
public sealed record ScanPage(IReadOnlyList<MvccRow> Rows, KeySpan? Rest);
