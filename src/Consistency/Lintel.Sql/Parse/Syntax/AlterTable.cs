using System.Collections.Immutable;

namespace Lintel.Sql.Parse.Syntax;

/// <summary>ALTER TABLE [IF EXISTS] [ONLY] name action, action.</summary>
public sealed record AlterTableStatement(
    int Position, QualifiedName Table, bool IfExists, bool IsOnly, ImmutableArray<AlterTableAction> Actions)
    : Statement(Position);

/// <summary>ALTER INDEX|VIEW|SEQUENCE|SCHEMA|DATABASE name RENAME TO name.</summary>
public sealed record RenameStatement(int Position, ObjectKind Kind, QualifiedName Name, bool IfExists, string NewName)
    : Statement(Position);

/// <summary>One thing that ALTER TABLE does.</summary>
public abstract record AlterTableAction(int Position) : SyntaxNode(Position);

/// <summary>ADD [COLUMN] [IF NOT EXISTS] definition.</summary>
public sealed record AddColumnAction(int Position, ColumnDefinition Column, bool IfNotExists)
    : AlterTableAction(Position);

/// <summary>DROP [COLUMN] [IF EXISTS] name [CASCADE].</summary>
public sealed record DropColumnAction(int Position, string Column, bool IfExists, bool IsCascade)
    : AlterTableAction(Position);

/// <summary>ALTER COLUMN name SET DEFAULT value, or DROP DEFAULT when the value is null.</summary>
public sealed record SetDefaultAction(int Position, string Column, Expression? Value) : AlterTableAction(Position);

/// <summary>ALTER COLUMN name SET NOT NULL, or DROP NOT NULL when <paramref name="IsNotNull"/> is false.</summary>
public sealed record SetNotNullAction(int Position, string Column, bool IsNotNull) : AlterTableAction(Position);

/// <summary>ALTER COLUMN name [SET DATA] TYPE type [COLLATE c] [USING expression].</summary>
public sealed record AlterColumnTypeAction(
    int Position, string Column, TypeName Type, QualifiedName? Collation, Expression? Using)
    : AlterTableAction(Position);

/// <summary>ADD constraint [NOT VALID].</summary>
public sealed record AddConstraintAction(int Position, TableConstraint Constraint, bool IsNotValid)
    : AlterTableAction(Position);

/// <summary>DROP CONSTRAINT [IF EXISTS] name [CASCADE].</summary>
public sealed record DropConstraintAction(int Position, string Name, bool IfExists, bool IsCascade)
    : AlterTableAction(Position);

/// <summary>RENAME [COLUMN] old TO new.</summary>
public sealed record RenameColumnAction(int Position, string Column, string NewName) : AlterTableAction(Position);

/// <summary>RENAME CONSTRAINT old TO new.</summary>
public sealed record RenameConstraintAction(int Position, string Name, string NewName) : AlterTableAction(Position);

/// <summary>RENAME TO new.</summary>
public sealed record RenameTableAction(int Position, string NewName) : AlterTableAction(Position);

/// <summary>SET SCHEMA name.</summary>
public sealed record SetSchemaAction(int Position, string Schema) : AlterTableAction(Position);

/// <summary>SET (storage options).</summary>
public sealed record SetOptionsAction(int Position, ImmutableArray<OptionSetting> Options) : AlterTableAction(Position);

/// <summary>RESET (storage options).</summary>
public sealed record ResetOptionsAction(int Position, ImmutableArray<OptionSetting> Options)
    : AlterTableAction(Position);

/// <summary>OWNER TO role.</summary>
public sealed record OwnerAction(int Position, string Role) : AlterTableAction(Position);

/// <summary>An action that Lintel does not have; refused with 0A000 and this name.</summary>
public sealed record UnsupportedAlterAction(int Position, string What) : AlterTableAction(Position);
