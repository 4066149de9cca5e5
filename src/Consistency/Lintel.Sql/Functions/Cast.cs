using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Where a cast is asked for; each level allows what those before it allow.</summary>
public enum CastContext
{
    /// <summary>In an expression, without being written.</summary>
    Implicit,

    /// <summary>Into a column of a table.</summary>
    Assignment,

    /// <summary>Written: CAST or ::.</summary>
    Explicit,
}

/// <summary>
/// A way from one type to another, the modifier of the target included: varchar(n) refuses or cuts, numeric(p, s) rounds.
/// </summary>
/// <param name="From">Type of the operand.</param>
/// <param name="To">Type of the result.</param>
/// <param name="Convert">Computes it for a value that is not NULL; null when the value stays as it is.</param>
/// <param name="Volatility">Whether it may be computed early (text to timestamptz depends on settings).</param>
public sealed record Cast(SqlType From, SqlType To, UnaryFunction? Convert, Volatility Volatility)
{
    /// <summary>Whether the value stays as it is.</summary>
    public bool IsRelabel => Convert is null;

    /// <summary>The value in the new type; NULL stays NULL.</summary>
    public SqlValue Apply(in SqlValue value, EvaluationContext context) =>
        Convert is null || value.IsNull ? value : Convert(value, context);
}
