using System.Collections.Immutable;
using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>From a bound query to the nodes that run it.</summary>
internal static class QueryPlanner
{
    /// <summary>A plan of the query; its outputs stand in their registers.</summary>
    public static PlanNode Plan(BoundQuery query, StatementBinding binding) => PlanOrdered(query, binding).Node;

    /// <summary>The same, with what is known of the rows.</summary>
    public static Planned PlanOrdered(BoundQuery query, StatementBinding binding) => query switch
    {
        BoundSelect select => new SelectPlanner(select, binding).Plan(),
        BoundValues values => Finish(values, Values(values), binding),
        BoundSetOperation operation => Finish(operation, SetOperation(operation, binding), binding),
        _ => throw new InvalidOperationException(query.GetType().Name),
    };

    /// <summary>ORDER BY and LIMIT over a plan.</summary>
    public static Planned Finish(BoundQuery query, Planned plan, StatementBinding binding)
    {
        List<OrderColumn> wanted = Wanted(query.OrderBy);
        if (query.OrderBy.Count > 0 && !(wanted.Count == query.OrderBy.Count && plan.Satisfies(wanted)))
        {
            ImmutableArray<SortKey> keys = [.. query.OrderBy.Select(Key)];
            plan = new Planned(new SortNode(plan.Node, keys, query.Limit, query.Offset, binding.Registers), plan.Rows)
            {
                Order = wanted,
            };
        }

        if (query.Limit is null && query.Offset is null) return plan;
        double rows = query.Limit is ConstantExpression { Value.IsNull: false } limit
            ? Math.Min(plan.Rows, Math.Max(1, limit.Value.AsInt64())) : Math.Min(plan.Rows, 10);
        return plan.With(new LimitNode(plan.Node, query.Limit, query.Offset), rows);
    }

    /// <summary>ORDER BY items as an order of registers; shorter than they are where one is not a register.</summary>
    public static List<OrderColumn> Wanted(List<BoundSortItem> items)
    {
        var wanted = new List<OrderColumn>();
        foreach (BoundSortItem item in items)
        {
            if (item.Value is not RegisterExpression register) break;
            wanted.Add(new OrderColumn(register.Register, item.IsDescending, item.NullsFirst));
        }

        return wanted;
    }

    private static SortKey Key(BoundSortItem item)
    {
        var register = (RegisterExpression)item.Value;
        return new SortKey(register.Register, register.Type, item.IsDescending, item.NullsFirst, register.ToString());
    }

    private static Planned Values(BoundValues values) => new(
        new ValuesNode(values.First, [.. values.Rows.Select(row => row.Select(v => new RowExpression(v)).ToImmutableArray())]),
        values.Rows.Count);

    private static Planned SetOperation(BoundSetOperation operation, StatementBinding binding)
    {
        SqlType[] types = [.. operation.Outputs.Select(o => o.Type)];
        if (operation.Kind == SetOperationKind.Union)
        {
            var inputs = new List<BoundQuery>();
            Gather(operation, operation, inputs);
            ImmutableArray<PlanNode> plans = [.. inputs.Select(i => Plan(i, binding))];
            ImmutableArray<int[]> sources = [.. inputs.Select(Registers)];
            PlanNode append = new AppendNode(plans, sources, operation.First);
            int[] keys = [.. operation.Outputs.Select(o => o.Register)];
            return new Planned(operation.IsAll ? append : new DistinctNode(append, keys, types, binding.Registers), 200);
        }

        Planned left = PlanOrdered(operation.Left, binding);
        Planned right = PlanOrdered(operation.Right, binding);
        return new Planned(
            new HashSetOperationNode(
                left.Node, right.Node, Registers(operation.Left), Registers(operation.Right), operation.First, types,
                operation.Kind == SetOperationKind.Except, operation.IsAll),
            left.Rows);
    }

    // a UNION ALL b UNION ALL c is one append of three.
    private static void Gather(BoundSetOperation root, BoundQuery side, List<BoundQuery> inputs)
    {
        if (side is BoundSetOperation { Kind: SetOperationKind.Union, Limit: null, Offset: null } union
            && (ReferenceEquals(union, root) || (union.IsAll == root.IsAll && union.OrderBy.Count == 0)))
        {
            Gather(root, union.Left, inputs);
            Gather(root, union.Right, inputs);
            return;
        }

        inputs.Add(side);
    }

    private static int[] Registers(BoundQuery query) => [.. query.Outputs.Select(o => o.Register)];
}
