using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>
/// GROUP BY: finds the keys, and rewrites what stands above the aggregation so that it reads keys and aggregates only.
/// A key that is a plain column keeps its register, so subqueries that read it need no change.
/// </summary>
internal sealed class GroupBinder(StatementBinding binding, QueryScope scope, BoundSelect select)
{
    private readonly Dictionary<string, GroupKey> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<int> _allowed = [];

    /// <summary>Binds the GROUP BY clause, after the select list, whose names and numbers it may use.</summary>
    public void Bind(SelectBody syntax)
    {
        foreach (GroupItem item in syntax.GroupBy)
        {
            if (item is GroupingSet { Kind: GroupingSetKind.Empty } && syntax.GroupBy.Length == 1) continue;
            if (item is not GroupExpression expression)
                throw ExpressionBinder.NotSupported(((GroupingSet)item).Kind.ToString().ToUpperInvariant(), item.Position);
            Add(Key(expression.Value, syntax), expression.Position);
        }
    }

    /// <summary>Rewrites select list, HAVING and ORDER BY over the keys; 42803 for columns that are not grouped.</summary>
    public void Apply()
    {
        AllowDependentColumns();
        foreach (Target target in select.Targets) target.Value = Rewrite(target.Value);
        if (select.Having is not null) select.Having = Rewrite(select.Having);
        for (int i = 0; i < select.OrderBy.Count; i++)
            select.OrderBy[i] = select.OrderBy[i] with { Value = Rewrite(select.OrderBy[i].Value) };
        for (int i = 0; i < select.DistinctOn.Count; i++) select.DistinctOn[i] = Rewrite(select.DistinctOn[i]);
        foreach (BoundWindowCall call in select.Windows) call.Rewrite(Rewrite);
        foreach (BoundSetCall call in select.SetCalls)
        {
            for (int i = 0; i < call.Arguments.Length; i++) call.Arguments[i] = Rewrite(call.Arguments[i]);
        }
    }

    private BoundExpression Key(Expression syntax, SelectBody body)
    {
        if (syntax is NumberLiteral number && int.TryParse(number.Text, out int place))
        {
            if (place < 1 || place > select.Targets.Count)
            {
                throw new SqlException(
                    SqlStates.InvalidColumnReference, $"GROUP BY position {place} is not in select list", number.Position);
            }

            return RequireNoAggregate(select.Targets[place - 1].Value, number.Position);
        }

        var binder = new ExpressionBinder(binding, scope, "GROUP BY");
        // An input column goes before an output column of that name.
        if (syntax is ColumnReference { Parts.Length: 1 } name && scope.FindColumn(name.Parts[0], name.Position) is null
            && select.Targets.FirstOrDefault(t => t.Name == name.Parts[0]) is { } target)
        {
            return RequireNoAggregate(target.Value, name.Position);
        }

        return binder.Settled(syntax);
    }

    private BoundExpression RequireNoAggregate(BoundExpression value, int position)
    {
        value.Visit(node =>
        {
            if (node is RegisterExpression register && IsAggregate(register.Register))
                throw new SqlException(SqlStates.GroupingError, "aggregate functions are not allowed in GROUP BY", position);
        });
        return Coercion.Settle(value, binding);
    }

    private bool IsAggregate(int register) =>
        !select.OwnRegisters.Contains(register) && !scope.OuterRegisters.Contains(register);

    private void Add(BoundExpression value, int position)
    {
        Sorting.RequireEquality(value.Type, position);
        // A constant groups nothing.
        if (value is ConstantExpression) return;
        string key = value.Key;
        if (_keys.ContainsKey(key)) return;
        int register = value is RegisterExpression plain && select.OwnRegisters.Contains(plain.Register)
            ? plain.Register : binding.Registers.Allocate(1);
        binding.Registers.Use(register);
        _allowed.Add(register);
        var group = new GroupKey(value, register);
        _keys.Add(key, group);
        select.GroupKeys.Add(group);
    }

    // The primary key of a table determines its other columns: they may be used, and group along.
    private void AllowDependentColumns()
    {
        foreach (Relation relation in select.From) AllowDependentColumns(relation);
    }

    private void AllowDependentColumns(Relation relation)
    {
        if (relation is JoinRelation join)
        {
            AllowDependentColumns(join.Left);
            AllowDependentColumns(join.Right);
            return;
        }

        if (relation is not TableRelation table || table.Layout.Table.HasHiddenKey) return;
        if (!table.Layout.Primary.Ordinals.All(ordinal => _allowed.Contains(table.First + ordinal))) return;
        TableDescriptor descriptor = table.Layout.Table;
        for (int i = 0; i < descriptor.Columns.Length; i++)
        {
            int register = table.First + i;
            if (_allowed.Contains(register) || !binding.Registers.IsUsed(register)) continue;
            var column = new RegisterExpression(register, table.Layout.Types[i], $"{table.Alias}.{descriptor.Columns[i].Name}");
            if (column.Type.Kind is SqlKind.Json) continue;
            Add(column, 0);
        }
    }

    private BoundExpression Rewrite(BoundExpression expression) => expression.Rewrite(node =>
    {
        if (node is ConstantExpression) return node;
        if (_keys.TryGetValue(node.Key, out GroupKey? key))
        {
            return node is RegisterExpression same && same.Register == key.Register
                ? node : new RegisterExpression(key.Register, node.Type, node.ToString(), node.Position);
        }

        switch (node)
        {
            case RegisterExpression register when select.OwnRegisters.Contains(register.Register):
                throw new SqlException(
                    SqlStates.GroupingError,
                    $"column \"{register.Name}\" must appear in the GROUP BY clause or be used in an aggregate function",
                    register.Position);
            case DeferredExpression deferred:
                foreach (int read in deferred.OuterRegisters)
                {
                    if (!select.OwnRegisters.Contains(read) || _allowed.Contains(read)) continue;
                    throw new SqlException(
                        SqlStates.GroupingError, "subquery uses ungrouped column from outer query", deferred.Position);
                }

                return null;
            default: return null;
        }
    });
}
