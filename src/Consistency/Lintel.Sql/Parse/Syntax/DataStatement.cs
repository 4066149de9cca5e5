using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>One SQL statement.</summary>
public abstract record Statement(int Position) : SyntaxNode(Position);

/// <summary>SELECT, VALUES, TABLE or a set operation.</summary>
public sealed record SelectStatement(int Position, Query Query) : Statement(Position);

/// <summary>OVERRIDING SYSTEM|USER VALUE.</summary>
public enum OverridingKind
{
    /// <summary>Not written.</summary>
    None,

    /// <summary>OVERRIDING SYSTEM VALUE.</summary>
    System,

    /// <summary>OVERRIDING USER VALUE.</summary>
    User,
}

/// <summary>INSERT INTO.</summary>
/// <param name="Position">Where INSERT stands.</param>
/// <param name="With">WITH before INSERT.</param>
/// <param name="Table">Target.</param>
/// <param name="Alias">AS alias.</param>
/// <param name="Columns">Target columns; empty when not written, which means all.</param>
/// <param name="Overriding">OVERRIDING clause.</param>
/// <param name="Source">VALUES or SELECT; null for DEFAULT VALUES.</param>
/// <param name="OnConflict">ON CONFLICT clause.</param>
/// <param name="Returning">RETURNING list; empty when not written.</param>
public sealed record InsertStatement(
    int Position,
    WithClause? With,
    QualifiedName Table,
    string? Alias,
    ImmutableArray<ColumnName> Columns,
    OverridingKind Overriding,
    Query? Source,
    OnConflictClause? OnConflict,
    ImmutableArray<SelectItem> Returning) : Statement(Position);

/// <summary>
/// ON CONFLICT [(columns) [WHERE ...] | ON CONSTRAINT name] DO NOTHING | DO UPDATE SET ... [WHERE ...].
/// </summary>
/// <param name="Position">Where ON stands.</param>
/// <param name="Target">Index elements; empty when not written.</param>
/// <param name="TargetWhere">Predicate of a partial index.</param>
/// <param name="Constraint">ON CONSTRAINT name.</param>
/// <param name="Assignments">DO UPDATE SET; empty means DO NOTHING.</param>
/// <param name="Where">Condition of DO UPDATE.</param>
public sealed record OnConflictClause(
    int Position,
    ImmutableArray<IndexElement> Target,
    Expression? TargetWhere,
    string? Constraint,
    ImmutableArray<Assignment> Assignments,
    Expression? Where) : SyntaxNode(Position)
{
    /// <summary>Whether it is DO NOTHING.</summary>
    public bool IsDoNothing => Assignments.IsEmpty;
}

/// <summary>
/// column = value, or (column, column) = value when <paramref name="IsMultiple"/>: the value then is a row constructor
/// or a scalar subquery of that width.
/// </summary>
public sealed record Assignment(int Position, ImmutableArray<ColumnName> Columns, Expression Value, bool IsMultiple)
    : SyntaxNode(Position);

/// <summary>UPDATE table SET ... FROM ... WHERE ... RETURNING.</summary>
public sealed record UpdateStatement(
    int Position,
    WithClause? With,
    NamedTable Table,
    ImmutableArray<Assignment> Assignments,
    ImmutableArray<TableReference> From,
    Expression? Where,
    ImmutableArray<SelectItem> Returning) : Statement(Position);

/// <summary>DELETE FROM table USING ... WHERE ... RETURNING.</summary>
public sealed record DeleteStatement(
    int Position,
    WithClause? With,
    NamedTable Table,
    ImmutableArray<TableReference> Using,
    Expression? Where,
    ImmutableArray<SelectItem> Returning) : Statement(Position);

/// <summary>TRUNCATE [TABLE] a, b [RESTART IDENTITY] [CASCADE].</summary>
public sealed record TruncateStatement(
    int Position, ImmutableArray<QualifiedName> Tables, bool RestartIdentity, bool IsCascade) : Statement(Position);

/// <summary>Which way COPY moves rows.</summary>
public enum CopyDirection
{
    /// <summary>COPY ... FROM.</summary>
    From,

    /// <summary>COPY ... TO.</summary>
    To,
}

/// <summary>
/// COPY table (columns) FROM STDIN | TO STDOUT, or COPY (query) TO STDOUT. Both option syntaxes arrive in the new one:
/// format, delimiter, null, header, quote, escape, force_quote, force_not_null, force_null, freeze, encoding.
/// </summary>
/// <param name="Position">Where COPY stands.</param>
/// <param name="Table">The table; null when a query is copied.</param>
/// <param name="Columns">Its columns; empty means all.</param>
/// <param name="Source">The statement of COPY (statement) TO; null when a table is copied.</param>
/// <param name="Direction">FROM or TO.</param>
/// <param name="FileName">A server file; null for STDIN and STDOUT.</param>
/// <param name="IsProgram">COPY ... PROGRAM.</param>
/// <param name="Options">Options; a list value is a <see cref="RowConstructor"/>, * is a <see cref="StarReference"/>.</param>
/// <param name="Where">COPY FROM ... WHERE.</param>
public sealed record CopyStatement(
    int Position,
    QualifiedName? Table,
    ImmutableArray<ColumnName> Columns,
    Statement? Source,
    CopyDirection Direction,
    string? FileName,
    bool IsProgram,
    ImmutableArray<OptionSetting> Options,
    Expression? Where) : Statement(Position);

/// <summary>
/// A statement that PostgreSQL has and Lintel does not: the binder refuses it with 0A000 and this name
/// (CREATE FUNCTION, GRANT, ...). Its text was skipped, not parsed.
/// </summary>
public sealed record UnsupportedStatement(int Position, string What) : Statement(Position);
