using System.Collections.Immutable;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>The running state of one aggregate over one group.</summary>
public abstract class Accumulator
{
    /// <summary>Estimated bytes that the state holds beyond the object itself.</summary>
    public virtual long HeapBytes => 0;

    /// <summary>
    /// Takes in one row. The caller leaves out rows that FILTER or DISTINCT exclude, feeds them in ORDER BY's order, and,
    /// when <see cref="ResolvedAggregate.SkipsNulls"/>, leaves out rows with a NULL argument.
    /// </summary>
    public abstract void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context);

    /// <summary>The value so far; may be asked again after more rows.</summary>
    public abstract SqlValue Result(EvaluationContext context);
}

/// <summary>An aggregate chosen for the types of a call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ArgumentTypes">Types to cast the arguments to; empty for count(*).</param>
/// <param name="ResultType">Type of the value.</param>
/// <param name="SkipsNulls">Whether rows with a NULL argument are left out before the accumulator sees them.</param>
/// <param name="Create">Makes the state of an empty group.</param>
public sealed record ResolvedAggregate(
    string Name, ImmutableArray<SqlType> ArgumentTypes, SqlType ResultType, bool SkipsNulls, Func<Accumulator> Create);
