using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Bind;

/// <summary>Binds one SELECT with its ORDER BY, in the order in which its clauses come to know names.</summary>
internal sealed class SelectBinder(StatementBinding binding, QueryScope? outer, CommonTableScope? commonTables)
{
    private readonly QueryScope _scope = new(outer, commonTables);

    /// <summary>Binds <paramref name="syntax"/>, the body of <paramref name="query"/>.</summary>
    public BoundSelect Bind(SelectBody syntax, Query query)
    {
        List<Relation> from = new FromBinder(binding, _scope).Bind(syntax.From);
        var aggregates = new AggregateCollector(binding.Registers);
        var sets = new SetCallCollector(binding.Registers);
        var windows = new WindowCollector(binding.Registers, syntax.Windows);
        var bound = new BoundSelect
        {
            From = from,
            Targets = [],
            Outputs = [],
            OuterRegisters = _scope.OuterRegisters,
        };
        foreach (Relation relation in from) relation.AddRegisters(bound.OwnRegisters);
        if (syntax.Where is not null)
            bound.Where = new ExpressionBinder(binding, _scope, "WHERE").Condition(syntax.Where, "WHERE");
        var binder = new ExpressionBinder(binding, _scope, "SELECT") 
        {
            Aggregates = aggregates,
            SetCalls = sets,
            Windows = windows,
        };
        foreach (SelectItem item in syntax.Items) AddTarget(bound.Targets, item, binder);
        if (syntax.Having is not null)
        {
            bound.Having = new ExpressionBinder(binding, _scope, "HAVING") { Aggregates = aggregates }
                .Condition(syntax.Having, "HAVING");
        }

        var groups = new GroupBinder(binding, _scope, bound);
        groups.Bind(syntax);
        var order = new OrderBinder(binding, _scope, bound, binder);
        order.Bind(query.OrderBy, syntax);
        bound.Aggregates = aggregates.Calls;
        bound.SetCalls = sets.Calls;
        bound.Windows = windows.Calls;
        bound.IsGrouped = !syntax.GroupBy.IsEmpty || syntax.Having is not null || aggregates.Calls.Count > 0;
        if (bound.IsGrouped) groups.Apply();
        bound.Publish(binding);
        order.Publish();
        Lock(query, bound);
        return bound;
    }

    /// <summary>Binds one item of a select list, which may be a star, into targets.</summary>
    internal static void AddTarget(List<Target> targets, SelectItem item, ExpressionBinder binder)
    {
        if (item.Value is StarReference star)
        {
            foreach (ScopeColumn column in binder.Star(star))
                targets.Add(new Target(column.Name, column.Value, column.TableOid, column.ColumnNumber));
            return;
        }

        if (item.Value is FieldExpansion expansion)
            throw ExpressionBinder.NotSupported("(expression).*", expansion.Position);
        string name = item.Alias ?? TargetNames.Of(item.Value);
        if (item.Value is ColumnReference reference && binder.TryColumn(reference) is { } plain)
        {
            targets.Add(new Target(name, binder.Bind(reference), plain.TableOid, plain.ColumnNumber));
            return;
        }

        targets.Add(new Target(name, binder.Bind(item.Value)));
    }

    private void Lock(Query query, BoundSelect bound)
    {
        if (query.Locking.IsEmpty) return;
        LockingClause first = query.Locking[0];
        if (bound.IsGrouped)
        {
            string with = bound.GroupKeys.Count > 0 ? "GROUP BY clause" : bound.Aggregates.Count > 0 ? "aggregate functions" : "HAVING clause";
            throw new SqlException(SqlStates.FeatureNotSupported, $"{NameOf(first)} is not allowed with {with}");
        }

        if (bound.IsDistinct)
            throw new SqlException(SqlStates.FeatureNotSupported, $"{NameOf(first)} is not allowed with DISTINCT clause");
        foreach (LockingClause locking in query.Locking)
        {
            if (locking.Wait != LockWait.Wait)
                throw ExpressionBinder.NotSupported(locking.Wait == LockWait.NoWait ? "NOWAIT" : "SKIP LOCKED", locking.Position);
            bound.Locks = true;
            LockStrength strength = locking.Strength is RowLockStrength.Update or RowLockStrength.NoKeyUpdate
                ? LockStrength.Exclusive : LockStrength.Shared;
            foreach (QualifiedName name in locking.Tables)
            {
                if (_scope.Names.Tables.Any(t => t.Name == name.Name)) continue;
                throw new SqlException(
                    SqlStates.UndefinedTable,
                    $"relation \"{name.Name}\" in {NameOf(locking)} clause not found in FROM clause", name.Position);
            }

            foreach (Relation relation in bound.From) Strengthen(relation, locking, strength);
        }
    }

    private static void Strengthen(Relation relation, LockingClause locking, LockStrength strength)
    {
        switch (relation)
        {
            case TableRelation table when locking.Tables.IsEmpty || locking.Tables.Any(t => t.Name == table.Alias):
                if (strength == LockStrength.Exclusive) table.Strength = strength;
                break;
            case JoinRelation join:
                Strengthen(join.Left, locking, strength);
                Strengthen(join.Right, locking, strength);
                break;
            case QueryRelation { Query: BoundSelect inner } query
                when locking.Tables.IsEmpty || locking.Tables.Any(t => t.Name == query.Alias):
                foreach (Relation below in inner.From) Strengthen(below, locking with { Tables = [] }, strength);
                break;
        }
    }

    private static string NameOf(LockingClause locking) => locking.Strength switch
    {
        RowLockStrength.Update => "FOR UPDATE",
        RowLockStrength.NoKeyUpdate => "FOR NO KEY UPDATE",
        RowLockStrength.Share => "FOR SHARE",
        _ => "FOR KEY SHARE",
    };
}
