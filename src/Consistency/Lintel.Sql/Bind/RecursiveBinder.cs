using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>Binds a common table that reads itself: rows of the left side, then of the right side over the newest rows.</summary>
internal static class RecursiveBinder
{
    /// <summary>Whether a common table of WITH RECURSIVE reads itself.</summary>
    public static bool IsSelfReferring(CommonTable table) =>
        table.Statement is SelectStatement { Query.Body: SetOperation operation } && Names(operation.Right, table.Name);

    /// <summary>Binds and plans it.</summary>
    public static BoundCommonTable Bind(
        CommonTable table, StatementBinding binding, QueryScope? outer, CommonTableScope visible)
    {
        Query query = ((SelectStatement)table.Statement).Query;
        var operation = (SetOperation)query.Body;
        if (operation.Kind != SetOperationKind.Union)
        {
            throw new SqlException(
                SqlStates.InvalidRecursion,
                $"recursive query \"{table.Name}\" does not have the form non-recursive-term UNION [ALL] recursive-term", table.Position);
        }

        if (!query.OrderBy.IsEmpty) throw ExpressionBinder.NotSupported("ORDER BY in a recursive query", query.OrderBy[0].Position);
        if (query.Limit is not null || query.Offset is not null)
            throw ExpressionBinder.NotSupported("LIMIT in a recursive query", query.Position);
        BoundQuery left = QueryBinder.Settle(QueryBinder.BindBody(operation.Left, binding, outer, visible), binding);
        IReadOnlyList<(string Name, SqlType Type)> columns = CommonTableBinder.Columns(table, left.Outputs);
        var work = new WorkTable(table.Name);
        var inside = new CommonTableScope(visible);
        inside.Add(
            new BoundCommonTable(table.Name, columns) { Plan = new ResultNode(0), Outputs = [], OuterRegisters = [], Work = work },
            table.Position);
        BoundQuery right = QueryBinder.BindBody(operation.Right, binding, outer, inside);
        Match(table, operation, left, right, binding);
        int first = binding.Registers.Allocate(columns.Count);
        for (int i = 0; i < columns.Count; i++)
        {
            binding.Registers.Use(first + i);
            binding.Registers.Use(left.Outputs[i].Register);
            binding.Registers.Use(right.Outputs[i].Register);
        }

        var node = new RecursiveUnionNode(
            QueryPlanner.Plan(left, binding), QueryPlanner.Plan(right, binding),
            [.. left.Outputs.Select(o => o.Register)], [.. right.Outputs.Select(o => o.Register)], first,
            [.. columns.Select(c => c.Type)], operation.IsAll, work);
        return new BoundCommonTable(table.Name, columns)
        {
            Plan = node,
            Outputs = [.. Enumerable.Range(first, columns.Count)],
            OuterRegisters = [.. left.OuterRegisters, .. right.OuterRegisters],
        };
    }

    private static void Match(
        CommonTable table, SetOperation operation, BoundQuery left, BoundQuery right, StatementBinding binding)
    {
        if (left.Outputs.Count != right.Outputs.Count)
            throw new SqlException(SqlStates.SyntaxError, "each UNION query must have the same number of columns", table.Position);
        for (int i = 0; i < left.Outputs.Count; i++)
        {
            SqlType wanted = left.Outputs[i].Type.Bare;
            if (right.Outputs[i].Type.Bare == wanted) continue;
            SqlType overall = FunctionCatalog.CommonType([wanted, right.Outputs[i].Type], "UNION");
            if (overall.Bare != wanted)
            {
                throw new SqlException(
                    SqlStates.DatatypeMismatch,
                    $"recursive query \"{table.Name}\" column {i + 1} has type {wanted.DisplayName} in non-recursive term but type {overall.DisplayName} overall",
                    operation.Left is SelectBody select && i < select.Items.Length ? select.Items[i].Position : table.Position, hint: "Cast the output of the non-recursive term to the correct type.");
            }

            right.Convert(i, value => Coercion.Implicit(value, wanted, binding, "UNION"), binding);
        }
    }

    private static bool Names(QueryBody body, string name) => body switch
    {
        SelectBody select => select.From.Any(from => Names(from, name)),
        SetOperation operation => Names(operation.Left, name) || Names(operation.Right, name),
        NestedQuery nested => Names(nested.Query.Body, name),
        _ => false,
    };

    private static bool Names(TableReference reference, string name) => reference switch
    {
        NamedTable table => table.Name.Schema is null && table.Name.Name == name,
        JoinedTable join => Names(join.Left, name) || Names(join.Right, name),
        DerivedTable derived => Names(derived.Query.Body, name),
        _ => false,
    };
}
