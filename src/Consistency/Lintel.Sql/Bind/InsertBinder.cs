using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>Binds INSERT.</summary>
internal static class InsertBinder
{
    /// <summary>Binds and plans it.</summary>
    public static BoundModify Bind(InsertStatement insert, StatementBinding binding, CommonTableScope? commonTables)
    {
        TableDescriptor table = RelationNames.FindWritable(insert.Table, binding.Context);
        var target = new TableTarget(table, binding);
        List<int> columns = target.Columns(insert.Columns);
        var values = new RowExpression?[target.Layout.Types.Length];
        PlanNode input = Source(insert, target, columns, values, binding, commonTables);
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not null || table.Columns[i].IsHidden) continue;
            if (target.Default(i) is { } @default) values[i] = new RowExpression(@default);
        }

        var scope = new QueryScope(null, commonTables) { Names = target.Names(insert.Alias, target.First) };
        (ReturningList? list, IReadOnlyList<OutputColumn>? outputs) = ModifyBinder.Returning(insert.Returning, scope, binding);
        PlanNode node = insert.OnConflict is null
            ? new InsertNode(input, target.Writes, values, target.HiddenKey, list)
            : ConflictBinder.Bind(insert, insert.OnConflict, input, target, values, list, binding, commonTables);
        return new BoundModify(node, outputs);
    }

    private static PlanNode Source(
        InsertStatement insert, TableTarget target, List<int> columns, RowExpression?[] values, StatementBinding binding,
        CommonTableScope? commonTables)
    {
        if (insert.Source is null) return new ResultNode(1);
        if (insert.Source is { Body: ValuesBody rows, With: null, OrderBy.IsEmpty: true, Limit: null, Offset: null })
            return Values(insert, rows, target, columns, values, binding, commonTables);
        BoundQuery query = QueryBinder.Bind(insert.Source, binding, null, commonTables);
        if (query.Outputs.Count > columns.Count)
        {
            throw new SqlException(
                SqlStates.SyntaxError, "INSERT has more expressions than target columns", insert.Source.Position);
        }

        if (query.Outputs.Count < columns.Count && !insert.Columns.IsEmpty)
        {
            throw new SqlException(
                SqlStates.SyntaxError, "INSERT has more target columns than expressions", insert.Columns[query.Outputs.Count].Position);
        }

        for (int i = 0; i < query.Outputs.Count; i++)
        {
            int ordinal = columns[i];
            ColumnDescriptor column = target.Table.Columns[ordinal];
            RequireGivable(insert, column, insert.Source.Position);
            if (query.Outputs[i].Type.Kind == SqlKind.Unknown)
                query.Convert(i, value => Coercion.Assign(value, target.Layout.Types[ordinal], column.Name, binding), binding);
            OutputColumn output = query.Outputs[i];
            binding.Registers.Use(output.Register);
            var read = new RegisterExpression(output.Register, output.Type, output.Name);
            values[ordinal] = new RowExpression(Coercion.Assign(read, target.Layout.Types[ordinal], column.Name, binding));
        }

        PlanNode plan = QueryPlanner.Plan(query, binding);
        // Rows that this statement inserts must not feed it.
        return Reads(plan, target.Table.Id) ? new SpoolNode(plan, binding.Registers) : plan;
    }

    private static ValuesNode Values(
        InsertStatement insert, ValuesBody rows, TableTarget target, List<int> columns, RowExpression?[] values,
        StatementBinding binding, CommonTableScope? commonTables)
    {
        var binder = new ExpressionBinder(binding, new QueryScope(null, commonTables), "VALUES");
        int width = rows.Rows[0].Length;
        int first = binding.Registers.Allocate(width);
        var bound = ImmutableArray.CreateBuilder<ImmutableArray<RowExpression>>();
        foreach (ImmutableArray<Expression> row in rows.Rows)
        {
            if (row.Length != width)
            {
                throw new SqlException(
                    SqlStates.SyntaxError, "VALUES lists must all be the same length", row.IsEmpty ? rows.Position : row[0].Position);
            }

            if (row.Length > columns.Count)
            {
                throw new SqlException(
                    SqlStates.SyntaxError, "INSERT has more expressions than target columns", row[columns.Count].Position);
            }

            if (row.Length < columns.Count && !insert.Columns.IsEmpty)
            {
                throw new SqlException(
                    SqlStates.SyntaxError, "INSERT has more target columns than expressions", insert.Columns[row.Length].Position);
            }

            bound.Add([.. row.Select((item, i) => new RowExpression(Value(insert, item, columns[i], target, binder)))]);
        }

        for (int i = 0; i < width; i++)
        {
            binding.Registers.Use(first + i);
            values[columns[i]] = new RowExpression(new RegisterExpression(first + i, target.Layout.Types[columns[i]], $"column{i + 1}"));
        }

        return new ValuesNode(first, bound.ToImmutable());
    }

    private static BoundExpression Value(
        InsertStatement insert, Expression item, int ordinal, TableTarget target, ExpressionBinder binder)
    {
        ColumnDescriptor column = target.Table.Columns[ordinal];
        SqlType type = target.Layout.Types[ordinal];
        bool isDefault = item is DefaultMarker
            || (insert.Overriding == OverridingKind.User && column.Identity != IdentityKind.None);
        if (isDefault) return target.Default(ordinal) ?? new ConstantExpression(SqlValue.Null, type, item.Position);
        RequireGivable(insert, column, item.Position);
        return Coercion.Assign(binder.Bind(item), type, column.Name, binder.Binding);
    }

    private static void RequireGivable(InsertStatement insert, ColumnDescriptor column, int position)
    {
        if (column.Identity != IdentityKind.Always || insert.Overriding == OverridingKind.System) return;
        throw new SqlException(
            SqlStates.GeneratedAlways, $"cannot insert a non-DEFAULT value into column \"{column.Name}\"", position,
            $"Column \"{column.Name}\" is an identity column defined as GENERATED ALWAYS.",
            "Use OVERRIDING SYSTEM VALUE to override.");
    }

    private static bool Reads(PlanNode plan, uint table) =>
        (plan is TableScanNode scan && scan.Table.Table.Id == table)
        || plan.Expressions.Any(AssignmentBinder.IsSubquery) || plan.Inputs.Any(i => Reads(i, table))
        || plan is CommonTableScanNode;
}
