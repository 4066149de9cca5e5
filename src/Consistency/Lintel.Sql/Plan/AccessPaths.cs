using System.Collections.Immutable;
using Lintel.Sql.Bind;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Functions;
using Lintel.Primitives.Keys;

namespace Lintel.Sql.Plan;

/// <summary>
/// Chooses how one table is read. There are no statistics: a table is taken to have a thousand rows, an equality to
/// leave a tenth of them, a bound a third. That is enough to prefer points to prefixes, prefixes to ranges, and ranges
/// to everything.
/// </summary>
internal static class AccessPaths
{
    /// <summary>Rows that a table is taken to have.</summary>
    public const double TableRows = 1000;

    private const double EqualShare = 0.1;
    private const double BoundShare = 0.33;
    private const double ListLength = 4;

    /// <summary>
    /// The best path for the given conditions; <paramref name="wanted"/> is an order that would save a sort, and
    /// <paramref name="few"/> tells that only the first rows of it are read.
    /// </summary>
    public static AccessPath Choose(
        TableRelation table, IEnumerable<Conjunct> conjuncts, IReadOnlyList<OrderColumn> wanted, bool few)
    {
        List<Sargable> conditions = IndexMatch.Find(table, conjuncts);
        AccessPath? best = null;
        double bestCost = 0;
        foreach (IndexLayout index in table.Layout.Indexes)
        {
            if (index.Index.State != IndexState.Public) continue;
            AccessPath path = Match(table, index, conditions);
            double cost = path.Cost;
            if (wanted.Count > 0 && OrderOf(table, path, wanted) is not null)
                cost = few ? Math.Min(cost, (cost * 0.1) + 2) : cost;
            else if (wanted.Count > 0)
                cost += path.Rows * 0.2;
            if (best is not null && cost >= bestCost) continue;
            (best, bestCost) = (path, cost);
        }

        return best!;
    }

    /// <summary>
    /// The order in which a path gives rows, when it satisfies <paramref name="wanted"/>: and whether it is read
    /// backwards for it. Null when it does not.
    /// </summary>
    public static (List<OrderColumn> Order, bool IsBackward)? OrderOf(
        TableRelation table, AccessPath path, IReadOnlyList<OrderColumn> wanted)
    {
        foreach (bool isBackward in (ReadOnlySpan<bool>)[false, true])
        {
            List<OrderColumn> order = Order(table, path, isBackward);
            if (Satisfies(table, path, order, wanted)) return (order, isBackward);
        }

        return null;
    }

    /// <summary>The order of rows that are read forwards, or backwards.</summary>
    public static List<OrderColumn> Order(TableRelation table, AccessPath path, bool isBackward)
    {
        var order = new List<OrderColumn>();
        for (int i = 0; i < path.Index.Ordinals.Length; i++)
        {
            (KeyDirection direction, NullOrder nulls) = path.Index.OrderOf(i);
            bool isDescending = direction == KeyDirection.Descending;
            order.Add(new OrderColumn(
                table.First + path.Index.Ordinals[i], isDescending != isBackward, nulls == NullOrder.First != isBackward));
        }

        return order;
    }

    private static bool Satisfies(
        TableRelation table, AccessPath path, List<OrderColumn> order, IReadOnlyList<OrderColumn> wanted)
    {
        int at = 0;
        foreach (OrderColumn column in wanted)
        {
            if (path.Fixed.Contains(column.Register)) continue;
            while (at < order.Count && path.Fixed.Contains(order[at].Register)) at++;
            if (at >= order.Count) return path.Index.Index.IsUnique && at > 0 && IsWholeKeyNotNull(table, path);
            OrderColumn has = order[at++];
            if (has.Register != column.Register || has.IsDescending != column.IsDescending) return false;
            if (has.NullsFirst != column.NullsFirst && !IsNotNull(table, column.Register)) return false;
            order[at - 1] = column;
        }

        return true;
    }

    // After all columns of a unique key nothing is left to order.
    private static bool IsWholeKeyNotNull(TableRelation table, AccessPath path) =>
        path.Index.Ordinals.All(ordinal => IsNotNull(table, table.First + ordinal));

    private static bool IsNotNull(TableRelation table, int register)
    {
        int ordinal = register - table.First;
        if (ordinal < 0 || ordinal >= table.Layout.Table.Columns.Length) return false;
        return table.Layout.Table.Columns[ordinal].NotNull || table.Layout.Primary.Ordinals.Contains(ordinal);
    }

    private static AccessPath Match(TableRelation table, IndexLayout index, List<Sargable> conditions)
    {
        var equal = ImmutableArray.CreateBuilder<RowExpression>();
        var used = ImmutableArray.CreateBuilder<Sargable>();
        var @fixed = ImmutableArray.CreateBuilder<int>();
        double rows = TableRows;
        int at = 0;
        for (; at < index.Ordinals.Length; at++)
        {
            int ordinal = index.Ordinals[at];
            if (conditions.Find(c => c.Ordinal == ordinal && c.Comparison == Comparison.Equal && !c.IsAny) is not { } equality)
                break;
            equal.Add(new RowExpression(equality.Value));
            used.Add(equality);
            @fixed.Add(table.First + ordinal);
            rows *= EqualShare;
        }

        if (at == index.Ordinals.Length)
        {
            rows = index.Index.IsUnique ? 1 : Math.Max(rows, 2);
            return new AccessPath(index, new KeyBounds(equal.ToImmutable()), used.ToImmutable(), rows, @fixed.ToImmutable());
        }

        KeyBounds bounds = Tail(index, conditions, equal.ToImmutable(), index.Ordinals[at], used, ref rows);
        return new AccessPath(index, bounds, used.ToImmutable(), Math.Max(rows, 2), @fixed.ToImmutable());
    }

    private static KeyBounds Tail(
        IndexLayout index, List<Sargable> conditions, ImmutableArray<RowExpression> equal, int ordinal,
        ImmutableArray<Sargable>.Builder used, ref double rows)
    {
        if (conditions.Find(c => c.Ordinal == ordinal && c.IsAny) is { } any)
        {
            used.Add(any);
            bool isWhole = index.Index.IsUnique && equal.Length + 1 == index.Ordinals.Length;
            rows = isWhole ? ListLength : Math.Min(rows, rows * EqualShare * ListLength);
            return new KeyBounds(equal, new RowExpression(any.Value));
        }

        Sargable? lower = conditions.Find(c => c.Ordinal == ordinal && (c.Comparison is Comparison.Greater or Comparison.GreaterOrEqual));
        Sargable? upper = conditions.Find(c => c.Ordinal == ordinal && (c.Comparison is Comparison.Less or Comparison.LessOrEqual));
        if (lower is not null) used.Add(lower);
        if (upper is not null) used.Add(upper);
        if (lower is not null || upper is not null)
            rows *= lower is not null && upper is not null ? BoundShare * BoundShare : BoundShare;
        return new KeyBounds(
            equal, null,
            lower is null ? null : new RowExpression(lower.Value), lower?.Comparison == Comparison.GreaterOrEqual,
            upper is null ? null : new RowExpression(upper.Value), upper?.Comparison == Comparison.LessOrEqual);
    }
}
