using System.Collections.Immutable;
using Lintel.Sql.Execute;
using Lintel.Sql.Types;

namespace Lintel.Sql.Session;

/// <summary>A statement with its parameter values, ready to run or suspended between two Executes.</summary>
public sealed class Portal
{
    internal Portal(string name, PreparedStatement statement, SqlValue[] parameters)
    {
        Name = name;
        Statement = statement;
        Parameters = parameters;
        Columns = statement.Columns;
    }

    /// <summary>Its name; empty for the unnamed one.</summary>
    public string Name { get; }

    /// <summary>What it runs.</summary>
    public PreparedStatement Statement { get; }

    /// <summary>Columns of the result; default for a statement without one.</summary>
    public ImmutableArray<ResultColumn> Columns { get; }

    /// <summary>The parameter values.</summary>
    internal SqlValue[] Parameters { get; }

    /// <summary>Where it is, between two Executes.</summary>
    internal RunningStatement? Run { get; set; }

    /// <summary>What is left of a cursor WITH HOLD, once its transaction has ended.</summary>
    internal Queue<SqlValue[]>? Held { get; set; }

    /// <summary>Whether it is at its end.</summary>
    internal bool IsDone { get; set; }

    /// <summary>Whether it outlives its transaction.</summary>
    internal bool WithHold { get; init; }

    /// <summary>Whether it was made by DECLARE.</summary>
    internal bool IsCursor { get; init; }
}
