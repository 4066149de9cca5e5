using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Execute.Writes;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>The table that a statement writes: its columns, defaults and checks, bound.</summary>
internal sealed class TableTarget
{
    private readonly StatementBinding _binding;

    /// <summary>Binds a table whose new rows stand in registers of their own.</summary>
    public TableTarget(TableDescriptor table, StatementBinding binding)
    {
        (Table, _binding) = (table, binding);
        Layout = TableLayout.Of(binding.Context.Schema.Database.Id, table);
        First = binding.Registers.Allocate(Layout.Types.Length);
        for (int i = 0; i < Layout.Types.Length; i++) binding.Registers.Use(First + i);
        SchemaName = binding.Context.Schema.FindSchema(table.SchemaId)?.Name ?? "";
        Writes = new TableWrites(Layout, First, SchemaName, Checks());
    }

    /// <summary>The table.</summary>
    public TableDescriptor Table { get; }

    /// <summary>Its layout.</summary>
    public TableLayout Layout { get; }

    /// <summary>The register of column 0 of the new row.</summary>
    public int First { get; }

    /// <summary>The schema it is in.</summary>
    public string SchemaName { get; }

    /// <summary>How rows are written.</summary>
    public TableWrites Writes { get; }

    /// <summary>Ordinal of the hidden row id, or -1.</summary>
    public int HiddenKey => Table.HasHiddenKey ? Layout.Primary.Ordinals[0] : -1;

    /// <summary>The ordinals that a column list names; all visible columns when it is empty.</summary>
    public List<int> Columns(ImmutableArray<ColumnName> names)
    {
        var ordinals = new List<int>();
        if (names.IsEmpty)
        {
            for (int i = 0; i < Table.Columns.Length; i++)
                if (!Table.Columns[i].IsHidden) ordinals.Add(i);
            return ordinals;
        }

        foreach (ColumnName name in names)
        {
            int ordinal = Column(name);
            if (ordinals.Contains(ordinal))
                throw new SqlException(SqlStates.DuplicateColumn, $"column \"{name.Name}\" specified more than once", name.Position);
            ordinals.Add(ordinal);
        }

        return ordinals;
    }

    /// <summary>The ordinal of a column; 42703 when there is none.</summary>
    public int Column(ColumnName name)
    {
        int ordinal = Table.FindColumn(name.Name);
        return ordinal >= 0 ? ordinal : throw new SqlException(
            SqlStates.UndefinedColumn, $"column \"{name.Name}\" of relation \"{Table.Name}\" does not exist", name.Position);
    }

    /// <summary>The default of a column, or null when it has none.</summary>
    public BoundExpression? Default(int ordinal)
    {
        ColumnDescriptor column = Table.Columns[ordinal];
        if (column.Identity != IdentityKind.None && column.SequenceId != 0)
            return Coercion.Assign(new SequenceValue(column.SequenceId), Layout.Types[ordinal], column.Name, _binding);
        if (column.DefaultSql is null) return null;
        var binder = new ExpressionBinder(_binding, new QueryScope(null, null), "DEFAULT expressions");
        return Coercion.Assign(binder.Bind(SqlParser.ParseExpression(column.DefaultSql)), Layout.Types[ordinal], column.Name, _binding);
    }

    /// <summary>Names of the new row, under the table's name or an alias.</summary>
    public FromNames Names(string? alias, int first)
    {
        string name = alias ?? Table.Name;
        var columns = new List<ScopeColumn>();
        for (int i = 0; i < Table.Columns.Length; i++)
        {
            ColumnDescriptor column = Table.Columns[i];
            if (column.IsHidden) continue;
            columns.Add(new ScopeColumn(
                column.Name, new RegisterExpression(first + i, Layout.Types[i], $"{name}.{column.Name}"), Table.Id, (short)column.Id));
        }

        return new FromNames { Tables = [new ScopeTable(name, alias is null ? SchemaName : null, columns)], Columns = columns };
    }

    private ImmutableArray<RowCheck> Checks()
    {
        if (Table.Checks.IsEmpty) return [];
        var scope = new QueryScope(null, null) { Names = Names(null, First) };
        var binder = new ExpressionBinder(_binding, scope, "check constraints");
        return [.. Table.Checks.Select(check => new RowCheck(
            check.Name, new RowExpression(binder.Condition(SqlParser.ParseExpression(check.ExpressionSql), "CHECK"))))];
    }
}
