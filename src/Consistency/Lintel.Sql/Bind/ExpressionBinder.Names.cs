using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <content>Names: columns, tables as rows.</content>
internal sealed partial class ExpressionBinder
{
    /// <summary>The column that a name means, in use from now on.</summary>
    internal ScopeColumn ColumnOf(ColumnReference reference)
    {
        ScopeColumn column = reference.Parts.Length == 1
            ? scope.FindColumn(reference.Parts[0], reference.Position) ?? throw Missing(reference)
            : Qualified(reference);
        Use(column.Value);
        return column;
    }

    /// <summary>The column that a name means, or null when it means no column but perhaps the row of a table.</summary>
    internal ScopeColumn? TryColumn(ColumnReference reference) =>
        reference.Parts.Length == 1 && scope.FindColumn(reference.Parts[0], reference.Position) is null ? null : ColumnOf(reference);

    /// <summary>Notes that the registers of an expression are read.</summary>
    internal void Use(BoundExpression expression) => expression.Visit(node =>
    {
        if (node is RegisterExpression register) binding.Registers.Use(register.Register);
    });

    /// <summary>The columns that <c>*</c> or <c>table.*</c> stands for, in use from now on.</summary>
    internal IReadOnlyList<ScopeColumn> Star(StarReference star)
    {
        IReadOnlyList<ScopeColumn> columns;
        if (star.Qualifier.IsEmpty)
        {
            columns = scope.Names.Columns;
            if (scope.Names.Tables.Count == 0)
                throw new SqlException(SqlStates.SyntaxError, "SELECT * with no tables specified is not valid", star.Position);
        }
        else
        {
            string? schema = star.Qualifier.Length > 1 ? star.Qualifier[^2] : null;
            ScopeTable table = scope.FindTable(schema, star.Qualifier[^1], star.Position, out IReadOnlyList<QueryScope> crossed)
                ?? throw MissingTable(star.Qualifier[^1], star.Position);
            foreach (ScopeColumn column in table.Columns) QueryScope.Cross(crossed, column.Value);
            columns = table.Columns;
        }

        foreach (ScopeColumn column in columns) Use(column.Value);
        return columns;
    }

    private BoundExpression Column(ColumnReference reference)
    {
        if (reference.Parts.Length == 1 && scope.FindColumn(reference.Parts[0], reference.Position) is null
            && WholeRow(reference) is { } row)
        {
            return row;
        }

        BoundExpression value = ColumnOf(reference).Value;
        return value is RegisterExpression register
            ? new RegisterExpression(register.Register, register.Type, register.Name, reference.Position)
            : value;
    }

    private ScopeColumn Qualified(ColumnReference reference)
    {
        string name = reference.Parts[^1];
        string? schema = reference.Parts.Length > 2 ? reference.Parts[^3] : null;
        ScopeTable table = scope.FindTable(schema, reference.Parts[^2], reference.Position, out IReadOnlyList<QueryScope> crossed)
            ?? throw MissingTable(reference.Parts[^2], reference.Position);
        ScopeColumn? found = null;
        foreach (ScopeColumn column in table.Columns)
        {
            if (column.Name != name) continue;
            if (found is not null)
                throw new SqlException(SqlStates.AmbiguousColumn, $"column reference \"{name}\" is ambiguous", reference.Position);
            found = column;
        }

        if (found is null)
        {
            throw new SqlException(
                SqlStates.UndefinedColumn, $"column {table.Name}.{name} does not exist", reference.Position);
        }

        QueryScope.Cross(crossed, found.Value);
        return found;
    }

    // SELECT t FROM t: the row of the table as one value.
    private Constructor? WholeRow(ColumnReference reference)
    {
        if (scope.FindTable(null, reference.Parts[0], reference.Position, out IReadOnlyList<QueryScope> crossed) is not { } table)
            return null;
        foreach (ScopeColumn column in table.Columns)
        {
            Use(column.Value);
            QueryScope.Cross(crossed, column.Value);
        }

        return new Constructor([.. table.Columns.Select(c => c.Value)], SqlType.Record, reference.Position);
    }

    private SqlException Missing(ColumnReference reference)
    {
        string name = reference.Parts[0];
        foreach (ScopeTable table in scope.Names.Tables)
        {
            if (table.Columns.Any(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)))
            {
                string meant = table.Columns.First(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)).Name;
                return new SqlException(
                    SqlStates.UndefinedColumn, $"column \"{name}\" does not exist", reference.Position,
                    hint: $"Perhaps you meant to reference the column \"{table.Name}.{meant}\".");
            }
        }

        return new SqlException(SqlStates.UndefinedColumn, $"column \"{name}\" does not exist", reference.Position);
    }

    private SqlException MissingTable(string name, int position)
    {
        foreach (ScopeTable table in scope.Names.Tables)
        {
            if (table.Relation != name) continue;
            return new SqlException(
                SqlStates.UndefinedTable, $"invalid reference to FROM-clause entry for table \"{name}\"", position,
                hint: $"Perhaps you meant to reference the table alias \"{table.Name}\".");
        }

        return new SqlException(SqlStates.UndefinedTable, $"missing FROM-clause entry for table \"{name}\"", position);
    }
}
