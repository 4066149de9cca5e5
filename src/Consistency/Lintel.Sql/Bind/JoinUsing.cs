using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>JOIN ... USING and NATURAL JOIN: equalities, and columns that are shown once.</summary>
internal static class JoinUsing
{
    /// <summary>The condition and the names of the join.</summary>
    public static (BoundExpression? Condition, FromNames Names) Bind(
        JoinedTable join, IReadOnlyList<ColumnName> shared, FromNames left, FromNames right, FromNames both,
        StatementBinding binding, QueryScope scope)
    {
        if (shared.Count == 0) return (null, both);
        var binder = new ExpressionBinder(binding, scope, "JOIN/USING");
        var conditions = new List<BoundExpression>();
        var merged = new List<ScopeColumn>();
        foreach (ColumnName name in shared)
        {
            ScopeColumn a = Find(left, name, "left");
            ScopeColumn b = Find(right, name, "right");
            binder.Use(a.Value);
            binder.Use(b.Value);
            BoundExpression condition = binder.Operator(new OperatorName(name.Position, "="), a.Value, b.Value, name.Position);
            conditions.Add(condition);
            merged.Add(join.Kind switch
            {
                JoinKind.Right => b,
                JoinKind.Full => new ScopeColumn(name.Name, Merged(a, b, binding, name.Position)),
                _ => a,
            });
        }

        IEnumerable<ScopeColumn> rest = left.Columns.Concat(right.Columns).Where(c => !merged.Any(m => m.Name == c.Name));
        BoundExpression all = conditions.Count == 1 ? conditions[0] : new AndExpressions([.. conditions]);
        return (all, new FromNames { Tables = both.Tables, Columns = [.. merged, .. rest] });
    }

    private static FirstNotNull Merged(ScopeColumn a, ScopeColumn b, StatementBinding binding, int position)
    {
        BoundExpression[] operands = [a.Value, b.Value];
        SqlType type = Coercion.Unify(operands, "JOIN/USING", binding, position);
        return new FirstNotNull(operands, type, position);
    }

    private static ScopeColumn Find(FromNames names, ColumnName name, string side)
    {
        ScopeColumn? found = null;
        foreach (ScopeColumn column in names.Columns)
        {
            if (column.Name != name.Name) continue;
            if (found is not null)
            {
                throw new SqlException(
                    SqlStates.AmbiguousColumn, $"common column name \"{name.Name}\" appears more than once in {side} table");
            }

            found = column;
        }

        return found ?? throw new SqlException(
            SqlStates.UndefinedColumn, $"column \"{name.Name}\" specified in USING clause does not exist in {side} table");
    }
}
