using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>Anything that has a value.</summary>
public abstract record Expression(int Position) : SyntaxNode(Position);

/// <summary>A number as written, without sign: the binder makes int4, int8 or numeric of it.</summary>
public sealed record NumberLiteral(int Position, string Text) : Expression(Position);

/// <summary>A string constant of any spelling ('', E'', U&amp;'', $$); its type is unknown until context says.</summary>
public sealed record StringLiteral(int Position, string Value) : Expression(Position);

/// <summary>B'0101' (IsHex false) or X'1F'.</summary>
public sealed record BitStringLiteral(int Position, string Digits, bool IsHex) : Expression(Position);

/// <summary>TRUE or FALSE.</summary>
public sealed record BooleanLiteral(int Position, bool Value) : Expression(Position);

/// <summary>NULL.</summary>
public sealed record NullLiteral(int Position) : Expression(Position);

/// <summary>$n, counted from 1.</summary>
public sealed record ParameterReference(int Position, int Number) : Expression(Position);

/// <summary>DEFAULT, where INSERT and UPDATE allow it; the binder refuses it elsewhere.</summary>
public sealed record DefaultMarker(int Position) : Expression(Position);

/// <summary>column, table.column, schema.table.column: what the parts are is for the binder to find out.</summary>
public sealed record ColumnReference(int Position, ImmutableArray<string> Parts) : Expression(Position);

/// <summary>* or table.*, in a select list, RETURNING or count(*)-like places.</summary>
public sealed record StarReference(int Position, ImmutableArray<string> Qualifier) : Expression(Position);

/// <summary>(expression).field</summary>
public sealed record FieldSelection(int Position, Expression Operand, string Field) : Expression(Position);

/// <summary>(expression).*</summary>
public sealed record FieldExpansion(int Position, Expression Operand) : Expression(Position);

/// <summary>operand[index], or operand[lower:upper] when <paramref name="IsSlice"/>.</summary>
public sealed record Subscript(int Position, Expression Operand, Expression? Lower, Expression? Upper, bool IsSlice)
    : Expression(Position);

/// <summary>An operator name: text such as <c>||</c>, with a schema when written OPERATOR(schema.op).</summary>
public sealed record OperatorName(int Position, string Text, string? Schema = null) : SyntaxNode(Position);

/// <summary>op operand: sign, bit complement and user-style prefix operators. NOT is <see cref="NotExpression"/>.</summary>
public sealed record UnaryExpression(int Position, OperatorName Operator, Expression Operand) : Expression(Position);

/// <summary>left op right, for every operator that resolves by operand types; != is spelled &lt;&gt;.</summary>
/// <param name="Position">Where the operator stands (PostgreSQL's caret for operator errors).</param>
/// <param name="Operator">The operator.</param>
/// <param name="Left">Left operand.</param>
/// <param name="Right">Right operand.</param>
public sealed record BinaryExpression(int Position, OperatorName Operator, Expression Left, Expression Right)
    : Expression(Position);

/// <summary>left AND right.</summary>
public sealed record AndExpression(int Position, Expression Left, Expression Right) : Expression(Position);

/// <summary>left OR right.</summary>
public sealed record OrExpression(int Position, Expression Left, Expression Right) : Expression(Position);

/// <summary>NOT operand.</summary>
public sealed record NotExpression(int Position, Expression Operand) : Expression(Position);

/// <summary>operand IS [NOT] NULL.</summary>
public sealed record IsNullExpression(int Position, Expression Operand, bool Negated) : Expression(Position);

/// <summary>operand IS [NOT] TRUE, FALSE (Value) or UNKNOWN (Value is null).</summary>
public sealed record IsBooleanExpression(int Position, Expression Operand, bool? Value, bool Negated)
    : Expression(Position);

/// <summary>left IS [NOT] DISTINCT FROM right.</summary>
public sealed record IsDistinctExpression(int Position, Expression Left, Expression Right, bool Negated)
    : Expression(Position);

/// <summary>operand [NOT] BETWEEN [SYMMETRIC] low AND high.</summary>
public sealed record BetweenExpression(
    int Position, Expression Operand, Expression Low, Expression High, bool Negated, bool Symmetric)
    : Expression(Position);

/// <summary>Which pattern language a <see cref="LikeExpression"/> speaks.</summary>
public enum LikeKind
{
    /// <summary>LIKE: % and _.</summary>
    Like,

    /// <summary>ILIKE: LIKE without regard to case.</summary>
    CaseInsensitive,

    /// <summary>SIMILAR TO: SQL regular expressions.</summary>
    SimilarTo,
}

/// <summary>operand [NOT] LIKE pattern [ESCAPE escape].</summary>
public sealed record LikeExpression(
    int Position, LikeKind Kind, Expression Operand, Expression Pattern, Expression? Escape, bool Negated)
    : Expression(Position);

/// <summary>operand [NOT] IN (a, b, c).</summary>
public sealed record InListExpression(
    int Position, Expression Operand, ImmutableArray<Expression> Items, bool Negated) : Expression(Position);

/// <summary>operand [NOT] IN (SELECT ...).</summary>
public sealed record InSubqueryExpression(int Position, Expression Operand, Query Subquery, bool Negated)
    : Expression(Position);

/// <summary>ANY (SOME is the same) or ALL.</summary>
public enum Quantifier
{
    /// <summary>True for at least one element.</summary>
    Any,

    /// <summary>True for every element.</summary>
    All,
}

/// <summary>
/// left op ANY|ALL (array or subquery). Exactly one of <paramref name="Array"/> and <paramref name="Subquery"/> is set.
/// LIKE ANY arrives with the operators ~~, !~~, ~~*, !~~*.
/// </summary>
public sealed record QuantifiedExpression(
    int Position, OperatorName Operator, Quantifier Quantifier, Expression Left, Expression? Array, Query? Subquery)
    : Expression(Position);

/// <summary>EXISTS (SELECT ...).</summary>
public sealed record ExistsExpression(int Position, Query Subquery) : Expression(Position);

/// <summary>(SELECT ...) used as a value.</summary>
public sealed record ScalarSubquery(int Position, Query Subquery) : Expression(Position);

/// <summary>ARRAY[...] and, inside it, nested [...].</summary>
public sealed record ArrayConstructor(int Position, ImmutableArray<Expression> Items) : Expression(Position);

/// <summary>ARRAY(SELECT ...).</summary>
public sealed record ArraySubquery(int Position, Query Subquery) : Expression(Position);

/// <summary>ROW(a, b) or (a, b).</summary>
public sealed record RowConstructor(int Position, ImmutableArray<Expression> Items, bool IsExplicit)
    : Expression(Position);

/// <summary>One WHEN arm.</summary>
public sealed record WhenClause(int Position, Expression Condition, Expression Result) : SyntaxNode(Position);

/// <summary>CASE [operand] WHEN ... THEN ... [ELSE ...] END.</summary>
public sealed record CaseExpression(
    int Position, Expression? Operand, ImmutableArray<WhenClause> Whens, Expression? Else) : Expression(Position);

/// <summary>CAST(operand AS type), operand::type, and type 'text' (the operand then is a string literal).</summary>
public sealed record CastExpression(int Position, Expression Operand, TypeName Type) : Expression(Position);

/// <summary>operand COLLATE name.</summary>
public sealed record CollateExpression(int Position, Expression Operand, QualifiedName Collation)
    : Expression(Position);

/// <summary>COALESCE(a, b, ...).</summary>
public sealed record CoalesceExpression(int Position, ImmutableArray<Expression> Arguments) : Expression(Position);

/// <summary>GREATEST(...) or, when <paramref name="IsLeast"/>, LEAST(...).</summary>
public sealed record GreatestExpression(int Position, ImmutableArray<Expression> Arguments, bool IsLeast)
    : Expression(Position);

/// <summary>NULLIF(left, right).</summary>
public sealed record NullIfExpression(int Position, Expression Left, Expression Right) : Expression(Position);

/// <summary>Names that are function calls without parentheses.</summary>
public enum SpecialValueKind
{
    /// <summary>CURRENT_DATE.</summary>
    CurrentDate,

    /// <summary>CURRENT_TIME (time with time zone).</summary>
    CurrentTime,

    /// <summary>CURRENT_TIMESTAMP.</summary>
    CurrentTimestamp,

    /// <summary>LOCALTIME.</summary>
    LocalTime,

    /// <summary>LOCALTIMESTAMP.</summary>
    LocalTimestamp,

    /// <summary>CURRENT_USER, also written USER.</summary>
    CurrentUser,

    /// <summary>CURRENT_ROLE.</summary>
    CurrentRole,

    /// <summary>SESSION_USER.</summary>
    SessionUser,

    /// <summary>CURRENT_CATALOG.</summary>
    CurrentCatalog,

    /// <summary>CURRENT_SCHEMA without parentheses.</summary>
    CurrentSchema,
}

/// <summary>CURRENT_TIMESTAMP(3) and its kin; the precision is null when not written.</summary>
public sealed record SpecialValue(int Position, SpecialValueKind Kind, int? Precision = null) : Expression(Position);

/// <summary>One argument of a call; the name is set for name => value.</summary>
public sealed record FunctionArgument(Expression Value, string? Name = null, bool IsVariadic = false);

/// <summary>
/// name(arguments), and every spelling that SQL gives to a call: EXTRACT(f FROM x) is pg_catalog.extract('f', x),
/// POSITION(a IN b) is pg_catalog.position(b, a), SUBSTRING(a FROM b FOR c) is pg_catalog.substring(a, b, c),
/// TRIM(BOTH a FROM b) is pg_catalog.btrim(b, a), OVERLAY likewise, x AT TIME ZONE z is pg_catalog.timezone(z, x).
/// </summary>
/// <param name="Position">Where the name starts.</param>
/// <param name="Name">The function's name.</param>
/// <param name="Arguments">Arguments in order; empty for count(*).</param>
/// <param name="IsStar">Whether it was written name(*).</param>
/// <param name="IsDistinct">Whether DISTINCT stood before the arguments.</param>
/// <param name="OrderBy">ORDER BY inside the parentheses of an aggregate.</param>
/// <param name="WithinGroup">WITHIN GROUP (ORDER BY ...).</param>
/// <param name="Filter">FILTER (WHERE ...).</param>
/// <param name="Over">OVER (...) or OVER name.</param>
public sealed record FunctionCall(
    int Position,
    QualifiedName Name,
    ImmutableArray<FunctionArgument> Arguments,
    bool IsStar,
    bool IsDistinct,
    ImmutableArray<SortItem> OrderBy,
    ImmutableArray<SortItem> WithinGroup,
    Expression? Filter,
    WindowSpecification? Over) : Expression(Position);

/// <summary>Known to PostgreSQL and not to Lintel: the binder refuses it with 0A000 and this name.</summary>
public sealed record UnsupportedExpression(int Position, string What) : Expression(Position);
