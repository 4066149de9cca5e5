using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>Binds whole queries: WITH, the body, and ORDER BY, LIMIT over it.</summary>
internal static class QueryBinder
{
    /// <summary>Binds a query that stands inside of <paramref name="outer"/>, or at the top when that is null.</summary>
    public static BoundQuery Bind(Query query, StatementBinding binding, QueryScope? outer, CommonTableScope? commonTables)
    {
        System.Runtime.CompilerServices.RuntimeHelpers.EnsureSufficientExecutionStack();
        if (query.Body is NestedQuery nested) return Bind(Merge(query, nested.Query), binding, outer, commonTables);
        if (query.AsOf is not null)
            throw ExpressionBinder.NotSupported("AS OF SYSTEM TIME in a query", query.AsOf.Position);
        if (query.With is not null)
            commonTables = CommonTables(query.With, binding, outer, commonTables, () => SqlText.Render(query));
        if (query.WithTies) throw ExpressionBinder.NotSupported("WITH TIES", query.Position);
        BoundQuery bound = query.Body switch
        {
            SelectBody select => new SelectBinder(binding, outer, commonTables).Bind(select, query),
            ValuesBody values => Values(values, binding, outer, commonTables),
            SetOperation operation => SetOperations.Bind(operation, binding, outer, commonTables),
            _ => throw ExpressionBinder.NotSupported(query.Body.GetType().Name, query.Position),
        };
        if (query.Body is not SelectBody)
        {
            if (!query.Locking.IsEmpty)
            {
                throw new SqlException(
                    SqlStates.FeatureNotSupported, "FOR UPDATE is not allowed with UNION/INTERSECT/EXCEPT", query.Locking[0].Position);
            }

            SetOperations.OrderOutputs(query, bound);
        }

        Limits(query, bound, binding, outer, commonTables);
        return bound;
    }

    /// <summary>Binds a body that is not a SELECT's top: one side of a set operation.</summary>
    public static BoundQuery BindBody(
        QueryBody body, StatementBinding binding, QueryScope? outer, CommonTableScope? commonTables)
    {
        if (body is NestedQuery nested) return Bind(nested.Query, binding, outer, commonTables);
        var query = new Query(body.Position, null, body, [], null, null, false, [], null);
        return Bind(query, binding, outer, commonTables);
    }

    /// <summary>Binds the common tables of a WITH clause; <paramref name="text"/> is the statement they belong to.</summary>
    public static CommonTableScope CommonTables(
        WithClause with, StatementBinding binding, QueryScope? outer, CommonTableScope? around, Func<string> text)
    {
        var scope = new CommonTableScope(around);
        string whole = text();
        foreach (CommonTable table in with.Tables)
        {
            BoundCommonTable bound = with.IsRecursive && RecursiveBinder.IsSelfReferring(table)
                ? RecursiveBinder.Bind(table, binding, outer, scope)
                : CommonTableBinder.Bind(table, binding, outer, scope, InlineTable.References(table.Name, whole) == 1);
            scope.Add(bound, table.Position);
        }

        return scope;
    }

    // (SELECT ... LIMIT 5) ORDER BY x is one query: each clause may be written inside or outside, not both.
    private static Query Merge(Query around, Query inner)
    {
        if (!around.OrderBy.IsEmpty && !inner.OrderBy.IsEmpty) throw Twice("ORDER BY", around.OrderBy[0].Value.Position);
        if (around.Limit is not null && inner.Limit is not null) throw Twice("LIMIT", around.Limit.Position);
        if (around.Offset is not null && inner.Offset is not null) throw Twice("OFFSET", around.Offset.Position);
        if (around.With is not null && inner.With is not null) throw Twice("WITH", inner.With.Position);
        return inner with
        {
            With = inner.With ?? around.With,
            OrderBy = inner.OrderBy.IsEmpty ? around.OrderBy : inner.OrderBy,
            Limit = inner.Limit ?? around.Limit,
            Offset = inner.Offset ?? around.Offset,
            WithTies = inner.WithTies || around.WithTies,
            Locking = inner.Locking.IsEmpty ? around.Locking : inner.Locking,
            AsOf = inner.AsOf ?? around.AsOf,
        };
    }

    private static SqlException Twice(string clause, int position) =>
        new(SqlStates.SyntaxError, $"multiple {clause} clauses not allowed", position);

    private static BoundValues Values(
        ValuesBody values, StatementBinding binding, QueryScope? outer, CommonTableScope? commonTables)
    {
        var scope = new QueryScope(outer, commonTables);
        var binder = new ExpressionBinder(binding, scope, "VALUES");
        int width = values.Rows[0].Length;
        var rows = new List<BoundExpression[]>();
        foreach (var row in values.Rows)
        {
            if (row.Length != width)
            {
                throw new SqlException(
                    SqlStates.SyntaxError, "VALUES lists must all be the same length", row.Length > 0 ? row[0].Position : values.Position);
            }

            rows.Add([.. row.Select(binder.Bind)]);
        }

        var outputs = new List<OutputColumn>();
        int first = binding.Registers.Allocate(width);
        for (int i = 0; i < width; i++)
        {
            BoundExpression[] column = [.. rows.Select(r => r[i])];
            SqlType type = column.All(c => c.Type.Kind == SqlKind.Unknown) ? SqlType.Unknown
                : Coercion.Unify(column, "VALUES", binding, values.Rows[0][i].Position);
            for (int r = 0; r < rows.Count; r++) rows[r][i] = column[r];
            outputs.Add(new OutputColumn($"column{i + 1}", type, first + i));
        }

        return new BoundValues { Rows = rows, First = first, Outputs = outputs, OuterRegisters = scope.OuterRegisters };
    }

    private static void Limits(
        Query query, BoundQuery bound, StatementBinding binding, QueryScope? outer, CommonTableScope? commonTables)
    {
        if (query.Limit is null && query.Offset is null) return;
        var scope = new QueryScope(outer, commonTables);
        if (query.Limit is not null)
        {
            bound.Limit = Coercion.Count(
                new ExpressionBinder(binding, scope, "LIMIT").Bind(query.Limit), "LIMIT", binding);
        }

        if (query.Offset is not null)
        {
            bound.Offset = Coercion.Count(
                new ExpressionBinder(binding, scope, "OFFSET").Bind(query.Offset), "OFFSET", binding);
        }

        bound.OuterRegisters.UnionWith(scope.OuterRegisters);
    }

    /// <summary>Literals that nothing gave a type become text: the end of a query that is shown or read by name.</summary>
    public static BoundQuery Settle(BoundQuery query, StatementBinding binding)
    {
        for (int i = 0; i < query.Outputs.Count; i++)
        {
            if (query.Outputs[i].Type.Kind == SqlKind.Unknown)
                query.Convert(i, value => Coercion.Settle(value, binding), binding);
        }

        return query;
    }
}
