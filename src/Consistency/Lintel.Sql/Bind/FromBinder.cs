using Lintel.Sql.Catalog;
using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Execute.Virtual;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Session;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>Binds the FROM clause of one query: relations, and the names they bring into view.</summary>
internal sealed class FromBinder(StatementBinding binding, QueryScope scope)
{
    private int _count;

    /// <summary>Binds a comma list; afterwards the scope shows all its names.</summary>
    public List<Relation> Bind(IEnumerable<TableReference> from)
    {
        var relations = new List<Relation>();
        foreach (TableReference reference in from)
        {
            FromNames before = scope.Names;
            (Relation relation, FromNames names) = Bind(reference);
            scope.Names = Join(before, names);
            relations.Add(relation);
        }

        return relations;
    }

    /// <summary>A stored table as a relation, under an alias or its own name.</summary>
    public (TableRelation Relation, FromNames Names) Table(TableDescriptor table, TableAlias? alias, string? schema)
    {
        Count(alias?.Position ?? 0);
        TableLayout layout = TableLayout.Of(binding.Context.Schema.Database.Id, table);
        int first = binding.Registers.Allocate(layout.Types.Length);
        string name = alias?.Name ?? table.Name;
        var columns = new List<ScopeColumn>();
        for (int i = 0; i < table.Columns.Length; i++)
        {
            ColumnDescriptor column = table.Columns[i];
            if (column.IsHidden) continue;
            var value = new RegisterExpression(first + i, layout.Types[i], $"{name}.{column.Name}");
            columns.Add(new ScopeColumn(column.Name, value, table.Id, (short)column.Id));
        }

        return (new TableRelation(layout, name, first), Names(name, alias is null ? schema : null, columns, alias, table.Name));
    }

    private (Relation Relation, FromNames Names) Bind(TableReference reference) => reference switch
    {
        NamedTable table => Named(table),
        DerivedTable derived => Derived(derived),
        Parse.Syntax.FunctionTable function => Function(function),
        JoinedTable join => Joined(join),
        _ => throw ExpressionBinder.NotSupported(reference.GetType().Name, reference.Position),
    };

    private (Relation Relation, FromNames Names) Named(NamedTable named)
    {
        if (named.Name.Schema is null && scope.CommonTables?.Find(named.Name.Name) is { } common)
        {
            Count(named.Position);
            string shown = named.Alias?.Name ?? common.Name;
            if (common.Inline is { } inline && ReferenceEquals(inline.Outer, scope.Outer)) return Inlined(inline, shown, named.Alias);
            int at = binding.Registers.Allocate(common.Columns.Count);
            var columns = common.Columns.Select((c, i) =>
                new ScopeColumn(c.Name, new RegisterExpression(at + i, c.Type, $"{shown}.{c.Name}"))).ToList();
            foreach (int register in common.OuterRegisters) scope.OuterRegisters.Add(register);
            return (new CommonTableRelation(common, shown, at), Names(shown, null, columns, named.Alias));
        }

        (TableDescriptor? stored, IVirtualTable? @virtual) = RelationNames.Find(named.Name, binding.Context);
        if (stored is not null)
        {
            string? schema = binding.Context.Schema.FindSchema(stored.SchemaId)?.Name;
            return Table(stored, named.Alias, schema);
        }

        Count(named.Position);
        int first = binding.Registers.Allocate(@virtual!.Columns.Length);
        string name = named.Alias?.Name ?? @virtual.Name;
        var virtualColumns = @virtual.Columns.Select((c, i) =>
            new ScopeColumn(c.Name, new RegisterExpression(first + i, c.Type, $"{name}.{c.Name}"), @virtual.Id, (short)(i + 1))).ToList();
        string? virtualSchema = named.Alias is null ? @virtual.Schema : null;
        return (new VirtualRelation(@virtual, name, first), Names(name, virtualSchema, virtualColumns, named.Alias));
    }

    private (Relation Relation, FromNames Names) Derived(DerivedTable derived)
    {
        Count(derived.Position);
        if (derived.Alias is null)
        {
            throw new SqlException(
                SqlStates.SyntaxError, "subquery in FROM must have an alias", derived.Position,
                hint: "For example, FROM (SELECT ...) [AS] foo.");
        }

        FromNames beside = scope.Names;
        if (!derived.IsLateral) scope.Names = FromNames.Empty;
        BoundQuery query = QueryBinder.Settle(QueryBinder.Bind(derived.Query, binding, scope, scope.CommonTables), binding);
        scope.Names = beside;
        string name = derived.Alias.Name;
        var columns = query.Outputs.Select(o => new ScopeColumn(
            o.Name, new RegisterExpression(o.Register, o.Type, $"{name}.{o.Name}"), o.TableOid, o.ColumnNumber)).ToList();
        return (new QueryRelation(query, name), Names(name, null, columns, derived.Alias));
    }

    private (Relation Relation, FromNames Names) Inlined(InlineTable inline, string name, TableAlias? alias)
    {
        FromNames beside = scope.Names;
        scope.Names = FromNames.Empty;
        BoundQuery query = QueryBinder.Settle(QueryBinder.Bind(inline.Query, binding, scope, inline.Visible), binding);
        scope.Names = beside;
        var columns = query.Outputs.Select((o, i) => new ScopeColumn(
            inline.Columns[i], new RegisterExpression(o.Register, o.Type, $"{name}.{inline.Columns[i]}"), o.TableOid, o.ColumnNumber)).ToList();
        return (new QueryRelation(query, name), Names(name, null, columns, alias));
    }

    private (Relation Relation, FromNames Names) Function(Parse.Syntax.FunctionTable table)
    {
        Count(table.Position);
        if (table.IsRowsFrom || table.Functions.Length != 1) throw ExpressionBinder.NotSupported("ROWS FROM", table.Position);
        if (!table.ColumnDefinitions.IsEmpty) throw ExpressionBinder.NotSupported("a column definition list", table.Position);
        var inside = new QueryScope(scope, scope.CommonTables);
        var calls = new SetCallCollector(binding.Registers);
        var binder = new ExpressionBinder(binding, inside, "functions in FROM") { SetCalls = calls };
        BoundExpression value = binder.Settled(table.Functions[0]);
        string function = TargetNames.Of(table.Functions[0]);
        string name = table.Alias?.Name ?? function;
        bool isSet = calls.Calls.Count == 1 && value is RegisterExpression;
        if (!isSet && calls.Calls.Count > 0)
            throw ExpressionBinder.NotSupported("a set-returning function inside of an expression in FROM", table.Position);
        ResolvedFunction? set = isSet ? calls.Calls[0].Function : null;
        var columns = new List<(string Name, SqlType Type)>();
        if (set is { Columns.IsEmpty: false }) columns.AddRange(set.Columns);
        else columns.Add((table.Alias?.Name ?? function, value.Type));
        int first = binding.Registers.Allocate(columns.Count);
        int ordinality = table.WithOrdinality ? binding.Registers.Allocate(1) : -1;
        var shown = columns.Select((c, i) =>
            new ScopeColumn(c.Name, new RegisterExpression(first + i, c.Type, $"{name}.{c.Name}"))).ToList();
        if (ordinality >= 0)
            shown.Add(new ScopeColumn("ordinality", new RegisterExpression(ordinality, SqlType.Int8, $"{name}.ordinality")));
        BoundExpression[] arguments = isSet ? calls.Calls[0].Arguments : [value];
        var relation = new FunctionRelation(
            set, arguments, name, first, columns.Count, ordinality, inside.OuterRegisters);
        return (relation, Names(name, null, shown, table.Alias));
    }

    private (Relation Relation, FromNames Names) Joined(JoinedTable join)
    {
        FromNames beside = scope.Names;
        (Relation left, FromNames leftNames) = Bind(join.Left);
        scope.Names = FromNames.Concatenate(beside, leftNames);
        (Relation right, FromNames rightNames) = Bind(join.Right);
        FromNames names = Join(leftNames, rightNames);
        BoundExpression? condition = null;
        if (join.IsNatural || !join.Using.IsEmpty)
        {
            IEnumerable<ColumnName> shared = join.IsNatural
                ? leftNames.Columns.Where(l => rightNames.Columns.Any(r => r.Name == l.Name))
                    .Select(l => new ColumnName(join.Position, l.Name))
                : join.Using;
            scope.Names = FromNames.Empty;
            (condition, names) = JoinUsing.Bind(join, [.. shared], leftNames, rightNames, names, binding, scope);
        }
        else if (join.On is not null)
        {
            scope.Names = names;
            condition = new ExpressionBinder(binding, scope, "JOIN conditions").Condition(join.On, "JOIN/ON");
        }

        scope.Names = beside;
        if (join.Alias is { } alias) names = Names(alias.Name, null, names.Columns, alias);
        Relation relation = join.Kind switch
        {
            JoinKind.Left => new JoinRelation(JoinMode.Left, left, right, condition),
            JoinKind.Right => new JoinRelation(JoinMode.Left, right, left, condition),
            JoinKind.Full => new JoinRelation(JoinMode.Full, left, right, condition),
            _ => new JoinRelation(JoinMode.Inner, left, right, condition),
        };
        return (relation, names);
    }

    private static FromNames Join(FromNames left, FromNames right)
    {
        foreach (ScopeTable table in right.Tables)
        {
            if (left.Tables.Any(t => t.Name == table.Name && (t.Schema is null || table.Schema is null || t.Schema == table.Schema)))
            {
                throw new SqlException(
                    SqlStates.DuplicateAlias, $"table name \"{table.Name}\" specified more than once");
            }
        }

        return FromNames.Concatenate(left, right);
    }

    private static FromNames Names(
        string name, string? schema, List<ScopeColumn> columns, TableAlias? alias, string? relation = null)
    {
        if (alias is { Columns.IsEmpty: false })
        {
            if (alias.Columns.Length > columns.Count)
            {
                throw new SqlException(
                    SqlStates.InvalidColumnReference,
                    $"table \"{name}\" has {columns.Count} columns available but {alias.Columns.Length} columns specified",
                    alias.Position);
            }

            columns = [.. columns.Select((c, i) => i < alias.Columns.Length ? c with { Name = alias.Columns[i].Name } : c)];
        }

        return new FromNames { Tables = [new ScopeTable(name, schema, columns, relation)], Columns = columns };
    }

    private void Count(int position)
    {
        if (++_count > SqlLimits.RelationsMax)
        {
            throw new SqlException(
                SqlStates.StatementTooComplex, $"a FROM clause has more than {SqlLimits.RelationsMax} tables", position);
        }
    }
}
