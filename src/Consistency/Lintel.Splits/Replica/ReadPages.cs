using Lintel.Primitives.Time;
using Lintel.Splits.Mvcc;
using Lintel.Splits.Requests;

namespace Lintel.Splits.Replica;

/// <summary>Reads what a <see cref="ReadTarget"/> asks for from the versions of a view, at most a page of it.</summary>
public static class ReadPages
{
    /// <summary>Reads at a timestamp.</summary>
    public static ReadResult Read(MvccReader reader, ReadTarget target, Timestamp at, SplitLimits limits)
    {
        if (target is ReadTarget.Rows rows) return ReadRows(reader, rows, at, limits);
        var points = (ReadTarget.Points)target;
        var values = new ReadOnlyMemory<byte>?[points.Keys.Count];
        for (int i = 0; i < values.Length; i++) values[i] = reader.Get(points.Keys[i], at).Value;
        return ReadResult.OfPoints(values);
    }

    /// <summary>How many rows a page may have, given what was asked for.</summary>
    public static int RowsMax(ReadTarget.Rows target, SplitLimits limits) =>
        target.RowLimit <= 0 ? limits.PageRowsMax : Math.Min(target.RowLimit, limits.PageRowsMax);

    private static ReadResult ReadRows(MvccReader reader, ReadTarget.Rows target, Timestamp at, SplitLimits limits)
    {
        ScanDirection direction = target.Descending ? ScanDirection.Descending : ScanDirection.Ascending;
        ScanPage page = reader.Scan(target.Span, at, RowsMax(target, limits), limits.PageBytesMax, direction);
        var rows = new ReadRow[page.Rows.Count];
        for (int i = 0; i < rows.Length; i++) rows[i] = new(page.Rows[i].Key, page.Rows[i].Value);
        return ReadResult.OfRows(rows, page.Rest ?? default);
    }
}
