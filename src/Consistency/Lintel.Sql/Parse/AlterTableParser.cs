using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>ALTER TABLE, and ALTER of other objects as far as RENAME and roles go.</summary>
internal sealed class AlterTableParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    public Statement Alter()
    {
        int position = Cursor.Advance().Position;
        Token kind = Cursor.Current;
        if (kind.Kind != TokenKind.Keyword) throw Cursor.SyntaxError();
        if (Cursor.Accept("table")) return AlterTable(position);
        if (Cursor.At("role") || Cursor.At("user")) return grammar.SchemaStatements.Role(position, true);
        ObjectKind? renamed = kind.Text switch
        {
            "index" => ObjectKind.Index,
            "view" => ObjectKind.View,
            "sequence" => ObjectKind.Sequence,
            "schema" => ObjectKind.Schema,
            "database" => ObjectKind.Database,
            _ => null,
        };
        Cursor.Advance();
        if (renamed is { } target && TryRename(position, target) is { } rename) return rename;
        Cursor.SkipStatement();
        return new UnsupportedStatement(position, "ALTER " + kind.Text.ToUpperInvariant());
    }

    private RenameStatement? TryRename(int position, ObjectKind kind)
    {
        bool ifExists = Cursor.AcceptIfExists();
        QualifiedName name = Cursor.QualifiedName();
        return Cursor.Accept("rename", "to") ? new RenameStatement(position, kind, name, ifExists, Cursor.Name()) : null;
    }

    private AlterTableStatement AlterTable(int position)
    {
        bool ifExists = Cursor.AcceptIfExists();
        bool isOnly = Cursor.Accept("only");
        QualifiedName name = Cursor.QualifiedName();
        Cursor.AcceptOperator("*");
        return new AlterTableStatement(position, name, ifExists, isOnly, Cursor.List(Action));
    }

    private AlterTableAction Action()
    {
        Token token = Cursor.Current;
        if (token.Kind != TokenKind.Keyword) throw Cursor.SyntaxError();
        int position = token.Position;
        switch (token.Text)
        {
            case "add": return Add(position);
            case "drop": return Drop(position);
            case "alter": return AlterColumn(position);
            case "rename": return Rename(position);
            case "owner":
                Cursor.Advance();
                Cursor.Expect("to");
                return new OwnerAction(position, Cursor.NonReservedWord());
            case "reset":
                Cursor.Advance();
                return new ResetOptionsAction(position, grammar.Options.StorageList());
            case "set" when Cursor.Ahead(1).Text == "(":
                Cursor.Advance();
                return new SetOptionsAction(position, grammar.Options.StorageList());
            case "set" when Cursor.Accept("set", "schema"):
                return new SetSchemaAction(position, Cursor.Name());
            case "set" or "validate" or "enable" or "disable" or "cluster" or "inherit" or "no" or "replica" or "attach"
                or "detach" or "force" or "of" or "not":
                string what = "ALTER TABLE ... " + token.Text.ToUpperInvariant() + " " + Cursor.Ahead(1).Text.ToUpperInvariant();
                while (!Cursor.AtEndOfStatement && !Cursor.AtSymbol(",")) Cursor.Advance();
                return new UnsupportedAlterAction(position, what);
            default:
                throw Cursor.SyntaxError();
        }
    }

    private AlterTableAction Add(int position)
    {
        Cursor.Advance();
        if (grammar.Definitions.AtTableConstraint)
        {
            TableConstraint constraint = grammar.Definitions.TableConstraint();
            return new AddConstraintAction(position, constraint, Cursor.Accept("not", "valid"));
        }

        Cursor.Accept("column");
        bool ifNotExists = Cursor.AcceptIfNotExists();
        return new AddColumnAction(position, grammar.Definitions.Column(), ifNotExists);
    }

    private AlterTableAction Drop(int position)
    {
        Cursor.Advance();
        if (Cursor.Accept("constraint"))
        {
            bool constraintIfExists = Cursor.AcceptIfExists();
            string constraint = Cursor.Name();
            return new DropConstraintAction(position, constraint, constraintIfExists, Cursor.AcceptCascade());
        }

        Cursor.Accept("column");
        bool ifExists = Cursor.AcceptIfExists();
        string column = Cursor.Name();
        return new DropColumnAction(position, column, ifExists, Cursor.AcceptCascade());
    }

    private AlterTableAction Rename(int position)
    {
        Cursor.Advance();
        if (Cursor.Accept("to")) return new RenameTableAction(position, Cursor.Name());
        bool isConstraint = Cursor.Accept("constraint");
        if (!isConstraint) Cursor.Accept("column");
        string old = Cursor.Name();
        Cursor.Expect("to");
        string name = Cursor.Name();
        return isConstraint
            ? new RenameConstraintAction(position, old, name)
            : new RenameColumnAction(position, old, name);
    }

    private AlterTableAction AlterColumn(int position)
    {
        Cursor.Advance();
        if (Cursor.Accept("constraint"))
        {
            while (!Cursor.AtEndOfStatement && !Cursor.AtSymbol(",")) Cursor.Advance();
            return new UnsupportedAlterAction(position, "ALTER TABLE ... ALTER CONSTRAINT");
        }

        Cursor.Accept("column");
        string column = Cursor.Name();
        if (Cursor.Accept("set", "default")) return new SetDefaultAction(position, column, grammar.Expressions.Parse());
        if (Cursor.Accept("drop", "default")) return new SetDefaultAction(position, column, null);
        if (Cursor.Accept("set", "not", "null")) return new SetNotNullAction(position, column, true);
        if (Cursor.Accept("drop", "not", "null")) return new SetNotNullAction(position, column, false);
        if (Cursor.Accept("type") || Cursor.Accept("set", "data", "type")) return ColumnType(position, column);
        if (!(Cursor.At("set") || Cursor.At("add") || Cursor.At("drop") || Cursor.At("reset") || Cursor.At("restart")))
            throw Cursor.SyntaxError();
        string what = $"ALTER COLUMN ... {Cursor.Current.Text} {Cursor.Ahead(1).Text}".ToUpperInvariant();
        while (!Cursor.AtEndOfStatement && !Cursor.AtSymbol(",")) Cursor.Advance();
        return new UnsupportedAlterAction(position, what);
    }

    private AlterColumnTypeAction ColumnType(int position, string column)
    {
        TypeName type = grammar.Types.Parse();
        QualifiedName? collation = Cursor.Accept("collate") ? Cursor.QualifiedName() : null;
        Expression? conversion = Cursor.Accept("using") ? grammar.Expressions.Parse() : null;
        return new AlterColumnTypeAction(position, column, type, collation, conversion);
    }
}
