using System.Collections.Immutable;
using Lintel.Primitives.Keys;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Execute.Operators;

/// <summary>
/// Which part of an index a scan reads: equality on its first columns, then an optional range on the next. The values
/// are expressions over parameters and the rows of outer loops.
/// </summary>
/// <param name="Equal">One expression for each leading column.</param>
/// <param name="EqualsAny">For the last of them, in place of an expression: several values (IN, = ANY).</param>
/// <param name="Lower">Lower bound of the next column; null for none.</param>
/// <param name="IsLowerInclusive">>= rather than >.</param>
/// <param name="Upper">Upper bound; null for none.</param>
/// <param name="IsUpperInclusive">&lt;= rather than &lt;.</param>
public sealed record KeyBounds(
    ImmutableArray<RowExpression> Equal,
    RowExpression? EqualsAny = null,
    RowExpression? Lower = null,
    bool IsLowerInclusive = false,
    RowExpression? Upper = null,
    bool IsUpperInclusive = false)
{
    /// <summary>The whole index.</summary>
    public static KeyBounds All { get; } = new([]);

    /// <summary>Number of columns that are fixed.</summary>
    public int FixedColumns => Equal.Length + (EqualsAny is null ? 0 : 1);

    /// <summary>Whether the scan reads everything.</summary>
    public bool IsAll => FixedColumns == 0 && Lower is null && Upper is null;

    /// <summary>
    /// The spans to read, in key order, over what the registers hold now. None when a value is null: no row compares
    /// with null. With all columns of the index fixed, each span begins with the key itself.
    /// </summary>
    public async ValueTask<List<KeySpan>> SpansAsync(IndexLayout index, OrderedKeyWriter writer, Frame frame)
    {
        var spans = new List<KeySpan>();
        writer.Clear();
        writer.Raw(index.Prefix.Span);
        for (int i = 0; i < Equal.Length; i++)
        {
            SqlValue value = await Equal[i].EvaluateAsync(frame);
            if (value.IsNull) return spans;
            index.WriteColumn(writer, i, value);
        }

        if (EqualsAny is null)
        {
            await AddAsync(spans, index, writer, frame);
            return spans;
        }

        SqlValue list = await EqualsAny.EvaluateAsync(frame);
        if (list.IsNull) return spans;
        int length = writer.Length;
        foreach (SqlValue value in list.AsArray().Items)
        {
            if (value.IsNull) continue;
            writer.CutTo(length);
            index.WriteColumn(writer, Equal.Length, value);
            await AddAsync(spans, index, writer, frame);
        }

        return Merge(spans);
    }

    private async ValueTask AddAsync(List<KeySpan> spans, IndexLayout index, OrderedKeyWriter writer, Frame frame)
    {
        Key prefix = writer.ToKey();
        if (Lower is null && Upper is null)
        {
            spans.Add(KeySpan.Prefix(prefix));
            return;
        }

        (KeyDirection direction, NullOrder nulls) = index.OrderOf(FixedColumns);
        bool isDescending = direction == KeyDirection.Descending;
        Key? lower = await BoundAsync(Lower, index, writer, prefix.Length, frame);
        Key? upper = await BoundAsync(Upper, index, writer, prefix.Length, frame);
        if ((Lower is not null && lower is null) || (Upper is not null && upper is null)) return;
        (Key? from, bool fromInclusive) = isDescending ? (upper, IsUpperInclusive) : (lower, IsLowerInclusive);
        (Key? to, bool toInclusive) = isDescending ? (lower, IsLowerInclusive) : (upper, IsUpperInclusive);
        Key start = from is null ? AfterNulls(writer, prefix, nulls) : fromInclusive ? from.Value : from.Value.PrefixEnd();
        Key end = to is null ? BeforeNulls(writer, prefix, nulls) : toInclusive ? to.Value.PrefixEnd() : to.Value;
        if (start < end) spans.Add(new KeySpan(start, end));
    }

    private async ValueTask<Key?> BoundAsync(
        RowExpression? bound, IndexLayout index, OrderedKeyWriter writer, int prefixLength, Frame frame)
    {
        if (bound is null) return null;
        SqlValue value = await bound.EvaluateAsync(frame);
        if (value.IsNull) return null;
        writer.CutTo(prefixLength);
        index.WriteColumn(writer, FixedColumns, value);
        Key key = writer.ToKey();
        writer.CutTo(prefixLength);
        return key;
    }

    private static Key AfterNulls(OrderedKeyWriter writer, Key prefix, NullOrder nulls)
    {
        if (nulls == NullOrder.Last) return prefix;
        writer.CutTo(prefix.Length);
        writer.Null(nulls);
        Key key = writer.ToKey().PrefixEnd();
        writer.CutTo(prefix.Length);
        return key;
    }

    private static Key BeforeNulls(OrderedKeyWriter writer, Key prefix, NullOrder nulls)
    {
        if (nulls == NullOrder.First) return prefix.PrefixEnd();
        writer.CutTo(prefix.Length);
        writer.Null(nulls);
        Key key = writer.ToKey();
        writer.CutTo(prefix.Length);
        return key;
    }

    private static List<KeySpan> Merge(List<KeySpan> spans)
    {
        spans.Sort((a, b) => a.Start.CompareTo(b.Start));
        for (int i = spans.Count - 1; i > 0; i--)
        {
            if (spans[i].Start == spans[i - 1].Start) spans.RemoveAt(i);
        }

        return spans;
    }
}
