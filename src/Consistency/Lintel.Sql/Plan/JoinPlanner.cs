using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Functions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>
/// Chooses order and method of the joins of one FROM clause, one relation after the other: always the one that is
/// expected to leave the fewest rows given those that are joined already. Relations are read by an index that the rows
/// so far give the key of, or hashed, or kept and run past each row.
/// </summary>
internal sealed class JoinPlanner(StatementBinding binding)
{
    // A lookup is a round trip; reading a whole table is some tens of them.
    private const double LookupRowsMax = 20;
    // Points are read a hundred at a time.
    private const double PointRowsMax = 500;
    private const double ConditionShare = 0.3;

    /// <summary>
    /// A plan of all relations under the conditions. Those that could not be checked here (they read what only a plan
    /// above knows) are left unapplied.
    /// </summary>
    public Planned Plan(
        IReadOnlyList<Relation> from, List<Conjunct> conjuncts, IReadOnlyList<OrderColumn> wanted, bool few)
    {
        var units = new List<Unit>();
        foreach (Relation relation in from) Flatten(relation, units, conjuncts);
        if (units.Count == 0)
        {
            List<Conjunct> all = Conjunct.Take(conjuncts, []);
            PlanNode one = new ResultNode(1);
            return new Planned(all.Count == 0 ? one : new FilterNode(one, Conjunct.Join(all)!), 1);
        }

        var unknown = new HashSet<int>();
        foreach (Unit unit in units) unknown.UnionWith(unit.Registers);
        var remaining = new List<Unit>(units);
        Planned? plan = null;
        while (remaining.Count > 0)
        {
            Unit next = Next(remaining, conjuncts, unknown, plan);
            remaining.Remove(next);
            plan = plan is null
                ? First(next, conjuncts, unknown, units.Count == 1 ? wanted : [], few)
                : Join(plan, next, conjuncts, unknown);
            unknown.ExceptWith(next.Registers);
            plan = Filter(plan, Conjunct.Take(conjuncts, unknown));
        }

        return plan!;
    }

    /// <summary>A plan with a further condition on its rows.</summary>
    public static Planned Filter(Planned plan, List<Conjunct> conditions) => conditions.Count == 0
        ? plan
        : plan.With(new FilterNode(plan.Node, Conjunct.Join(conditions)!), plan.Rows * Math.Pow(ConditionShare, conditions.Count));

    // Inner joins, and subqueries that only select and filter, are part of the join around them.
    private static void Flatten(Relation relation, List<Unit> units, List<Conjunct> conjuncts)
    {
        switch (relation)
        {
            case JoinRelation { Mode: JoinMode.Inner } join:
                Flatten(join.Left, units, conjuncts);
                Flatten(join.Right, units, conjuncts);
                conjuncts.AddRange(Conjunct.Split(join.Condition));
                return;
            case QueryRelation { Query: BoundSelect inner } when IsPlain(inner):
                foreach (Relation below in inner.From) Flatten(below, units, conjuncts);
                conjuncts.AddRange(Conjunct.Split(inner.Where));
                return;
            default:
                units.Add(new Unit(relation, units.Count));
                return;
        }
    }

    private static bool IsPlain(BoundSelect query) =>
        query is { IsGrouped: false, IsDistinct: false, Limit: null, Offset: null, Locks: false, From.Count: > 0 }
        && query.OrderBy.Count == 0 && query.SetCalls.Count == 0 && query.Windows.Count == 0
        && query.Targets.All(t => t.Value is RegisterExpression value && value.Register == t.Register);

    private static Unit Next(List<Unit> remaining, List<Conjunct> conjuncts, HashSet<int> unknown, Planned? left)
    {
        Unit? best = null;
        double bestRows = 0;
        foreach (Unit unit in remaining)
        {
            if (unit.Relation.OuterRegisters.Any(r => unknown.Contains(r) && !unit.Registers.Contains(r))) continue;
            double rows = Estimate(unit, conjuncts, unknown);
            bool isLinked = left is null || conjuncts.Any(c => !c.IsApplied && c.Registers.Overlaps(unit.Registers)
                && c.Registers.Any(r => !unit.Registers.Contains(r)) && !c.Registers.Any(r => unknown.Contains(r) && !unit.Registers.Contains(r)));
            if (!isLinked) rows *= AccessPaths.TableRows;
            if (best is not null && rows >= bestRows) continue;
            (best, bestRows) = (unit, rows);
        }

        // A lateral reference that nothing satisfies cannot be bound; the first one then reads outer registers only.
        return best ?? remaining[0];
    }

    private static double Estimate(Unit unit, List<Conjunct> conjuncts, HashSet<int> unknown)
    {
        var others = new HashSet<int>(unknown);
        others.ExceptWith(unit.Registers);
        IEnumerable<Conjunct> usable = conjuncts.Where(c => !c.IsApplied && !c.Registers.Overlaps(others));
        switch (unit.Relation)
        {
            case TableRelation table:
                AccessPath path = AccessPaths.Choose(table, usable, [], few: false);
                int filters = usable.Count(c => c.Registers.Overlaps(unit.Registers)) - path.Used.Length;
                return Math.Max(path.IsPoint ? 1 : 2, path.Rows * Math.Pow(ConditionShare, Math.Max(0, filters)));
            case VirtualRelation: return 100;
            case FunctionRelation: return 50;
            case QueryRelation { Query: BoundSelect { IsGrouped: true, GroupKeys.Count: 0 } }: return 1;
            case QueryRelation { Query: BoundValues values }: return values.Rows.Count;
            default: return AccessPaths.TableRows / 2;
        }
    }

    private Planned First(
        Unit unit, List<Conjunct> conjuncts, HashSet<int> unknown, IReadOnlyList<OrderColumn> wanted, bool few)
    {
        var others = new HashSet<int>(unknown);
        others.ExceptWith(unit.Registers);
        return new RelationPlanner(binding, this).Plan(
            unit.Relation, [.. conjuncts.Where(c => !c.IsApplied && !c.Registers.Overlaps(others))], wanted, few);
    }

    private Planned Join(Planned left, Unit unit, List<Conjunct> conjuncts, HashSet<int> unknown)
    {
        var others = new HashSet<int>(unknown);
        others.ExceptWith(unit.Registers);
        List<Conjunct> usable = [.. conjuncts.Where(c => !c.IsApplied && !c.Registers.Overlaps(others))];
        var joined = new JoinedSides(left, unit.Relation, unit.Registers, usable);
        return Combine(joined, JoinMode.Inner);
    }

    /// <summary>Joins a plan with a relation in the best way there is; conditions that were used are marked.</summary>
    internal Planned Combine(JoinedSides sides, JoinMode mode)
    {
        var relations = new RelationPlanner(binding, this);
        bool isLateral = sides.Relation.OuterRegisters.Any(sides.IsOfLeft);
        List<JoinKey> keys = isLateral ? [] : sides.HashKeys(out _);
        // For an outer join the conditions on pairs belong to the join; for an inner one they may go into the lookup.
        bool looksUp = sides.Relation is TableRelation table && LooksUp(table, sides, out AccessPath path)
            && (sides.Left.Rows <= (path.IsPoint && path.Index.Index.IsPrimary ? PointRowsMax : LookupRowsMax)
                || (keys.Count == 0 && path.Bounds.Equal.Length > 0));
        if (mode != JoinMode.Full && (isLateral || looksUp))
        {
            Planned right = relations.Plan(sides.Relation, sides.Conditions, [], few: false);
            BoundExpression? rest = Conjunct.Join(Conjunct.Take(sides.Conditions, []));
            PlanNode loop = right.Node is TableScanNode { IsPoint: true, Index.Index.IsPrimary: true } points
                && mode is JoinMode.Inner or JoinMode.Left
                ? new LookupJoinNode(sides.Left.Node, points, mode, rest, binding.Registers)
                : new NestedLoopJoinNode(sides.Left.Node, right.Node, mode, rest, binding.Registers);
            return sides.Left.With(loop, Math.Max(1, sides.Left.Rows * Math.Max(1, right.Rows)));
        }

        List<Conjunct> rightOnly = [.. sides.Conditions.Where(c => mode != JoinMode.Full && !c.Registers.Any(sides.IsOfLeft))];
        Planned other = relations.Plan(sides.Relation, rightOnly, [], few: false);
        if (keys.Count > 0)
        {
            keys = sides.HashKeys(out List<Conjunct> asKeys);
            foreach (Conjunct conjunct in asKeys) conjunct.IsApplied = true;
            BoundExpression? rest = Conjunct.Join(Conjunct.Take(sides.Conditions, []));
            var hash = new HashJoinNode(sides.Left.Node, other.Node, mode, [.. keys], rest, binding.Registers);
            double rows = Math.Max(sides.Left.Rows, other.Rows);
            return mode == JoinMode.Full ? new Planned(hash, rows) : sides.Left.With(hash, rows);
        }

        if (mode == JoinMode.Full)
            throw ExpressionBinder.NotSupported("FULL JOIN without an equality between its sides", 0);
        BoundExpression? condition = Conjunct.Join(Conjunct.Take(sides.Conditions, []));
        PlanNode kept = other.Node is ResultNode ? other.Node : new MaterializeNode(other.Node, binding.Registers);
        var nested = new NestedLoopJoinNode(sides.Left.Node, kept, mode, condition, binding.Registers);
        return sides.Left.With(nested, sides.Left.Rows * Math.Max(1, other.Rows));
    }

    private static bool LooksUp(TableRelation table, JoinedSides sides, out AccessPath path)
    {
        path = AccessPaths.Choose(table, sides.Conditions.Where(c => !c.IsApplied), [], few: false);
        return path.Used.Any(u => u.Source.Registers.Any(sides.IsOfLeft));
    }

    private sealed class Unit
    {
        public Unit(Relation relation, int number)
        {
            (Relation, Number) = (relation, number);
            relation.AddRegisters(Registers);
        }

        public Relation Relation { get; }

        public int Number { get; }

        public HashSet<int> Registers { get; } = [];
    }
}

/// <summary>What is joined: a plan, a relation, and the conditions that read nothing else.</summary>
internal sealed class JoinedSides(Planned left, Relation relation, HashSet<int> rightRegisters, List<Conjunct> conditions)
{
    private readonly HashSet<int> _left = LeftRegisters(left.Node);

    public Planned Left => left;

    public Relation Relation => relation;

    public List<Conjunct> Conditions => conditions;

    /// <summary>Whether a register is of the left plan's rows.</summary>
    public bool IsOfLeft(int register) => _left.Contains(register);

    /// <summary>The equalities between the sides, and the conditions they come from.</summary>
    public List<JoinKey> HashKeys(out List<Conjunct> from)
    {
        var keys = new List<JoinKey>();
        from = [];
        foreach (Conjunct conjunct in conditions)
        {
            if (conjunct.IsApplied || conjunct.IsVolatile) continue;
            if (conjunct.Condition is not FunctionExpression { Function.Comparison: Comparison.Equal } equal) continue;
            if (equal.Operands.Length != 2 || CommonType(equal.Operands[0].Type, equal.Operands[1].Type) is null) continue;
            JoinKey? key = Key(equal.Operands[0], equal.Operands[1]) ?? Key(equal.Operands[1], equal.Operands[0]);
            if (key is null) continue;
            keys.Add(key.Value);
            from.Add(conjunct);
        }

        return keys;
    }

    private JoinKey? Key(BoundExpression left, BoundExpression right)
    {
        HashSet<int> reads = Conjunct.RegistersOf(left);
        HashSet<int> others = Conjunct.RegistersOf(right);
        if (!reads.Overlaps(_left) || reads.Overlaps(rightRegisters)) return null;
        if (!others.Overlaps(rightRegisters) || others.Overlaps(_left)) return null;
        return new JoinKey(
            new RowExpression(left), new RowExpression(right), CommonType(left.Type, right.Type)!.Value);
    }

    // Integers of any width, and texts, are equal and hash alike whatever their type says.
    private static SqlType? CommonType(SqlType a, SqlType b)
    {
        if (a.Bare == b.Bare) return a.Bare;
        if (IsInteger(a) && IsInteger(b)) return SqlType.Int8;
        return IsText(a) && IsText(b) ? SqlType.Text : null;
    }

    private static bool IsInteger(SqlType type) => type.Kind is SqlKind.Int2 or SqlKind.Int4 or SqlKind.Int8;

    private static bool IsText(SqlType type) => type.Kind is SqlKind.Text or SqlKind.Varchar;

    private static HashSet<int> LeftRegisters(PlanNode node)
    {
        var registers = new List<int>();
        node.AddRegisters(registers);
        return [.. registers];
    }
}
