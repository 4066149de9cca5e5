using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>CREATE, ALTER, DROP and COMMENT as SQL text.</summary>
internal sealed class DefinitionRenderer(SqlTextWriter writer)
{
    private readonly ExpressionRenderer _expressions = new(writer);
    private readonly OptionRenderer _options = new(writer);
    private readonly ConstraintRenderer _constraints = new(writer);

    public void Statement(Statement statement)
    {
        switch (statement)
        {
            case CreateTableStatement table: CreateTable(table); break;
            case CreateTableAsStatement table: CreateTableAs(table); break;
            case AlterTableStatement alter:
                writer.Add("ALTER TABLE ").If(alter.IfExists, "IF EXISTS ").If(alter.IsOnly, "ONLY ").Name(alter.Table);
                writer.Add(" ").List(alter.Actions, Action);
                break;
            case CreateIndexStatement index: CreateIndex(index); break;
            case DropStatement drop:
                writer.Add("DROP ").Add(Kind(drop.Kind)).If(drop.IsConcurrent, " CONCURRENTLY").If(drop.IfExists, " IF EXISTS");
                writer.Add(" ").Names(drop.Names).If(drop.IsCascade, " CASCADE");
                break;
            case RenameStatement rename:
                writer.Add("ALTER ").Add(Kind(rename.Kind)).If(rename.IfExists, " IF EXISTS").Add(" ").Name(rename.Name);
                writer.Add(" RENAME TO ").Name(rename.NewName);
                break;
            case CommentStatement comment: Comment(comment); break;
            default: DatabaseOrRole(statement); break;
        }
    }

    public void IndexElement(IndexElement element)
    {
        if (element.Column is { } column)
        {
            writer.Name(column);
        }
        else
        {
            writer.Add("(");
            _expressions.Expression(element.Value!);
            writer.Add(")");
        }

        if (element.Collation is { } collation) writer.Add(" COLLATE ").Name(collation);
        if (element.OperatorClass is { } operatorClass) writer.Add(" ").Name(operatorClass);
        writer.If(element.IsDescending, " DESC");
        writer.If(element.Nulls == NullsOrder.First, " NULLS FIRST").If(element.Nulls == NullsOrder.Last, " NULLS LAST");
    }

    private static string Kind(ObjectKind kind) => kind.ToString().ToUpperInvariant();

    private static string Persistence(TablePersistence persistence) => persistence switch
    {
        TablePersistence.Temporary => "TEMPORARY ",
        TablePersistence.Unlogged => "UNLOGGED ",
        _ => "",
    };

    private void CreateTable(CreateTableStatement table)
    {
        writer.Add("CREATE ").Add(Persistence(table.Persistence)).Add("TABLE ").If(table.IfNotExists, "IF NOT EXISTS ");
        writer.Name(table.Name).Add(" (");
        writer.List(table.Columns, _constraints.Column);
        writer.If(!table.Columns.IsEmpty && !table.Constraints.IsEmpty, ", ");
        writer.List(table.Constraints, _constraints.Table).Add(")");
        _options.Storage(" WITH ", table.Options);
        foreach (string clause in table.Unsupported) writer.Add(" /* ").Add(clause).Add(" */");
    }

    private void CreateTableAs(CreateTableAsStatement table)
    {
        writer.Add("CREATE ").Add(Persistence(table.Persistence)).Add("TABLE ").If(table.IfNotExists, "IF NOT EXISTS ");
        writer.Name(table.Name).Columns(table.Columns);
        _options.Storage(" WITH ", table.Options);
        writer.Add(" AS ");
        new StatementRenderer(writer).Statement(table.Source);
        writer.If(!table.WithData, " WITH NO DATA");
    }

    private void CreateIndex(CreateIndexStatement index)
    {
        writer.Add("CREATE ").If(index.IsUnique, "UNIQUE ").Add("INDEX ").If(index.IsConcurrent, "CONCURRENTLY ");
        writer.If(index.IfNotExists, "IF NOT EXISTS ");
        if (index.Name is { } name) writer.Name(name).Add(" ");
        writer.Add("ON ").Name(index.Table);
        if (index.Method is { } method) writer.Add(" USING ").Name(method);
        writer.Add(" (").List(index.Elements, IndexElement).Add(")");
        if (!index.Include.IsEmpty) writer.Add(" INCLUDE").Columns(index.Include);
        writer.If(index.NullsNotDistinct, " NULLS NOT DISTINCT");
        _options.Storage(" WITH ", index.Options);
        if (index.Where is not { } where) return;
        writer.Add(" WHERE ");
        _expressions.Expression(where);
    }

    private void Comment(CommentStatement comment)
    {
        writer.Add("COMMENT ON ").Add(Kind(comment.Kind)).Add(" ");
        if (comment.Kind == ObjectKind.Constraint)
        {
            ImmutableArray<string> table = comment.Name.Parts.RemoveAt(comment.Name.Parts.Length - 1);
            writer.Name(comment.Name.Name).Add(" ON ").Name(new QualifiedName(0, table));
        }
        else
        {
            writer.Name(comment.Name);
        }

        writer.Add(" IS ");
        if (comment.Text is { } text) writer.Literal(text);
        else writer.Add("NULL");
    }

    private void DatabaseOrRole(Statement statement)
    {
        switch (statement)
        {
            case CreateDatabaseStatement database:
                writer.Add("CREATE DATABASE ").Name(database.Name);
                foreach (OptionSetting option in database.Options) DatabaseOption(option);
                break;
            case DropDatabaseStatement database:
                writer.Add("DROP DATABASE ").If(database.IfExists, "IF EXISTS ").Name(database.Name);
                writer.If(database.IsForced, " WITH (FORCE)");
                break;
            case CreateSchemaStatement schema:
                writer.Add("CREATE SCHEMA ").If(schema.IfNotExists, "IF NOT EXISTS ").Name(schema.Name);
                if (schema.Owner is { } owner) writer.Add(" AUTHORIZATION ").Name(owner);
                break;
            case CreateRoleStatement role:
                writer.Add(role.IsAlter ? "ALTER " : "CREATE ").Add(role.IsUser ? "USER " : "ROLE ").Name(role.Name);
                foreach (OptionSetting option in role.Options) RoleOption(option);
                break;
            case DropRoleStatement role:
                writer.Add("DROP ROLE ").If(role.IfExists, "IF EXISTS ").List(role.Names, name => writer.Name(name));
                break;
            default:
                throw new System.Diagnostics.UnreachableException(statement.GetType().Name);
        }
    }

    private void DatabaseOption(OptionSetting option)
    {
        writer.Add(" ").Add(option.Name == "connection_limit" ? "CONNECTION LIMIT" : option.Name).Add(" = ");
        if (option.Value is null) writer.Add("DEFAULT");
        else _options.Value(option.Value);
    }

    private void RoleOption(OptionSetting option)
    {
        writer.Add(" ").Add(option.Name.Replace('_', ' ').ToUpperInvariant());
        if (option.Value is null) return;
        writer.Add(" ");
        if (option.Value is RowConstructor roles) writer.List(roles.Items, _expressions.Expression);
        else _options.Value(option.Value);
    }

    private void Action(AlterTableAction action)
    {
        switch (action)
        {
            case AddColumnAction add:
                writer.Add("ADD COLUMN ").If(add.IfNotExists, "IF NOT EXISTS ");
                _constraints.Column(add.Column);
                break;
            case DropColumnAction drop:
                writer.Add("DROP COLUMN ").If(drop.IfExists, "IF EXISTS ").Name(drop.Column).If(drop.IsCascade, " CASCADE");
                break;
            case AddConstraintAction add:
                writer.Add("ADD ");
                _constraints.Table(add.Constraint);
                writer.If(add.IsNotValid, " NOT VALID");
                break;
            case DropConstraintAction drop:
                writer.Add("DROP CONSTRAINT ").If(drop.IfExists, "IF EXISTS ").Name(drop.Name).If(drop.IsCascade, " CASCADE");
                break;
            case SetDefaultAction or SetNotNullAction or AlterColumnTypeAction: AlterColumn(action); break;
            case RenameColumnAction rename:
                writer.Add("RENAME COLUMN ").Name(rename.Column).Add(" TO ").Name(rename.NewName);
                break;
            case RenameConstraintAction rename:
                writer.Add("RENAME CONSTRAINT ").Name(rename.Name).Add(" TO ").Name(rename.NewName);
                break;
            case RenameTableAction rename: writer.Add("RENAME TO ").Name(rename.NewName); break;
            case SetSchemaAction schema: writer.Add("SET SCHEMA ").Name(schema.Schema); break;
            case SetOptionsAction options: _options.Storage("SET ", options.Options); break;
            case ResetOptionsAction options: _options.Storage("RESET ", options.Options); break;
            case OwnerAction owner: writer.Add("OWNER TO ").Name(owner.Role); break;
            case UnsupportedAlterAction unsupported: writer.Add("/* ").Add(unsupported.What).Add(" */"); break;
        }
    }

    private void AlterColumn(AlterTableAction action)
    {
        writer.Add("ALTER COLUMN ");
        switch (action)
        {
            case SetDefaultAction { Value: { } value } set:
                writer.Name(set.Column).Add(" SET DEFAULT ");
                _expressions.Expression(value);
                break;
            case SetDefaultAction drop: writer.Name(drop.Column).Add(" DROP DEFAULT"); break;
            case SetNotNullAction set: writer.Name(set.Column).Add(set.IsNotNull ? " SET NOT NULL" : " DROP NOT NULL"); break;
            case AlterColumnTypeAction type:
                writer.Name(type.Column).Add(" TYPE ");
                _expressions.Type(type.Type);
                if (type.Collation is { } collation) writer.Add(" COLLATE ").Name(collation);
                if (type.Using is not { } conversion) break;
                writer.Add(" USING ");
                _expressions.Expression(conversion);
                break;
        }
    }
}
