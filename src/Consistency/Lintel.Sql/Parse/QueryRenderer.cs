using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Queries and table references as SQL text.</summary>
internal sealed class QueryRenderer(SqlTextWriter writer)
{
    private readonly ExpressionRenderer _expressions = new(writer);

    public void Query(Query query)
    {
        if (query.With is { } with) With(with);
        Body(query.Body, query.AsOf);
        if (!query.OrderBy.IsEmpty)
        {
            writer.Add(" ");
            _expressions.SortItems(query.OrderBy);
        }

        if (query.Offset is { } offset)
        {
            writer.Add(" OFFSET ");
            _expressions.Expression(offset);
        }

        if (query.Limit is { } limit)
        {
            writer.Add(query.WithTies ? " FETCH FIRST (" : " LIMIT ");
            _expressions.Expression(limit);
            writer.If(query.WithTies, ") ROWS WITH TIES");
        }

        foreach (LockingClause clause in query.Locking) Locking(clause);
    }

    public void With(WithClause with)
    {
        writer.Add("WITH ").If(with.IsRecursive, "RECURSIVE ").List(with.Tables, table =>
        {
            writer.Name(table.Name).Columns(table.Columns).Add(" AS ");
            writer.If(table.IsMaterialized == true, "MATERIALIZED ").If(table.IsMaterialized == false, "NOT MATERIALIZED ");
            writer.Add("(");
            new StatementRenderer(writer).Statement(table.Statement);
            writer.Add(")");
        }).Add(" ");
    }

    public void SelectItem(SelectItem item)
    {
        _expressions.Expression(item.Value);
        if (item.Alias is { } alias) writer.Add(" AS ").Name(alias);
    }

    public void Table(TableReference table)
    {
        switch (table)
        {
            case NamedTable named:
                writer.If(named.IsOnly, "ONLY ").Name(named.Name);
                Alias(named.Alias);
                break;
            case DerivedTable derived:
                writer.If(derived.IsLateral, "LATERAL ").Add("(");
                Query(derived.Query);
                writer.Add(")");
                Alias(derived.Alias);
                break;
            case FunctionTable function: Function(function); break;
            case JoinedTable joined: Join(joined); break;
        }
    }

    private void Alias(TableAlias? alias)
    {
        if (alias is not null) writer.Add(" AS ").Name(alias.Name).Columns(alias.Columns);
    }

    private void Function(FunctionTable table)
    {
        writer.If(table.IsLateral, "LATERAL ").If(table.IsRowsFrom, "ROWS FROM (");
        writer.List(table.Functions, _expressions.Expression).If(table.IsRowsFrom, ")");
        writer.If(table.WithOrdinality, " WITH ORDINALITY");
        Alias(table.Alias);
        if (table.ColumnDefinitions.IsEmpty) return;
        writer.If(table.Alias is null, " AS").Add(" (").List(table.ColumnDefinitions, column =>
        {
            writer.Name(column.Name).Add(" ");
            _expressions.Type(column.Type);
            if (column.Collation is { } collation) writer.Add(" COLLATE ").Name(collation);
        }).Add(")");
    }

    private void Join(JoinedTable joined)
    {
        writer.Add("(");
        Table(joined.Left);
        writer.If(joined.IsNatural, " NATURAL").Add(joined.Kind switch
        {
            JoinKind.Inner => " JOIN ",
            JoinKind.Left => " LEFT JOIN ",
            JoinKind.Right => " RIGHT JOIN ",
            JoinKind.Full => " FULL JOIN ",
            _ => " CROSS JOIN ",
        });
        Table(joined.Right);
        if (joined.On is { } condition)
        {
            writer.Add(" ON ");
            _expressions.Expression(condition);
        }

        bool aliasesUsing = !joined.Using.IsEmpty && joined.Alias is { Columns.IsEmpty: true };
        if (!joined.Using.IsEmpty) writer.Add(" USING").Columns(joined.Using);
        if (aliasesUsing) Alias(joined.Alias);
        writer.Add(")");
        if (!aliasesUsing) Alias(joined.Alias);
    }

    private void Body(QueryBody body, Expression? asOf)
    {
        switch (body)
        {
            case SelectBody select: Select(select, asOf); break;
            case ValuesBody values:
                writer.Add("VALUES ").List(values.Rows, row => writer.Add("(").List(row, _expressions.Expression).Add(")"));
                break;
            case SetOperation operation: SetOperation(operation, asOf); break;
            case NestedQuery nested:
                writer.Add("(");
                Query(nested.Query);
                writer.Add(")");
                break;
        }
    }

    private void SetOperation(SetOperation operation, Expression? asOf)
    {
        Body(operation.Left, asOf);
        writer.Add(operation.Kind switch
        {
            SetOperationKind.Union => " UNION ",
            SetOperationKind.Intersect => " INTERSECT ",
            _ => " EXCEPT ",
        });
        writer.If(operation.IsAll, "ALL ");
        Body(operation.Right, null);
    }

    private void Select(SelectBody select, Expression? asOf)
    {
        writer.Add("SELECT");
        if (select.IsDistinct) writer.Add(" DISTINCT");
        if (!select.DistinctOn.IsEmpty) writer.Add(" ON (").List(select.DistinctOn, _expressions.Expression).Add(")");
        if (!select.Items.IsEmpty) writer.Add(" ").List(select.Items, SelectItem);
        if (!select.From.IsEmpty) writer.Add(" FROM ").List(select.From, Table);
        if (asOf is not null)
        {
            writer.Add(" AS OF SYSTEM TIME ");
            _expressions.Expression(asOf);
        }

        Clause(" WHERE ", select.Where);
        if (!select.GroupBy.IsEmpty)
            writer.Add(" GROUP BY ").If(select.IsGroupByDistinct, "DISTINCT ").List(select.GroupBy, Group);
        Clause(" HAVING ", select.Having);
        if (select.Windows.IsEmpty) return;
        writer.Add(" WINDOW ").List(select.Windows, window =>
        {
            writer.Name(window.Name).Add(" AS ");
            _expressions.Window(window.Specification);
        });
    }

    private void Clause(string word, Expression? expression)
    {
        if (expression is null) return;
        writer.Add(word);
        _expressions.Expression(expression);
    }

    private void Group(GroupItem item)
    {
        if (item is GroupExpression group)
        {
            _expressions.Expression(group.Value);
            return;
        }

        var set = (GroupingSet)item;
        writer.Add(set.Kind switch
        {
            GroupingSetKind.Rollup => "ROLLUP ",
            GroupingSetKind.Cube => "CUBE ",
            GroupingSetKind.Sets => "GROUPING SETS ",
            _ => "",
        });
        writer.Add("(").List(set.Items, Group).Add(")");
    }

    private void Locking(LockingClause clause)
    {
        writer.Add(clause.Strength switch
        {
            RowLockStrength.Update => " FOR UPDATE",
            RowLockStrength.NoKeyUpdate => " FOR NO KEY UPDATE",
            RowLockStrength.Share => " FOR SHARE",
            _ => " FOR KEY SHARE",
        });
        if (!clause.Tables.IsEmpty) writer.Add(" OF ").Names(clause.Tables);
        writer.If(clause.Wait == LockWait.NoWait, " NOWAIT").If(clause.Wait == LockWait.SkipLocked, " SKIP LOCKED");
    }
}
