using Lintel.Sql.Bind;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Plan;

/// <summary>EXPLAIN and EXPLAIN ANALYZE.</summary>
internal static class ExplainPlanner
{
    private const string OutputKey = "QUERY PLAN";

    /// <summary>The one column of the answer; its register is the last one so far.</summary>
    public static IReadOnlyList<OutputColumn> Outputs(StatementBinding binding) =>
        [new OutputColumn(OutputKey, SqlType.Text, binding.Registers.Count - 1)];

    /// <summary>Plans the target, and what shows the plan.</summary>
    public static QueryPlan Plan(ExplainStatement explain, StatementBinding binding)
    {
        bool analyzes = false;
        foreach (OptionSetting option in explain.Options)
        {
            bool isOn = IsOn(option);
            switch (option.Name)
            {
                case "analyze": analyzes = isOn; break;
                case "verbose" or "costs" or "buffers" or "timing" or "summary" or "settings" or "wal": break;
                case "format" when option.Value is ColumnReference { Parts: ["text"] } or StringLiteral { Value: "text" or "TEXT" }: break;
                case "format": throw ExpressionBinder.NotSupported("an EXPLAIN format other than text", option.Position);
                default:
                    throw new SqlException(
                        SqlStates.SyntaxError, $"unrecognized EXPLAIN option \"{option.Name}\"", option.Position);
            }
        }

        if (explain.Target is not (SelectStatement or InsertStatement or UpdateStatement or DeleteStatement))
            throw ExpressionBinder.NotSupported("EXPLAIN of this statement", explain.Target.Position);
        (QueryPlan target, _) = StatementPlanner.PlanQuery(explain.Target, binding);
        int output = binding.Registers.Allocate(1);
        binding.Registers.Use(output);
        return new QueryPlan
        {
            Root = new ExplainNode(target, analyzes, output),
            RegisterCount = binding.Registers.Count,
            ResultRegisters = [output],
            Verb = "EXPLAIN",
            IsReadOnly = !analyzes || target.IsReadOnly,
            IsPointAccess = false,
        };
    }

    private static bool IsOn(OptionSetting option) => option.Value switch
    {
        null => true,
        BooleanLiteral literal => literal.Value,
        ColumnReference { Parts: [var word] } => word is not ("off" or "false"),
        StringLiteral text => text.Value is not ("off" or "false"),
        NumberLiteral number => number.Text != "0",
        _ => true,
    };
}
