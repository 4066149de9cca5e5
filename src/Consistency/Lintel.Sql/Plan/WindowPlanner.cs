using System.Collections.Immutable;
using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;

namespace Lintel.Sql.Plan;

/// <summary>Plans the window calls of a SELECT: calls whose rows are sorted the same way share the sort.</summary>
internal sealed class WindowPlanner(BoundSelect query, StatementBinding binding)
{
    /// <summary>The rows of <paramref name="plan"/> with the values of the calls.</summary>
    public Planned Plan(Planned plan)
    {
        foreach (IGrouping<string, BoundWindowCall> window in query.Windows.GroupBy(c => c.SortKey, StringComparer.Ordinal))
            plan = Add(plan, [.. window]);
        return plan;
    }

    private Planned Add(Planned plan, List<BoundWindowCall> calls)
    {
        var computed = new List<Assigned>();
        ImmutableArray<GroupColumn> partition =
            [.. calls[0].PartitionBy.Select(p => new GroupColumn(Register(p, computed), p.Type, p.ToString()))];
        ImmutableArray<SortKey> order = [.. calls[0].OrderBy.Select(o => new SortKey(
            Register(o.Value, computed), o.Value.Type, o.IsDescending, o.NullsFirst, o.Value.ToString()))];
        if (computed.Count > 0) plan = plan.With(new ComputeNode(plan.Node, [.. computed]));
        List<OrderColumn> wanted =
        [
            .. partition.Select(p => new OrderColumn(p.Register, false, false)),
            .. order.Select(o => new OrderColumn(o.Register, o.IsDescending, o.NullsFirst)),
        ];
        if (wanted.Count > 0 && !plan.Satisfies(wanted))
        {
            ImmutableArray<SortKey> keys = [.. partition.Select(p => new SortKey(p.Register, p.Type, false, false, p.Text)), .. order];
            plan = new Planned(new SortNode(plan.Node, keys, binding.Registers), plan.Rows) { Order = wanted };
        }

        ImmutableArray<WindowCall> made = [.. calls.Select(c => new WindowCall(
            c.Name, c.Aggregate, [.. c.Arguments.Select(a => new RowExpression(a))],
            c.Filter is null ? null : new RowExpression(c.Filter), c.Extent, c.Register))];
        return plan.With(new WindowNode(plan.Node, partition, order, made, binding.Registers));
    }

    private int Register(BoundExpression value, List<Assigned> computed)
    {
        if (value is RegisterExpression plain) return plain.Register;
        int register = binding.Registers.Allocate(1);
        binding.Registers.Use(register);
        computed.Add(new Assigned(register, new RowExpression(value)));
        return register;
    }
}
