using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Functions;

namespace Lintel.Sql.Plan;

/// <summary>Plans one relation: how a table is read, a subquery run, an outer join made.</summary>
internal sealed class RelationPlanner(StatementBinding binding, JoinPlanner joins)
{
    /// <summary>A plan of the relation that checks the conditions given (they read nothing unknown) and marks them.</summary>
    public Planned Plan(Relation relation, List<Conjunct> conjuncts, IReadOnlyList<OrderColumn> wanted, bool few)
    {
        Planned plan = relation switch
        {
            TableRelation table => Table(table, conjuncts, wanted, few),
            VirtualRelation @virtual => Virtual(@virtual, conjuncts),
            QueryRelation query => Query(query, conjuncts),
            CommonTableRelation { Table.Work: { } work } common => new Planned(
                new WorkTableScanNode(work, common.First, common.Table.Columns.Count, common.Alias), 20),
            CommonTableRelation common => new Planned(
                new CommonTableScanNode(common.Table.Store, common.Table.Plan, common.Table.Outputs, common.First, common.Alias), 100),
            FunctionRelation function => new Planned(
                new FunctionScanNode(
                    function.Set, function.Arguments, function.Alias, function.First, function.Width, function.Ordinality), 50),
            JoinRelation { Mode: JoinMode.Inner } join => joins.Plan([join], conjuncts, [], few: false),
            JoinRelation join => Join(join, conjuncts),
            _ => throw new InvalidOperationException(relation.GetType().Name),
        };
        return JoinPlanner.Filter(plan, Conjunct.Take(conjuncts, []));
    }

    private Planned Table(TableRelation table, List<Conjunct> conjuncts, IReadOnlyList<OrderColumn> wanted, bool few)
    {
        AccessPath path = AccessPaths.Choose(table, conjuncts.Where(c => !c.IsApplied), wanted, few);
        foreach (Sargable used in path.Used) used.Source.IsApplied = true;
        string? text = path.Used.IsEmpty ? null : path.Used.Length == 1
            ? path.Used[0].Source.Condition.ToString()
            : "(" + string.Join(" AND ", path.Used.Select(u => u.Source.Condition)) + ")";
        List<Conjunct> rest = Conjunct.Take(conjuncts, []);
        (List<OrderColumn> Order, bool IsBackward) order = wanted.Count > 0 && AccessPaths.OrderOf(table, path, wanted) is { } ordered
            ? ordered : (AccessPaths.Order(table, path, isBackward: false), false);
        var scan = new TableScanNode(
            table.Layout, path.Index, path.Bounds, table.First, table.Alias, table.Strength, Conjunct.Join(rest), text,
            binding.Registers)
        {
            IsBackward = order.IsBackward,
        };
        return new Planned(scan, path.Rows, order.Order, path.Fixed.ToHashSet());
    }

    private static Planned Virtual(VirtualRelation relation, List<Conjunct> conjuncts)
    {
        RowExpression? value = null;
        int column = -1;
        foreach (Conjunct conjunct in conjuncts)
        {
            if (conjunct.IsApplied || conjunct.IsVolatile
                || conjunct.Condition is not FunctionExpression { Function.Comparison: Comparison.Equal } equal) continue;
            (int Column, RowExpression Value)? found = Lookup(relation, equal.Operands[0], equal.Operands[1])
                ?? Lookup(relation, equal.Operands[1], equal.Operands[0]);
            if (found is null) continue;
            (column, value) = found.Value;
            break;
        }

        return new Planned(new VirtualScanNode(relation.Table, relation.Alias, relation.First, column, value), value is null ? 100 : 2);
    }

    private static (int Column, RowExpression Value)? Lookup(VirtualRelation relation, BoundExpression column, BoundExpression value)
    {
        if (column is not RegisterExpression register) return null;
        int at = register.Register - relation.First;
        if (at < 0 || at >= relation.Table.Columns.Length || !relation.Table.LookupColumns.Contains(at)) return null;
        foreach (int read in Conjunct.RegistersOf(value))
        {
            if (read >= relation.First && read < relation.First + relation.Table.Columns.Length) return null;
        }

        return value.Type.Bare == column.Type.Bare ? (at, new RowExpression(value)) : null;
    }

    private Planned Query(QueryRelation relation, List<Conjunct> conjuncts)
    {
        Push(relation.Query, conjuncts);
        return QueryPlanner.PlanOrdered(relation.Query, binding);
    }

    // A condition that reads plain columns of a subquery holds inside as well as outside, unless rows are numbered,
    // grouped or cut off there.
    private static void Push(BoundQuery query, List<Conjunct> conjuncts)
    {
        if (query is not BoundSelect { IsGrouped: false, IsDistinct: false, Limit: null, Offset: null } select) return;
        if (select.SetCalls.Count > 0 || select.Windows.Count > 0 || select.From.Count == 0) return;
        var own = new HashSet<int>();
        foreach (Relation relation in select.From) relation.AddRegisters(own);
        HashSet<int> computed = [.. select.Targets.Select(t => t.Register).Where(r => !own.Contains(r))];
        foreach (Conjunct conjunct in conjuncts)
        {
            if (conjunct.IsApplied || conjunct.IsVolatile || conjunct.Registers.Overlaps(computed)) continue;
            if (!conjunct.Registers.Overlaps(own)) continue;
            conjunct.IsApplied = true;
            select.Where = select.Where is null ? conjunct.Condition : new AndExpressions([select.Where, conjunct.Condition]);
        }
    }

    private Planned Join(JoinRelation join, List<Conjunct> conjuncts)
    {
        var leftRegisters = new HashSet<int>();
        join.Left.AddRegisters(leftRegisters);
        var rightRegisters = new HashSet<int>();
        join.Right.AddRegisters(rightRegisters);
        List<Conjunct> condition = Conjunct.Split(join.Condition);
        // What is asked of left rows alone may be asked before a LEFT JOIN; after a FULL JOIN a left row may be missing.
        List<Conjunct> ofLeft = join.Mode == JoinMode.Full
            ? [] : [.. conjuncts.Where(c => !c.IsApplied && c.Registers.Overlaps(leftRegisters) && !c.Registers.Overlaps(rightRegisters))];
        Planned left = joins.Plan([join.Left], ofLeft, [], few: false);
        return joins.Combine(new JoinedSides(left, join.Right, rightRegisters, condition), join.Mode);
    }
}
