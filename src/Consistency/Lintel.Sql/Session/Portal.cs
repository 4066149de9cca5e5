using System.Collections.Immutable;
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
    }

    /// <summary>Its name; empty for the unnamed one.</summary>
    public string Name { get; }

    /// <summary>What it runs.</summary>
    public PreparedStatement Statement { get; }

    /// <summary>Columns of the result; default for a statement without one.</summary>
    public ImmutableArray<ResultColumn> Columns => Statement.Columns;

    /// <summary>The parameter values.</summary>
    internal SqlValue[] Parameters { get; }
}
