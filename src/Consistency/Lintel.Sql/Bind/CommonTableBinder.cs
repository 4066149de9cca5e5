using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>Binds one common table of a WITH clause.</summary>
internal static class CommonTableBinder
{
    /// <summary>Binds and plans it.</summary>
    public static BoundCommonTable Bind(
        CommonTable table, StatementBinding binding, QueryScope? outer, CommonTableScope visible, bool isReadOnce)
    {
        if (table.Statement is not SelectStatement select)
            return ModifyBinder.BindCommonTable(table, binding, visible);
        BoundQuery query = QueryBinder.Settle(QueryBinder.Bind(select.Query, binding, outer, visible), binding);
        foreach (OutputColumn output in query.Outputs) binding.Registers.Use(output.Register);
        IReadOnlyList<(string Name, SqlType Type)> columns = Columns(table, query.Outputs);
        bool mayInline = table.IsMaterialized == false || (isReadOnce && table.IsMaterialized is null);
        return new BoundCommonTable(table.Name, columns)
        {
            Inline = mayInline && select.Query.Locking.IsEmpty
                ? new InlineTable(select.Query, [.. columns.Select(c => c.Name)], outer, visible) : null,
            Plan = QueryPlanner.Plan(query, binding),
            Outputs = [.. query.Outputs.Select(o => o.Register)],
            OuterRegisters = query.OuterRegisters,
        };
    }

    /// <summary>Names and types of its columns, after the column aliases.</summary>
    public static IReadOnlyList<(string Name, SqlType Type)> Columns(CommonTable table, IReadOnlyList<OutputColumn> outputs)
    {
        if (table.Columns.Length > outputs.Count)
        {
            throw new SqlException(
                SqlStates.InvalidColumnReference,
                $"table \"{table.Name}\" has {outputs.Count} columns available but {table.Columns.Length} columns specified",
                table.Position);
        }

        return [.. outputs.Select((o, i) => (i < table.Columns.Length ? table.Columns[i].Name : o.Name, o.Type))];
    }
}
