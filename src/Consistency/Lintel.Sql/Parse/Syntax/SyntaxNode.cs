using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>
/// What the parser makes of SQL text. The tree says what was written, not what it means: names are not resolved and
/// types are not checked. It is immutable and holds no reference to the text.
/// </summary>
/// <param name="Position">
/// 1-based character (code point) of the node in the whole query string, as ErrorResponse field P wants it; 0 where the
/// node was not written by anybody.
/// </param>
public abstract record SyntaxNode(int Position);

/// <summary>
/// A possibly qualified name, already folded to lower case where it was not quoted: table, schema.table or
/// catalog.schema.table.
/// </summary>
public sealed record QualifiedName(int Position, ImmutableArray<string> Parts) : SyntaxNode(Position)
{
    /// <summary>The last part: the object's own name.</summary>
    public string Name => Parts[^1];

    /// <summary>The schema, when it was written.</summary>
    public string? Schema => Parts.Length > 1 ? Parts[^2] : null;

    /// <summary>The database, when it was written.</summary>
    public string? Catalog => Parts.Length > 2 ? Parts[^3] : null;

    /// <inheritdoc/>
    public override string ToString() => string.Join('.', Parts);
}

/// <summary>One identifier with its place, for lists of columns.</summary>
public sealed record ColumnName(int Position, string Name) : SyntaxNode(Position);

/// <summary>
/// A type as written. <see cref="Name"/> is canonical where SQL has several spellings: int and integer are int4,
/// "double precision" is float8, "character varying" is varchar, and so on, qualified with pg_catalog.
/// </summary>
/// <param name="Position">Where the type starts.</param>
/// <param name="Name">The type's name.</param>
/// <param name="Modifiers">What stood in parentheses: varchar(10), numeric(10, 2). Usually number literals.</param>
/// <param name="ArrayDimensions">How many pairs of brackets follow; 0 for a plain type.</param>
/// <param name="IntervalFields">"year to month" and such, after interval; lower case; null when absent.</param>
/// <param name="IsRowTypeReference">Whether it was written as column%TYPE.</param>
public sealed record TypeName(
    int Position,
    QualifiedName Name,
    ImmutableArray<Expression> Modifiers,
    int ArrayDimensions = 0,
    string? IntervalFields = null,
    bool IsRowTypeReference = false) : SyntaxNode(Position);

/// <summary>name = value in WITH (...), CREATE DATABASE, COPY, EXPLAIN; a missing value means "on".</summary>
/// <param name="Position">Where the option starts.</param>
/// <param name="Name">Lower case unless quoted.</param>
/// <param name="Value">A literal, a column reference that stands for a bare word, or a list; null when absent.</param>
public sealed record OptionSetting(int Position, string Name, Expression? Value) : SyntaxNode(Position);

/// <summary>One statement of a query string, with the piece of text that it came from.</summary>
/// <param name="Statement">The parsed statement.</param>
/// <param name="Start">UTF-16 offset of its first token in the query string.</param>
/// <param name="Length">UTF-16 length up to, not including, its semicolon.</param>
/// <param name="ParameterCount">The highest $n in it; 0 when there is none.</param>
public sealed record ParsedStatement(Statement Statement, int Start, int Length, int ParameterCount);
