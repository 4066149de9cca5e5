using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>
/// A complete query: WITH, a body, and what applies to the whole result. Parenthesised queries keep their own.
/// </summary>
/// <param name="Position">Where the query starts.</param>
/// <param name="With">Common table expressions; null when there are none.</param>
/// <param name="Body">SELECT, VALUES, a set operation, or a parenthesised query.</param>
/// <param name="OrderBy">Empty when not written.</param>
/// <param name="Limit">Null when not written and for LIMIT ALL.</param>
/// <param name="Offset">Null when not written.</param>
/// <param name="WithTies">FETCH FIRST n ROWS WITH TIES.</param>
/// <param name="Locking">FOR UPDATE and such.</param>
/// <param name="AsOf">AS OF SYSTEM TIME expression, written after the table list; null for "now".</param>
public sealed record Query(
    int Position,
    WithClause? With,
    QueryBody Body,
    ImmutableArray<SortItem> OrderBy,
    Expression? Limit,
    Expression? Offset,
    bool WithTies,
    ImmutableArray<LockingClause> Locking,
    Expression? AsOf) : SyntaxNode(Position);

/// <summary>WITH [RECURSIVE] a AS (...), b AS (...).</summary>
public sealed record WithClause(int Position, bool IsRecursive, ImmutableArray<CommonTable> Tables)
    : SyntaxNode(Position);

/// <summary>One common table expression; the statement is a SELECT, INSERT, UPDATE or DELETE.</summary>
/// <param name="Position">Where the name stands.</param>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Column aliases; may be empty or fewer than the columns.</param>
/// <param name="Statement">What it computes.</param>
/// <param name="IsMaterialized">MATERIALIZED true, NOT MATERIALIZED false, not written null.</param>
public sealed record CommonTable(
    int Position, string Name, ImmutableArray<ColumnName> Columns, Statement Statement, bool? IsMaterialized)
    : SyntaxNode(Position);

/// <summary>The part of a query that makes rows.</summary>
public abstract record QueryBody(int Position) : SyntaxNode(Position);

/// <summary>SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... WINDOW.</summary>
/// <param name="Position">Where SELECT stands.</param>
/// <param name="IsDistinct">SELECT DISTINCT, with or without ON.</param>
/// <param name="DistinctOn">DISTINCT ON (...); empty otherwise.</param>
/// <param name="Items">The select list; may be empty, as PostgreSQL allows.</param>
/// <param name="From">Comma-separated table references; empty without FROM.</param>
/// <param name="Where">Null when not written.</param>
/// <param name="GroupBy">Empty when not written.</param>
/// <param name="IsGroupByDistinct">GROUP BY DISTINCT.</param>
/// <param name="Having">Null when not written.</param>
/// <param name="Windows">WINDOW clause.</param>
public sealed record SelectBody(
    int Position,
    bool IsDistinct,
    ImmutableArray<Expression> DistinctOn,
    ImmutableArray<SelectItem> Items,
    ImmutableArray<TableReference> From,
    Expression? Where,
    ImmutableArray<GroupItem> GroupBy,
    bool IsGroupByDistinct,
    Expression? Having,
    ImmutableArray<NamedWindow> Windows) : QueryBody(Position);

/// <summary>VALUES (...), (...). Items may be <see cref="DefaultMarker"/> when it feeds an INSERT.</summary>
public sealed record ValuesBody(int Position, ImmutableArray<ImmutableArray<Expression>> Rows) : QueryBody(Position);

/// <summary>UNION, INTERSECT or EXCEPT.</summary>
public enum SetOperationKind
{
    /// <summary>UNION.</summary>
    Union,

    /// <summary>INTERSECT, which binds tighter than the others.</summary>
    Intersect,

    /// <summary>EXCEPT.</summary>
    Except,
}

/// <summary>left UNION|INTERSECT|EXCEPT [ALL] right.</summary>
public sealed record SetOperation(int Position, SetOperationKind Kind, bool IsAll, QueryBody Left, QueryBody Right)
    : QueryBody(Position);

/// <summary>(query), with its own ORDER BY, LIMIT and so on.</summary>
public sealed record NestedQuery(int Position, Query Query) : QueryBody(Position);

/// <summary>expression [AS alias] in a select list or RETURNING; the alias is null when not written.</summary>
public sealed record SelectItem(int Position, Expression Value, string? Alias) : SyntaxNode(Position);

/// <summary>What GROUP BY groups by.</summary>
public abstract record GroupItem(int Position) : SyntaxNode(Position);

/// <summary>A plain expression (or output number or name).</summary>
public sealed record GroupExpression(int Position, Expression Value) : GroupItem(Position);

/// <summary>ROLLUP, CUBE, GROUPING SETS or ().</summary>
public sealed record GroupingSet(int Position, GroupingSetKind Kind, ImmutableArray<GroupItem> Items)
    : GroupItem(Position);

/// <summary>Kinds of <see cref="GroupingSet"/>.</summary>
public enum GroupingSetKind
{
    /// <summary>() : everything in one group.</summary>
    Empty,

    /// <summary>ROLLUP (...).</summary>
    Rollup,

    /// <summary>CUBE (...).</summary>
    Cube,

    /// <summary>GROUPING SETS (...).</summary>
    Sets,
}

/// <summary>Where nulls go in a sort.</summary>
public enum NullsOrder
{
    /// <summary>Last when ascending, first when descending.</summary>
    Default,

    /// <summary>NULLS FIRST.</summary>
    First,

    /// <summary>NULLS LAST.</summary>
    Last,
}

/// <summary>One ORDER BY item. USING operator is kept in <paramref name="UsingOperator"/>.</summary>
public sealed record SortItem(
    int Position, Expression Value, bool IsDescending, NullsOrder Nulls, OperatorName? UsingOperator = null)
    : SyntaxNode(Position);

/// <summary>Strength of a row lock, weakest first.</summary>
public enum RowLockStrength
{
    /// <summary>FOR KEY SHARE.</summary>
    KeyShare,

    /// <summary>FOR SHARE.</summary>
    Share,

    /// <summary>FOR NO KEY UPDATE.</summary>
    NoKeyUpdate,

    /// <summary>FOR UPDATE.</summary>
    Update,
}

/// <summary>What a row lock does when it cannot be had at once.</summary>
public enum LockWait
{
    /// <summary>Wait.</summary>
    Wait,

    /// <summary>NOWAIT: fail with 55P03.</summary>
    NoWait,

    /// <summary>SKIP LOCKED: leave the row out.</summary>
    SkipLocked,
}

/// <summary>FOR UPDATE|SHARE [OF tables] [NOWAIT|SKIP LOCKED].</summary>
public sealed record LockingClause(
    int Position, RowLockStrength Strength, ImmutableArray<QualifiedName> Tables, LockWait Wait)
    : SyntaxNode(Position);
