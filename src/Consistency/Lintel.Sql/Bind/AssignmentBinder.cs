using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>SET a = 1, (b, c) = (2, 3): of UPDATE and of ON CONFLICT DO UPDATE.</summary>
internal sealed class AssignmentBinder(TableTarget target, StatementBinding binding, QueryScope scope)
{
    /// <summary>Whether a value comes from a subquery.</summary>
    public bool HasSubquery { get; private set; }

    /// <summary>New values by ordinal; null where a column stays.</summary>
    public RowExpression?[] Bind(ImmutableArray<Assignment> assignments)
    {
        var values = new RowExpression?[target.Layout.Types.Length];
        foreach (Assignment assignment in assignments)
        {
            IReadOnlyList<Expression> sources = Sources(assignment);
            for (int i = 0; i < assignment.Columns.Length; i++) Bind(assignment.Columns[i], sources[i], values);
        }

        return values;
    }

    /// <summary>Whether an expression runs a subquery.</summary>
    public static bool IsSubquery(BoundExpression expression)
    {
        bool found = false;
        expression.Visit(node => found |= node is SubqueryExpression);
        return found;
    }

    private void Bind(ColumnName name, Expression source, RowExpression?[] values)
    {
        int ordinal = target.Column(name);
        ColumnDescriptor column = target.Table.Columns[ordinal];
        if (values[ordinal] is not null)
        {
            throw new SqlException(
                SqlStates.SyntaxError, $"multiple assignments to same column \"{column.Name}\"");
        }

        if (column.Identity == IdentityKind.Always && source is not DefaultMarker)
        {
            throw new SqlException(
                SqlStates.GeneratedAlways, $"column \"{column.Name}\" can only be updated to DEFAULT", name.Position,
                $"Column \"{column.Name}\" is an identity column defined as GENERATED ALWAYS.");
        }

        BoundExpression value = source is DefaultMarker
            ? target.Default(ordinal) ?? new ConstantExpression(SqlValue.Null, target.Layout.Types[ordinal])
            : Coercion.Assign(
                new ExpressionBinder(binding, scope, "UPDATE").Bind(source), target.Layout.Types[ordinal], column.Name, binding);
        HasSubquery |= IsSubquery(value);
        values[ordinal] = new RowExpression(value);
    }

    private static IReadOnlyList<Expression> Sources(Assignment assignment)
    {
        if (!assignment.IsMultiple) return [assignment.Value];
        switch (assignment.Value)
        {
            case RowConstructor row when row.Items.Length == assignment.Columns.Length: return row.Items;
            case RowConstructor:
                throw new SqlException(
                    SqlStates.SyntaxError, "number of columns does not match number of values", assignment.Position);
            case ScalarSubquery { Subquery: { Body: SelectBody select } query } subquery
                when select.Items.Length == assignment.Columns.Length && select.Items.All(i => i.Value is not StarReference):
                // One subquery for each column, each giving one of them.
                return [.. select.Items.Select(item =>
                    subquery with { Subquery = query with { Body = select with { Items = [item] } } })];
            default:
                throw ExpressionBinder.NotSupported("this form of assignment to several columns", assignment.Position);
        }
    }
}
