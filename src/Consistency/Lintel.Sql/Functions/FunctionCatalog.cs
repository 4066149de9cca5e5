using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>
/// All operators, functions, aggregates and casts, and how a call finds its own: PostgreSQL's rules of exact match,
/// implicit casts, preferred types and unknown literals (chapter 10 of its manual). Arguments of type unknown are string
/// literals, NULL, or parameters without a type yet: the binder gives them the type that was resolved.
/// </summary>
public static class FunctionCatalog
{
    /// <summary>
    /// The operator for two operand types, or for one when <paramref name="left"/> is null (prefix operators). Throws
    /// 42883 when there is none and 42725 when several fit equally.
    /// </summary>
    public static ResolvedFunction ResolveOperator(string name, SqlType? left, SqlType right, int position = 0) =>
        throw new NotSupportedException();

    /// <summary>
    /// The function for a call; null when no function has that name at all (the binder may know another meaning).
    /// <paramref name="schema"/> is null, pg_catalog or information_schema. <paramref name="isVariadic"/>: the last
    /// argument was written VARIADIC. Throws 42883 and 42725.
    /// </summary>
    public static ResolvedFunction? ResolveFunction(
        string? schema, string name, ReadOnlySpan<SqlType> arguments, bool isVariadic = false, int position = 0) =>
        throw new NotSupportedException();

    /// <summary>Whether an aggregate has that name.</summary>
    public static bool IsAggregate(string? schema, string name) => throw new NotSupportedException();

    /// <summary>The aggregate for a call; <paramref name="isStar"/> for count(*). Throws 42883 and 42725.</summary>
    public static ResolvedAggregate ResolveAggregate(
        string name, ReadOnlySpan<SqlType> arguments, bool isStar = false, int position = 0) =>
        throw new NotSupportedException();

    /// <summary>The cast between two types in a context, or null when there is none (42846 or 42804 is the caller's).</summary>
    public static Cast? ResolveCast(SqlType from, SqlType to, CastContext context) => throw new NotSupportedException();

    /// <summary>
    /// The type that UNION, CASE, COALESCE, VALUES, ARRAY[] and IN give to operands of several types; text when all are
    /// unknown. Throws 42804 "<paramref name="construct"/> types a and b cannot be matched".
    /// </summary>
    public static SqlType CommonType(ReadOnlySpan<SqlType> types, string construct, int position = 0) =>
        throw new NotSupportedException();
}
