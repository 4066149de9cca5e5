using System.Collections.Immutable;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>A function of one argument.</summary>
public delegate SqlValue UnaryFunction(in SqlValue argument, EvaluationContext context);

/// <summary>A function of two arguments.</summary>
public delegate SqlValue BinaryFunction(in SqlValue left, in SqlValue right, EvaluationContext context);

/// <summary>A function of any number of arguments.</summary>
public delegate SqlValue GeneralFunction(ReadOnlySpan<SqlValue> arguments, EvaluationContext context);

/// <summary>A set-returning function; rows of several columns are records.</summary>
public delegate IEnumerable<SqlValue> SetFunction(SqlValue[] arguments, EvaluationContext context);

/// <summary>Whether a call may be computed early.</summary>
public enum Volatility
{
    /// <summary>The same arguments give the same value for ever: constants are folded when the statement is bound.</summary>
    Immutable,

    /// <summary>The same value within a statement: folded when it starts.</summary>
    Stable,

    /// <summary>Computed each time.</summary>
    Volatile,
}

/// <summary>Who computes a function.</summary>
public enum FunctionKind
{
    /// <summary>Its delegates do.</summary>
    Scalar,

    /// <summary>It returns rows: FROM, or the select list.</summary>
    Set,

    /// <summary>The executor computes it over a window frame, by name (row_number, rank ...).</summary>
    Window,

    /// <summary>
    /// The session computes it, by name: it needs the catalog or I/O (nextval, pg_get_indexdef, pg_table_is_visible). It
    /// has no delegate.
    /// </summary>
    Session,
}

/// <summary>How the operands of a comparison operator stand to each other.</summary>
public enum Comparison
{
    /// <summary>=</summary>
    Equal,

    /// <summary>&lt;&gt;</summary>
    NotEqual,

    /// <summary>&lt;</summary>
    Less,

    /// <summary>&lt;=</summary>
    LessOrEqual,

    /// <summary>&gt;</summary>
    Greater,

    /// <summary>&gt;=</summary>
    GreaterOrEqual,
}

/// <summary>
/// A function or operator chosen for the types of a call: the binder casts each argument to
/// <see cref="ArgumentTypes"/> and the executor calls the delegate that is there. A strict function answers NULL when any
/// argument is NULL and is not called then: that check is the caller's, except in <see cref="Call"/>, which makes it.
/// </summary>
public sealed record ResolvedFunction
{
    /// <summary>Its name, or the operator's.</summary>
    public required string Name { get; init; }

    /// <summary>pg_proc.oid where PostgreSQL has one that is known here; else 0.</summary>
    public uint Oid { get; init; }

    /// <summary>Who computes it.</summary>
    public FunctionKind Kind { get; init; } = FunctionKind.Scalar;

    /// <summary>Types to cast the arguments to, implicitly; as many as the call has (defaults are filled in by the binder).</summary>
    public required ImmutableArray<SqlType> ArgumentTypes { get; init; }

    /// <summary>Type of the value, or of each row of a set.</summary>
    public required SqlType ResultType { get; init; }

    /// <summary>Whether a NULL argument makes the value NULL without a call.</summary>
    public bool IsStrict { get; init; } = true;

    /// <summary>Whether a call may be computed early.</summary>
    public Volatility Volatility { get; init; } = Volatility.Immutable;

    /// <summary>For comparison operators: which.</summary>
    public Comparison? Comparison { get; init; }

    /// <summary>Set when the function has one argument.</summary>
    public UnaryFunction? Unary { get; init; }

    /// <summary>Set when the function has two arguments.</summary>
    public BinaryFunction? Binary { get; init; }

    /// <summary>Set when it has none, or more than two.</summary>
    public GeneralFunction? General { get; init; }

    /// <summary>Set when <see cref="Kind"/> is Set.</summary>
    public SetFunction? Rows { get; init; }

    /// <summary>For sets of several columns: their names and types; empty for a plain value per row.</summary>
    public ImmutableArray<(string Name, SqlType Type)> Columns { get; init; } = [];

    /// <summary>Calls whichever delegate there is, strictness included.</summary>
    public SqlValue Call(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        if (IsStrict)
        {
            foreach (ref readonly SqlValue argument in arguments)
                if (argument.IsNull) return SqlValue.Null;
        }

        if (Unary is not null && arguments.Length == 1) return Unary(arguments[0], context);
        if (Binary is not null && arguments.Length == 2) return Binary(arguments[0], arguments[1], context);
        return General is not null
            ? General(arguments, context)
            : throw new InvalidOperationException($"{Name} is not computed by a delegate");
    }
}
