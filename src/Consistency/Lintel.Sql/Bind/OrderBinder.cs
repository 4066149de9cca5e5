using System.Collections.Immutable;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>ORDER BY and DISTINCT of a SELECT: output names and numbers first, then expressions over the input.</summary>
internal sealed class OrderBinder(
    StatementBinding binding, QueryScope scope, BoundSelect select, ExpressionBinder list)
{
    private readonly List<Target?> _targets = [];

    /// <summary>Binds both clauses.</summary>
    public void Bind(ImmutableArray<SortItem> orderBy, SelectBody syntax)
    {
        select.IsDistinct = syntax.IsDistinct;
        var binder = new ExpressionBinder(binding, scope, "ORDER BY")
        {
            Aggregates = list.Aggregates,
            SetCalls = list.SetCalls,
            Windows = list.Windows,
        };
        foreach (SortItem item in orderBy)
        {
            Target? target = Output(item.Value, "ORDER BY");
            if (target is not null) target.Value = Coercion.Settle(target.Value, binding);
            BoundExpression value = target?.Value ?? binder.Settled(item.Value);
            target ??= select.Targets.Find(t => t.Value.Key == value.Key);
            _targets.Add(target);
            select.OrderBy.Add(Sorting.Item(item, value));
            if (syntax.IsDistinct && syntax.DistinctOn.IsEmpty && target is null)
            {
                throw new SqlException(
                    SqlStates.InvalidColumnReference, "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
                    item.Value.Position);
            }
        }

        if (!syntax.IsDistinct) return;
        if (syntax.DistinctOn.IsEmpty)
        {
            foreach (Target target in select.Targets)
            {
                target.Value = Coercion.Settle(target.Value, binding);
                Sorting.RequireEquality(target.Value.Type, syntax.Position);
            }

            return;
        }

        DistinctOn(syntax, binder);
    }

    /// <summary>Sort items that are output columns read the column's register.</summary>
    public void Publish()
    {
        for (int i = 0; i < _targets.Count; i++)
        {
            if (_targets[i] is not { } target) continue;
            binding.Registers.Use(target.Register);
            select.OrderBy[i] = select.OrderBy[i] with
            {
                Value = new RegisterExpression(target.Register, target.Value.Type, target.Value.ToString(), target.Value.Position),
            };
        }
    }

    private void DistinctOn(SelectBody syntax, ExpressionBinder binder)
    {
        foreach (Expression item in syntax.DistinctOn)
            select.DistinctOn.Add(Output(item, "DISTINCT ON")?.Value ?? binder.Settled(item));
        var keys = select.DistinctOn.Select(d => d.Key).ToHashSet(StringComparer.Ordinal);
        for (int i = 0; i < Math.Min(keys.Count, select.OrderBy.Count); i++)
        {
            if (keys.Contains(select.OrderBy[i].Value.Key)) continue;
            throw new SqlException(
                SqlStates.InvalidColumnReference,
                "SELECT DISTINCT ON expressions must match initial ORDER BY expressions", syntax.DistinctOn[0].Position);
        }
    }

    private Target? Output(Expression syntax, string clause)
    {
        if (syntax is NumberLiteral number)
        {
            if (!int.TryParse(number.Text, out int place))
                throw new SqlException(SqlStates.SyntaxError, $"non-integer constant in {clause}", number.Position);
            return place >= 1 && place <= select.Targets.Count
                ? select.Targets[place - 1]
                : throw new SqlException(
                    SqlStates.InvalidColumnReference, $"{clause} position {place} is not in select list", number.Position);
        }

        if (syntax is StringLiteral text)
            throw new SqlException(SqlStates.SyntaxError, $"non-integer constant in {clause}", text.Position);
        if (syntax is not ColumnReference { Parts.Length: 1 } name) return null;
        Target? found = null;
        foreach (Target target in select.Targets)
        {
            if (target.Name != name.Parts[0]) continue;
            if (found is not null && found.Value.Key != target.Value.Key)
                throw new SqlException(SqlStates.AmbiguousColumn, $"{clause} \"{target.Name}\" is ambiguous", name.Position);
            found ??= target;
        }

        return found;
    }
}
