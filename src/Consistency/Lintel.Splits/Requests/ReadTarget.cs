using Lintel.Primitives.Keys;

namespace Lintel.Splits.Requests;

/// <summary>What a read asks for: some keys, or one page of a span.</summary>
public abstract record ReadTarget
{
    private ReadTarget()
    {
    }

    /// <summary>The values of keys, answered in the order asked, null where absent.</summary>
    public sealed record Points(IReadOnlyList<Key> Keys) : ReadTarget;

    /// <summary>
    /// Rows of a span. At most <paramref name="RowLimit"/> (zero: as many as the split puts in a page); against key
    /// order when <paramref name="Descending"/>.
    /// </summary>
    public sealed record Rows(KeySpan Span, int RowLimit, bool Descending) : ReadTarget;

    /// <summary>Whether every key asked for lies in <paramref name="span"/>.</summary>
    public bool LiesIn(KeySpan span)
    {
        if (this is Rows rows) return span.Contains(rows.Span);
        foreach (Key key in ((Points)this).Keys)
        {
            if (!span.Contains(key)) return false;
        }

        return true;
    }
}

/// <summary>A row that was read.</summary>
public readonly record struct ReadRow(Key Key, ReadOnlyMemory<byte> Value);

/// <summary>
/// The answer to a <see cref="ReadTarget"/>: <paramref name="Values"/> for points, <paramref name="Rows"/> for a span,
/// of which <paramref name="Rest"/> has not been read yet (empty: nothing is left).
/// </summary>
public sealed record ReadResult(
    IReadOnlyList<ReadOnlyMemory<byte>?> Values, IReadOnlyList<ReadRow> Rows, KeySpan Rest)
{
    /// <summary>The answer to <see cref="ReadTarget.Points"/>.</summary>
    public static ReadResult OfPoints(IReadOnlyList<ReadOnlyMemory<byte>?> values) => new(values, [], default);

    /// <summary>The answer to <see cref="ReadTarget.Rows"/>.</summary>
    public static ReadResult OfRows(IReadOnlyList<ReadRow> rows, KeySpan rest) => new([], rows, rest);
}

/// <summary>Which lock a locking read takes on what it reads (gaps of a span included).</summary>
public enum ReadLock
{
    /// <summary>Others may read under a lock, none may write.</summary>
    Shared = 0,

    /// <summary>None may read under a lock, none may write: for rows that are about to be written.</summary>
    Exclusive = 1,
}
