using Lintel.Sql.Execute.Operators;

namespace Lintel.Sql.Plan;

/// <summary>One column of an order of rows.</summary>
internal readonly record struct OrderColumn(int Register, bool IsDescending, bool NullsFirst);

/// <summary>A plan with what is known of its rows.</summary>
/// <param name="Node">The plan.</param>
/// <param name="Rows">How many rows are expected; a guess, good only for comparing.</param>
/// <param name="Order">The order in which they come; empty for none.</param>
/// <param name="Fixed">Registers that have one value in all rows (equality with what does not depend on them).</param>
internal sealed record Planned(PlanNode Node, double Rows, IReadOnlyList<OrderColumn> Order, IReadOnlySet<int> Fixed)
{
    private static readonly HashSet<int> Nothing = [];

    /// <summary>A plan of which nothing is known but a count.</summary>
    public Planned(PlanNode node, double rows)
        : this(node, rows, [], Nothing)
    {
    }

    /// <summary>Whether rows come in (at least) the wanted order. Columns with one value are in any order.</summary>
    public bool Satisfies(IReadOnlyList<OrderColumn> wanted)
    {
        int at = 0;
        foreach (OrderColumn column in wanted)
        {
            if (Fixed.Contains(column.Register)) continue;
            while (at < Order.Count && Fixed.Contains(Order[at].Register) && Order[at].Register != column.Register) at++;
            if (at >= Order.Count || Order[at] != column) return false;
            at++;
        }

        return true;
    }

    /// <summary>Another node over the same rows in the same order.</summary>
    public Planned With(PlanNode node, double? rows = null) => new(node, rows ?? Rows, Order, Fixed);
}
