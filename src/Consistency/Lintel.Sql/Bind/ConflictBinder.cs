using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>Binds ON CONFLICT.</summary>
internal static class ConflictBinder
{
    /// <summary>Finds the indexes it speaks of, and binds what is done instead.</summary>
    public static UpsertNode Bind(
        InsertStatement insert, OnConflictClause clause, PlanNode input, TableTarget target, RowExpression?[] values,
        ReturningList? returning, StatementBinding binding, CommonTableScope? commonTables)
    {
        if (clause.TargetWhere is not null) throw ExpressionBinder.NotSupported("ON CONFLICT ... WHERE", clause.Position);
        IndexLayout[] arbiters = Arbiters(clause, target);
        if (clause.IsDoNothing)
            return new UpsertNode(input, target.Writes, values, target.HiddenKey, arbiters, null, returning);
        if (clause.Target.IsEmpty && clause.Constraint is null)
        {
            throw new SqlException(
                SqlStates.SyntaxError, "ON CONFLICT DO UPDATE requires inference specification or constraint name", clause.Position,
                hint: "For example, ON CONFLICT (column_name).");
        }

        // The existing row and the row that was to be inserted have registers of their own; the new row is written
        // from where the insert would have been.
        int width = target.Layout.Types.Length;
        int existing = binding.Registers.Allocate(width);
        int excluded = binding.Registers.Allocate(width);
        for (int i = 0; i < 2 * width; i++) binding.Registers.Use(existing + i);
        FromNames old = target.Names(insert.Alias, existing);
        FromNames @new = target.Names("excluded", excluded);
        var scope = new QueryScope(null, commonTables)
        {
            Names = new FromNames { Tables = [.. old.Tables, .. @new.Tables], Columns = old.Columns },
        };
        RowExpression?[] assigned = new AssignmentBinder(target, binding, scope).Bind(clause.Assignments);
        RowExpression? where = clause.Where is null
            ? null : new RowExpression(new ExpressionBinder(binding, scope, "WHERE").Condition(clause.Where, "WHERE"));
        var update = new ConflictUpdate(existing, excluded, assigned, where, binding.Registers);
        return new UpsertNode(input, target.Writes, values, target.HiddenKey, arbiters, update, returning);
    }

    private static IndexLayout[] Arbiters(OnConflictClause clause, TableTarget target)
    {
        IndexLayout[] unique = [.. target.Layout.Indexes.Where(i =>
            i.Index.IsUnique && i.Index.State == Catalog.IndexState.Public && !(i.Index.IsPrimary && target.Table.HasHiddenKey))];
        if (clause.Constraint is { } name)
        {
            return unique.FirstOrDefault(i => i.Index.Name == name) is { } named
                ? [named]
                : throw new SqlException(
                    SqlStates.UndefinedObject, $"constraint \"{name}\" for table \"{target.Table.Name}\" does not exist");
        }

        if (clause.Target.IsEmpty) return unique;
        var ordinals = new HashSet<int>();
        foreach (IndexElement element in clause.Target)
        {
            if (element.Column is not { } column)
                throw ExpressionBinder.NotSupported("ON CONFLICT with an expression", element.Position);
            ordinals.Add(target.Column(new ColumnName(element.Position, column)));
        }

        IndexLayout[] matching = [.. unique.Where(i => ordinals.SetEquals(i.Ordinals))];
        return matching.Length > 0 ? matching : throw new SqlException(
            SqlStates.InvalidColumnReference,
            "there is no unique or exclusion constraint matching the ON CONFLICT specification");
    }
}
