using System.Collections.Immutable;
using Lintel.Sql.Plan;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>
/// A parsed and analysed statement of the extended protocol, or of SQL PREPARE. It lives until it is closed, replaced
/// (the unnamed one) or its session ends.
/// </summary>
public sealed class PreparedStatement
{
    internal PreparedStatement(string name, string text, StatementPlan plan)
    {
        Name = name;
        Text = text;
        Plan = plan;
        ParameterTypes = plan.ParameterTypes;
        Columns = plan.Columns;
    }

    /// <summary>Its name; empty for the unnamed one.</summary>
    public string Name { get; }

    /// <summary>The text it was made from.</summary>
    public string Text { get; }

    /// <summary>Type of each parameter, given or inferred; never unknown.</summary>
    public ImmutableArray<SqlType> ParameterTypes { get; }

    /// <summary>Columns of the result; default (not empty) for a statement without one.</summary>
    public ImmutableArray<ResultColumn> Columns { get; }

    /// <summary>Whether executing returns rows (RowDescription rather than NoData).</summary>
    public bool ReturnsRows => !Columns.IsDefault;

    /// <summary>The plan, made anew when the schema has changed.</summary>
    internal StatementPlan Plan { get; set; }
}
