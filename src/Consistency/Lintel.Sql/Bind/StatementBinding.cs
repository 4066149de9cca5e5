using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Execute.Operators;
using Lintel.Sql.Plan;

namespace Lintel.Sql.Bind;

/// <summary>What is shared by everything that is bound for one statement: registers, parameters, the catalog.</summary>
internal sealed class StatementBinding
{
    private int _subplans;

    /// <summary>A statement with the given parameters; their registers come first.</summary>
    public StatementBinding(PlanningContext context, ParameterTypes parameters)
    {
        (Context, Parameters) = (context, parameters);
        int first = Registers.Allocate(parameters.Count);
        for (int i = 0; i < parameters.Count; i++) Registers.Use(first + i);
    }

    /// <summary>Schema, search path, virtual tables.</summary>
    public PlanningContext Context { get; }

    /// <summary>Types of the parameters.</summary>
    public ParameterTypes Parameters { get; }

    /// <summary>The registers.</summary>
    public RegisterTable Registers { get; } = new();

    /// <summary>Numbers a subquery.</summary>
    public int NextSubplan() => ++_subplans;

    /// <summary>Common tables that write, in order: they run once, whether or not somebody reads them.</summary>
    public List<BoundCommonTable> WritingTables { get; } = [];
}
