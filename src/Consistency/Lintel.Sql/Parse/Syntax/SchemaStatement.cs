using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>How long a table lives.</summary>
public enum TablePersistence
{
    /// <summary>An ordinary table.</summary>
    Permanent,

    /// <summary>TEMPORARY.</summary>
    Temporary,

    /// <summary>UNLOGGED.</summary>
    Unlogged,
}

/// <summary>CREATE TABLE name (columns, constraints) WITH (options).</summary>
/// <param name="Position">Where CREATE stands.</param>
/// <param name="Name">The new table.</param>
/// <param name="IfNotExists">IF NOT EXISTS.</param>
/// <param name="Persistence">Permanent, temporary or unlogged.</param>
/// <param name="Columns">Columns in order.</param>
/// <param name="Constraints">Table constraints.</param>
/// <param name="Options">WITH (...).</param>
/// <param name="Unsupported">Clauses that were recognised and must be refused: LIKE, INHERITS, PARTITION BY...</param>
public sealed record CreateTableStatement(
    int Position,
    QualifiedName Name,
    bool IfNotExists,
    TablePersistence Persistence,
    ImmutableArray<ColumnDefinition> Columns,
    ImmutableArray<TableConstraint> Constraints,
    ImmutableArray<OptionSetting> Options,
    ImmutableArray<string> Unsupported) : Statement(Position);

/// <summary>CREATE TABLE name AS query.</summary>
public sealed record CreateTableAsStatement(
    int Position,
    QualifiedName Name,
    bool IfNotExists,
    TablePersistence Persistence,
    ImmutableArray<ColumnName> Columns,
    ImmutableArray<OptionSetting> Options,
    Statement Source,
    bool WithData) : Statement(Position);

/// <summary>name type [COLLATE c] constraints. SERIAL arrives as the type name serial, bigserial or smallserial.</summary>
public sealed record ColumnDefinition(
    int Position, string Name, TypeName Type, QualifiedName? Collation, ImmutableArray<ColumnConstraint> Constraints)
    : SyntaxNode(Position);

/// <summary>A constraint written after a column's type; the name is null when not given.</summary>
public abstract record ColumnConstraint(int Position, string? Name) : SyntaxNode(Position);

/// <summary>NOT NULL.</summary>
public sealed record NotNullConstraint(int Position, string? Name) : ColumnConstraint(Position, Name);

/// <summary>NULL, written out.</summary>
public sealed record NullConstraint(int Position, string? Name) : ColumnConstraint(Position, Name);

/// <summary>DEFAULT expression.</summary>
public sealed record DefaultConstraint(int Position, string? Name, Expression Value) : ColumnConstraint(Position, Name);

/// <summary>CHECK (expression) on a column.</summary>
public sealed record ColumnCheckConstraint(int Position, string? Name, Expression Condition, bool NoInherit)
    : ColumnConstraint(Position, Name);

/// <summary>UNIQUE on a column.</summary>
public sealed record ColumnUniqueConstraint(
    int Position, string? Name, bool NullsNotDistinct, ImmutableArray<OptionSetting> Options, ConstraintTiming Timing)
    : ColumnConstraint(Position, Name);

/// <summary>PRIMARY KEY on a column.</summary>
public sealed record ColumnPrimaryKeyConstraint(
    int Position, string? Name, ImmutableArray<OptionSetting> Options, ConstraintTiming Timing)
    : ColumnConstraint(Position, Name);

/// <summary>REFERENCES table (column) on a column.</summary>
public sealed record ColumnReferencesConstraint(int Position, string? Name, ForeignKeyClause Reference)
    : ColumnConstraint(Position, Name);

/// <summary>GENERATED ALWAYS|BY DEFAULT AS IDENTITY (sequence options).</summary>
public sealed record IdentityConstraint(
    int Position, string? Name, bool IsAlways, ImmutableArray<OptionSetting> SequenceOptions)
    : ColumnConstraint(Position, Name);

/// <summary>GENERATED ALWAYS AS (expression) STORED.</summary>
public sealed record GeneratedConstraint(int Position, string? Name, Expression Value)
    : ColumnConstraint(Position, Name);

/// <summary>DEFERRABLE and INITIALLY DEFERRED.</summary>
public readonly record struct ConstraintTiming(bool IsDeferrable, bool IsInitiallyDeferred);

/// <summary>What happens to referencing rows.</summary>
public enum ReferentialAction
{
    /// <summary>NO ACTION, the default.</summary>
    NoAction,

    /// <summary>RESTRICT.</summary>
    Restrict,

    /// <summary>CASCADE.</summary>
    Cascade,

    /// <summary>SET NULL.</summary>
    SetNull,

    /// <summary>SET DEFAULT.</summary>
    SetDefault,
}

/// <summary>REFERENCES table (columns) MATCH FULL ON DELETE ... ON UPDATE ...; no columns means the primary key.</summary>
public sealed record ForeignKeyClause(
    int Position,
    QualifiedName Table,
    ImmutableArray<ColumnName> Columns,
    bool IsMatchFull,
    ReferentialAction OnDelete,
    ReferentialAction OnUpdate,
    ConstraintTiming Timing) : SyntaxNode(Position);

/// <summary>A constraint of the table as a whole; the name is null when not given.</summary>
public abstract record TableConstraint(int Position, string? Name) : SyntaxNode(Position);

/// <summary>CHECK (expression).</summary>
public sealed record CheckConstraint(int Position, string? Name, Expression Condition, bool NoInherit)
    : TableConstraint(Position, Name);

/// <summary>UNIQUE (columns) [INCLUDE (columns)], or UNIQUE USING INDEX name.</summary>
public sealed record UniqueConstraint(
    int Position,
    string? Name,
    ImmutableArray<ColumnName> Columns,
    ImmutableArray<ColumnName> Include,
    bool NullsNotDistinct,
    ImmutableArray<OptionSetting> Options,
    string? UsingIndex,
    ConstraintTiming Timing) : TableConstraint(Position, Name);

/// <summary>PRIMARY KEY (columns) [INCLUDE (columns)], or PRIMARY KEY USING INDEX name.</summary>
public sealed record PrimaryKeyConstraint(
    int Position,
    string? Name,
    ImmutableArray<ColumnName> Columns,
    ImmutableArray<ColumnName> Include,
    ImmutableArray<OptionSetting> Options,
    string? UsingIndex,
    ConstraintTiming Timing) : TableConstraint(Position, Name);

/// <summary>FOREIGN KEY (columns) REFERENCES ...</summary>
public sealed record ForeignKeyConstraint(
    int Position, string? Name, ImmutableArray<ColumnName> Columns, ForeignKeyClause Reference)
    : TableConstraint(Position, Name);

/// <summary>A kind of constraint that Lintel does not have (EXCLUDE).</summary>
public sealed record UnsupportedConstraint(int Position, string? Name, string What) : TableConstraint(Position, Name);

/// <summary>One key of an index: a column name or an expression, never both.</summary>
public sealed record IndexElement(
    int Position,
    string? Column,
    Expression? Value,
    QualifiedName? Collation,
    QualifiedName? OperatorClass,
    bool IsDescending,
    NullsOrder Nulls) : SyntaxNode(Position);

/// <summary>CREATE [UNIQUE] INDEX [CONCURRENTLY] [IF NOT EXISTS] name ON table USING method (elements) ...</summary>
public sealed record CreateIndexStatement(
    int Position,
    bool IsUnique,
    bool IsConcurrent,
    bool IfNotExists,
    string? Name,
    QualifiedName Table,
    string? Method,
    ImmutableArray<IndexElement> Elements,
    ImmutableArray<ColumnName> Include,
    bool NullsNotDistinct,
    ImmutableArray<OptionSetting> Options,
    Expression? Where) : Statement(Position);

/// <summary>Kinds of object that DROP, COMMENT and ALTER ... RENAME speak of.</summary>
public enum ObjectKind
{
    /// <summary>A table.</summary>
    Table,

    /// <summary>An index.</summary>
    Index,

    /// <summary>A schema.</summary>
    Schema,

    /// <summary>A view.</summary>
    View,

    /// <summary>A sequence.</summary>
    Sequence,

    /// <summary>A database.</summary>
    Database,

    /// <summary>A column (COMMENT only): the name is table.column.</summary>
    Column,

    /// <summary>A constraint on a table (COMMENT only): the name is table.constraint.</summary>
    Constraint,

    /// <summary>A role.</summary>
    Role,

    /// <summary>A type.</summary>
    Type,

    /// <summary>An extension.</summary>
    Extension,
}

/// <summary>DROP TABLE|INDEX|SCHEMA|VIEW|SEQUENCE|TYPE|EXTENSION names.</summary>
public sealed record DropStatement(
    int Position,
    ObjectKind Kind,
    ImmutableArray<QualifiedName> Names,
    bool IfExists,
    bool IsCascade,
    bool IsConcurrent) : Statement(Position);

/// <summary>CREATE DATABASE name WITH options.</summary>
public sealed record CreateDatabaseStatement(int Position, string Name, ImmutableArray<OptionSetting> Options)
    : Statement(Position);

/// <summary>DROP DATABASE [IF EXISTS] name [WITH (FORCE)].</summary>
public sealed record DropDatabaseStatement(int Position, string Name, bool IfExists, bool IsForced)
    : Statement(Position);

/// <summary>CREATE SCHEMA [IF NOT EXISTS] name [AUTHORIZATION role].</summary>
public sealed record CreateSchemaStatement(int Position, string Name, bool IfNotExists, string? Owner)
    : Statement(Position);

/// <summary>
/// CREATE ROLE|USER|GROUP or, when <paramref name="IsAlter"/>, ALTER ROLE. Options carry the lower-case keyword as name:
/// password (a string literal or null literal), superuser, nosuperuser, login, nologin, createdb, valid_until...
/// </summary>
public sealed record CreateRoleStatement(
    int Position, string Name, bool IsUser, bool IsAlter, ImmutableArray<OptionSetting> Options) : Statement(Position);

/// <summary>DROP ROLE|USER [IF EXISTS] names.</summary>
public sealed record DropRoleStatement(int Position, ImmutableArray<string> Names, bool IfExists)
    : Statement(Position);

/// <summary>COMMENT ON kind name IS 'text' | NULL.</summary>
public sealed record CommentStatement(int Position, ObjectKind Kind, QualifiedName Name, string? Text)
    : Statement(Position);
