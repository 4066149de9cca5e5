using System.Collections.Immutable;
using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>
/// Plans one SELECT from its FROM clause upwards: joins and conditions, groups, set-returning calls, the values of the
/// select list, DISTINCT, order, limit. Where an index gives the order that is asked for, nothing is sorted.
/// </summary>
internal sealed class SelectPlanner(BoundSelect query, StatementBinding binding)
{
    /// <summary>The plan.</summary>
    public Planned Plan()
    {
        // Sort keys that are expressions get registers, to be computed with the select list.
        var computed = new List<Assigned>();
        for (int i = 0; i < query.OrderBy.Count; i++) query.OrderBy[i] = Placed(query.OrderBy[i], computed);
        Planned plan = query.IsGrouped ? Grouped() : Joined(WantedBelow(), FewRows());
        if (query.Windows.Count > 0) plan = new WindowPlanner(query, binding).Plan(plan);
        if (query.SetCalls.Count > 0) plan = ProjectSets(plan);
        plan = Compute(plan, computed);
        if (query.IsDistinct) plan = Distinct(plan);
        if (query is { IsGrouped: false, Limit: not null } && plan.Node is ComputeNode or TableScanNode) plan = PushLimit(plan);
        return QueryPlanner.Finish(query, plan, binding);
    }

    private bool FewRows() => query.Limit is not null && !query.IsDistinct && query.Windows.Count == 0;

    private List<OrderColumn> WantedBelow()
    {
        if (query.SetCalls.Count > 0 || query.Windows.Count > 0 || (query.IsDistinct && query.DistinctOn.Count == 0)) return [];
        List<OrderColumn> wanted = QueryPlanner.Wanted(query.OrderBy);
        return wanted.Count == query.OrderBy.Count ? wanted : [];
    }

    private BoundSortItem Placed(BoundSortItem item, List<Assigned> computed)
    {
        if (item.Value is RegisterExpression register)
        {
            binding.Registers.Use(register.Register);
            return item;
        }

        int at = binding.Registers.Allocate(1);
        binding.Registers.Use(at);
        computed.Add(new Assigned(at, new RowExpression(item.Value)));
        return item with { Value = new RegisterExpression(at, item.Value.Type, item.Value.ToString()) };
    }

    private Planned Joined(IReadOnlyList<OrderColumn> wanted, bool few)
    {
        List<Conjunct> conjuncts = Conjunct.Split(query.Where);
        Planned plan = new JoinPlanner(binding).Plan(query.From, conjuncts, wanted, few);
        return JoinPlanner.Filter(plan, Conjunct.Take(conjuncts, []));
    }

    private Planned Grouped()
    {
        if (Extreme() is { } extreme) return Having(extreme);
        var wanted = new List<OrderColumn>();
        Planned plan = Joined(wanted, few: false);
        var assigned = new List<Assigned>();
        foreach (GroupKey key in query.GroupKeys)
        {
            if (key.Value is RegisterExpression same && same.Register == key.Register) continue;
            assigned.Add(new Assigned(key.Register, new RowExpression(key.Value)));
        }

        if (assigned.Count > 0) plan = plan.With(new ComputeNode(plan.Node, [.. assigned]));
        ImmutableArray<GroupColumn> keys = [.. query.GroupKeys.Select(k => new GroupColumn(k.Register, k.Value.Type, k.Value.ToString()))];
        bool isSorted = keys.Length > 0 && IsGroupedBy(plan, keys);
        var node = new AggregateNode(plan.Node, keys, Calls(), isSorted, binding.Registers);
        double rows = keys.IsEmpty ? 1 : Math.Max(1, plan.Rows * 0.1);
        return Having(isSorted ? plan.With(node, rows) : new Planned(node, rows));
    }

    // min(x) or max(x) alone: the first row of an index over x.
    private Planned? Extreme()
    {
        if (query.GroupKeys.Count > 0 || query.Aggregates.Count != 1 || query.From.Count != 1) return null;
        BoundAggregate call = query.Aggregates[0];
        if (call.Function.Name is not ("min" or "max") || call.Filter is not null || call.Arguments.Length != 1) return null;
        if (query.From[0] is not TableRelation || call.Arguments[0] is not RegisterExpression column) return null;
        // The order of an index that is read backwards has nulls first; there are none of them here.
        bool isMax = call.Function.Name == "max";
        List<OrderColumn> wanted = [new OrderColumn(column.Register, isMax, isMax)];
        List<Conjunct> conjuncts = [.. Conjunct.Split(query.Where), new Conjunct(new NullTest(column, negated: true))];
        Planned plan = new JoinPlanner(binding).Plan(query.From, conjuncts, wanted, few: true);
        plan = JoinPlanner.Filter(plan, Conjunct.Take(conjuncts, []));
        if (!plan.Satisfies(wanted)) return null;
        var one = new ConstantExpression(SqlValue.Of(1L), SqlType.Int8);
        var limit = new LimitNode(plan.Node, one, null);
        return new Planned(new AggregateNode(limit, [], Calls(), isSorted: false, binding.Registers), 1);
    }

    private Planned Having(Planned plan)
    {
        if (query.Having is null) return plan;
        return JoinPlanner.Filter(plan, Conjunct.Split(query.Having));
    }

    private ImmutableArray<AggregateColumn> Calls() => [.. query.Aggregates.Select(a => new AggregateColumn(
        a.Function, [.. a.Arguments.Select(x => new RowExpression(x))], a.IsDistinct,
        a.Filter is null ? null : new RowExpression(a.Filter),
        [.. a.OrderBy.Select(o => new AggregateOrder(new RowExpression(o.Value), o.IsDescending, o.NullsFirst))], a.Register, a.Text))];

    private static bool IsGroupedBy(Planned plan, ImmutableArray<GroupColumn> keys)
    {
        var left = new HashSet<int>(keys.Select(k => k.Register));
        left.ExceptWith(plan.Fixed);
        foreach (OrderColumn column in plan.Order)
        {
            if (left.Count == 0) return true;
            if (plan.Fixed.Contains(column.Register)) continue;
            if (!left.Remove(column.Register)) return false;
        }

        return left.Count == 0;
    }

    private Planned ProjectSets(Planned plan) => new(
        new ProjectSetNode(
            plan.Node,
            [.. query.SetCalls.Select(c => (c.Function, Array.ConvertAll(c.Arguments, a => new RowExpression(a)), c.Register))]),
        plan.Rows * 10);

    private Planned Compute(Planned plan, List<Assigned> computed)
    {
        foreach (Target target in query.Targets)
        {
            if (target.Value is RegisterExpression same && same.Register == target.Register) continue;
            computed.Add(new Assigned(target.Register, new RowExpression(target.Value)));
        }

        return computed.Count == 0 ? plan : plan.With(new ComputeNode(plan.Node, [.. computed]));
    }

    private Planned Distinct(Planned plan)
    {
        if (query.DistinctOn.Count == 0)
        {
            int[] columns = [.. query.Targets.Select(t => t.Register)];
            return plan.With(new DistinctNode(plan.Node, columns, [.. query.Targets.Select(t => t.Value.Type)], binding.Registers));
        }

        // The first row of each group in the order asked for: sorted first, then the first of each is passed on.
        var assigned = new List<Assigned>();
        var keys = new List<int>();
        foreach (BoundExpression key in query.DistinctOn)
        {
            int register = key is RegisterExpression plain ? plain.Register : binding.Registers.Allocate(1);
            binding.Registers.Use(register);
            if (key is not RegisterExpression) assigned.Add(new Assigned(register, new RowExpression(key)));
            keys.Add(register);
        }

        if (assigned.Count > 0) plan = plan.With(new ComputeNode(plan.Node, [.. assigned]));
        (BoundExpression? limit, BoundExpression? offset) = (query.Limit, query.Offset);
        (query.Limit, query.Offset) = (null, null);
        plan = QueryPlanner.Finish(query, plan, binding);
        (query.Limit, query.Offset) = (limit, offset);
        return plan.With(new DistinctNode(plan.Node, [.. keys], [.. query.DistinctOn.Select(d => d.Type)], binding.Registers));
    }

    // Rows come in order and none is dropped above the scan: it need not read more than are wanted.
    private Planned PushLimit(Planned plan)
    {
        List<OrderColumn> wanted = QueryPlanner.Wanted(query.OrderBy);
        if (wanted.Count != query.OrderBy.Count || !plan.Satisfies(wanted) || query.IsDistinct) return plan;
        return plan.With(plan.Node.WithRowLimit(query.Limit!, query.Offset));
    }
}
