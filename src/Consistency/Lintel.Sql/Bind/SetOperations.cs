using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Functions;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>UNION, INTERSECT, EXCEPT, and ORDER BY over their result.</summary>
internal static class SetOperations
{
    /// <summary>Binds both sides and brings their columns to common types.</summary>
    public static BoundSetOperation Bind(
        SetOperation operation, StatementBinding binding, QueryScope? outer, CommonTableScope? commonTables)
    {
        BoundQuery left = QueryBinder.BindBody(operation.Left, binding, outer, commonTables);
        BoundQuery right = QueryBinder.BindBody(operation.Right, binding, outer, commonTables);
        string name = operation.Kind.ToString().ToUpperInvariant();
        if (left.Outputs.Count != right.Outputs.Count)
        {
            throw new SqlException(
                SqlStates.SyntaxError, $"each {name} query must have the same number of columns",
                operation.Right is SelectBody { Items.Length: > 0 } side ? side.Items[0].Position : operation.Right.Position);
        }

        for (int i = 0; i < left.Outputs.Count; i++)
        {
            SqlType a = left.Outputs[i].Type;
            SqlType b = right.Outputs[i].Type;
            if (a == b && a.Kind != SqlKind.Unknown) continue;
            int position = operation.Right is SelectBody select && i < select.Items.Length ? select.Items[i].Position : operation.Right.Position;
            SqlType common = FunctionCatalog.CommonType([a, b], name, position);
            left.Convert(i, value => Coercion.Implicit(value, common, binding, name), binding);
            right.Convert(i, value => Coercion.Implicit(value, common, binding, name), binding);
        }

        int first = binding.Registers.Allocate(left.Outputs.Count);
        var outputs = new List<OutputColumn>();
        for (int i = 0; i < left.Outputs.Count; i++)
        {
            OutputColumn column = left.Outputs[i];
            if (!operation.IsAll || operation.Kind != SetOperationKind.Union)
                Sorting.RequireEquality(column.Type, operation.Position);
            binding.Registers.Use(column.Register);
            binding.Registers.Use(right.Outputs[i].Register);
            binding.Registers.Use(first + i);
            outputs.Add(new OutputColumn(column.Name, column.Type, first + i));
        }

        return new BoundSetOperation
        {
            Kind = operation.Kind,
            IsAll = operation.IsAll,
            Left = left,
            Right = right,
            First = first,
            Outputs = outputs,
            OuterRegisters = [.. left.OuterRegisters, .. right.OuterRegisters],
        };
    }

    /// <summary>ORDER BY over a result whose columns are all there is: names and numbers of columns.</summary>
    public static void OrderOutputs(Query query, BoundQuery bound)
    {
        if (query.OrderBy.IsEmpty) return;
        bound.OrderBy.Clear();
        foreach (SortItem item in query.OrderBy)
        {
            OutputColumn column = Column(item, bound, query.Body is SetOperation operation ? operation.Kind.ToString().ToUpperInvariant() : "VALUES");
            bound.OrderBy.Add(Sorting.Item(item, new RegisterExpression(column.Register, column.Type, column.Name, item.Position)));
        }
    }

    private static OutputColumn Column(SortItem item, BoundQuery bound, string what)
    {
        if (item.Value is NumberLiteral number && int.TryParse(number.Text, out int place))
        {
            return place >= 1 && place <= bound.Outputs.Count
                ? bound.Outputs[place - 1]
                : throw new SqlException(
                    SqlStates.InvalidColumnReference, $"ORDER BY position {place} is not in select list", number.Position);
        }

        if (item.Value is ColumnReference { Parts.Length: 1 } name)
        {
            foreach (OutputColumn column in bound.Outputs)
            {
                if (column.Name == name.Parts[0]) return column;
            }

            throw new SqlException(
                SqlStates.UndefinedColumn, $"column \"{name.Parts[0]}\" does not exist", name.Position);
        }

        throw new SqlException(
            SqlStates.FeatureNotSupported, $"invalid {what} ORDER BY clause", item.Value.Position,
            "Only result column names can be used, not expressions or functions.",
            "Add the expression/function to every SELECT, or move the UNION into a FROM clause.");
    }
}
