using Lintel.Sql.Execute.Expressions;
using Lintel.Sql.Types;

namespace Lintel.Sql.Bind;

/// <summary>A column of a bound query's result.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Register">Where its value is when the plan stands on a row.</param>
/// <param name="TableOid">The stored table whose column it is, or 0.</param>
/// <param name="ColumnNumber">Attribute number there, or 0.</param>
internal sealed record OutputColumn(string Name, SqlType Type, int Register, uint TableOid = 0, short ColumnNumber = 0);

/// <summary>One ORDER BY item over the rows of a query.</summary>
/// <param name="Value">What to sort by.</param>
/// <param name="IsDescending">DESC.</param>
/// <param name="NullsFirst">NULLS FIRST, written or implied.</param>
internal sealed record BoundSortItem(BoundExpression Value, bool IsDescending, bool NullsFirst);

/// <summary>A query with names and types resolved. The planner chooses how to run it.</summary>
internal abstract class BoundQuery
{
    /// <summary>Columns of the result; registers are final once the query has been bound.</summary>
    public required IReadOnlyList<OutputColumn> Outputs { get; set; }

    /// <summary>Registers of queries around this one that it reads. Empty: it gives the same rows each time.</summary>
    public HashSet<int> OuterRegisters { get; init; } = [];

    /// <summary>Order of the rows; empty for any.</summary>
    public List<BoundSortItem> OrderBy { get; } = [];

    /// <summary>LIMIT, an int8; null for none.</summary>
    public BoundExpression? Limit { get; set; }

    /// <summary>OFFSET, an int8; null for none.</summary>
    public BoundExpression? Offset { get; set; }

    /// <summary>FETCH FIRST n ROWS WITH TIES.</summary>
    public bool WithTies { get; set; }

    /// <summary>Common tables that this query declares and that write (they run whether or not they are read).</summary>
    public List<BoundCommonTable> CommonTables { get; } = [];

    /// <summary>Changes the type of a column, while nobody has read the outputs: UNION, INSERT ... SELECT.</summary>
    public abstract void Convert(int column, Func<BoundExpression, BoundExpression> convert, StatementBinding binding);
}
