using System.Collections.Immutable;
using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Transactions.Api;

namespace Lintel.Sql.Bind;

/// <summary>A bound and planned INSERT, UPDATE or DELETE.</summary>
/// <param name="Node">How it runs.</param>
/// <param name="Outputs">Columns of RETURNING; null when it returns nothing.</param>
internal sealed record BoundModify(PlanNode Node, IReadOnlyList<OutputColumn>? Outputs);

/// <summary>Binds the statements that write.</summary>
internal static class ModifyBinder
{
    /// <summary>Binds one of them.</summary>
    public static BoundModify Bind(Statement statement, StatementBinding binding, CommonTableScope? commonTables) => statement switch
    {
        InsertStatement insert => InsertBinder.Bind(insert, binding, With(insert.With, insert, binding, commonTables)),
        UpdateStatement update => Update(update, binding, With(update.With, update, binding, commonTables)),
        DeleteStatement delete => Delete(delete, binding, With(delete.With, delete, binding, commonTables)),
        _ => throw ExpressionBinder.NotSupported(statement.GetType().Name, statement.Position),
    };

    /// <summary>Binds a common table that writes.</summary>
    public static BoundCommonTable BindCommonTable(CommonTable table, StatementBinding binding, CommonTableScope visible)
    {
        BoundModify modify = Bind(table.Statement, binding, visible);
        IReadOnlyList<OutputColumn> outputs = modify.Outputs ?? [];
        var common = new BoundCommonTable(table.Name, CommonTableBinder.Columns(table, outputs))
        {
            Plan = modify.Node,
            Outputs = [.. outputs.Select(o => o.Register)],
            OuterRegisters = [],
            Writes = true,
        };
        binding.WritingTables.Add(common);
        return common;
    }

    /// <summary>Binds a RETURNING list over the given names.</summary>
    public static (ReturningList? List, IReadOnlyList<OutputColumn>? Outputs) Returning(
        ImmutableArray<SelectItem> items, QueryScope scope, StatementBinding binding)
    {
        if (items.IsEmpty) return (null, null);
        var binder = new ExpressionBinder(binding, scope, "RETURNING");
        var targets = new List<Target>();
        foreach (SelectItem item in items) SelectBinder.AddTarget(targets, item, binder);
        var computed = ImmutableArray.CreateBuilder<Assigned>();
        var outputs = new List<OutputColumn>();
        foreach (Target target in targets)
        {
            BoundExpression value = Coercion.Settle(target.Value, binding);
            int register = value is RegisterExpression plain ? plain.Register : binding.Registers.Allocate(1);
            binding.Registers.Use(register);
            if (value is not RegisterExpression) computed.Add(new Assigned(register, new RowExpression(value)));
            outputs.Add(new OutputColumn(target.Name, value.Type, register, target.TableOid, target.ColumnNumber));
        }

        return (new ReturningList(computed.ToImmutable(), [.. outputs.Select(o => o.Register)]), outputs);
    }

    private static CommonTableScope? With(
        WithClause? with, Statement statement, StatementBinding binding, CommonTableScope? around) =>
        with is null ? around : QueryBinder.CommonTables(with, binding, null, around, () => SqlText.Render(statement));

    private static BoundModify Update(UpdateStatement update, StatementBinding binding, CommonTableScope? commonTables)
    {
        TableDescriptor table = RelationNames.FindWritable(update.Table.Name, binding.Context);
        var scope = new QueryScope(null, commonTables);
        var from = new FromBinder(binding, scope);
        (TableRelation old, FromNames names) = OldRow(table, update.Table, from, scope, binding);
        List<Relation> others = from.Bind(update.From);
        var target = new TableTarget(table, binding);
        var assigned = new AssignmentBinder(target, binding, scope);
        RowExpression?[] values = assigned.Bind(update.Assignments);
        PlanNode input = Input(update.Where, [old, .. others], scope, binding);
        bool isKeyChanged = IsReadThroughChanged(input, values, target);
        bool isOnce = others.Count > 0;
        if (isOnce || isKeyChanged || assigned.HasSubquery || HasSubquery(input)) input = new SpoolNode(input, binding.Registers);
        FromNames all = scope.Names;
        scope.Names = Replace(all, names, target.Names(update.Table.Alias?.Name, target.First));
        (ReturningList? list, IReadOnlyList<OutputColumn>? outputs) = Returning(update.Returning, scope, binding);
        return new BoundModify(new UpdateNode(input, target.Writes, old.First, values, isOnce, list), outputs);
    }

    private static BoundModify Delete(DeleteStatement delete, StatementBinding binding, CommonTableScope? commonTables)
    {
        TableDescriptor table = RelationNames.FindWritable(delete.Table.Name, binding.Context);
        var scope = new QueryScope(null, commonTables);
        var from = new FromBinder(binding, scope);
        (TableRelation old, _) = OldRow(table, delete.Table, from, scope, binding);
        List<Relation> others = from.Bind(delete.Using);
        PlanNode input = Input(delete.Where, [old, .. others], scope, binding);
        bool isOnce = others.Count > 0;
        if (isOnce || HasSubquery(input)) input = new SpoolNode(input, binding.Registers);
        (ReturningList? list, IReadOnlyList<OutputColumn>? outputs) = Returning(delete.Returning, scope, binding);
        var writes = new Execute.Writes.TableWrites(old.Layout, old.First, "", []);
        return new BoundModify(new DeleteNode(input, writes, isOnce, list), outputs);
    }

    private static (TableRelation Old, FromNames Names) OldRow(
        TableDescriptor table, NamedTable syntax, FromBinder from, QueryScope scope, StatementBinding binding)
    {
        string? schema = binding.Context.Schema.FindSchema(table.SchemaId)?.Name;
        (TableRelation old, FromNames names) = from.Table(table, syntax.Alias, schema);
        old.Strength = LockStrength.Exclusive;
        for (int i = 0; i < old.Layout.Types.Length; i++) binding.Registers.Use(old.First + i);
        scope.Names = names;
        return (old, names);
    }

    private static PlanNode Input(Expression? where, List<Relation> from, QueryScope scope, StatementBinding binding)
    {
        BoundExpression? condition = where is null
            ? null : new ExpressionBinder(binding, scope, "WHERE").Condition(where, "WHERE");
        List<Conjunct> conjuncts = Conjunct.Split(condition);
        Planned plan = new JoinPlanner(binding).Plan(from, conjuncts, [], few: false);
        return JoinPlanner.Filter(plan, Conjunct.Take(conjuncts, [])).Node;
    }

    // A row that moves ahead in the index that is being read would be met again.
    private static bool IsReadThroughChanged(PlanNode input, RowExpression?[] values, TableTarget target)
    {
        while (input is FilterNode) input = input.Inputs[0];
        if (input is not TableScanNode scan || scan.IsPoint) return false;
        return scan.Index.Ordinals.Concat(target.Layout.Primary.Ordinals).Any(ordinal => values[ordinal] is not null);
    }

    // What a subquery reads must be the state before the statement.
    private static bool HasSubquery(PlanNode input) =>
        input.Expressions.Any(AssignmentBinder.IsSubquery) || input.Inputs.Any(HasSubquery);

    private static FromNames Replace(FromNames all, FromNames old, FromNames @new) => new()
    {
        Tables = [.. @new.Tables, .. all.Tables.Where(t => !old.Tables.Contains(t))],
        Columns = [.. @new.Columns, .. all.Columns.Where(c => !old.Columns.Contains(c))],
    };
}
