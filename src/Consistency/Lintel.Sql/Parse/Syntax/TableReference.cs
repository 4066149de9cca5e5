using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>Anything that may stand in FROM.</summary>
public abstract record TableReference(int Position) : SyntaxNode(Position);

/// <summary>AS name (column, column).</summary>
public sealed record TableAlias(int Position, string Name, ImmutableArray<ColumnName> Columns) : SyntaxNode(Position);

/// <summary>A table, view or common table expression by name.</summary>
public sealed record NamedTable(int Position, QualifiedName Name, bool IsOnly, TableAlias? Alias)
    : TableReference(Position);

/// <summary>[LATERAL] (query) AS alias.</summary>
public sealed record DerivedTable(int Position, Query Query, bool IsLateral, TableAlias? Alias)
    : TableReference(Position);

/// <summary>
/// [LATERAL] function(...) [WITH ORDINALITY] AS alias, or ROWS FROM (f(...), g(...)). Column definitions of a record
/// function (AS t(a int, b text)) are in <paramref name="ColumnDefinitions"/>.
/// </summary>
public sealed record FunctionTable(
    int Position,
    ImmutableArray<Expression> Functions,
    bool IsRowsFrom,
    bool IsLateral,
    bool WithOrdinality,
    TableAlias? Alias,
    ImmutableArray<ColumnDefinition> ColumnDefinitions) : TableReference(Position);

/// <summary>Kinds of join.</summary>
public enum JoinKind
{
    /// <summary>[INNER] JOIN.</summary>
    Inner,

    /// <summary>LEFT [OUTER] JOIN.</summary>
    Left,

    /// <summary>RIGHT [OUTER] JOIN.</summary>
    Right,

    /// <summary>FULL [OUTER] JOIN.</summary>
    Full,

    /// <summary>CROSS JOIN.</summary>
    Cross,
}

/// <summary>left JOIN right. At most one of IsNatural, Using (not empty) and On is given.</summary>
public sealed record JoinedTable(
    int Position,
    JoinKind Kind,
    TableReference Left,
    TableReference Right,
    bool IsNatural,
    ImmutableArray<ColumnName> Using,
    Expression? On,
    TableAlias? Alias) : TableReference(Position);
