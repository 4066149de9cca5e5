using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Statements as SQL text: those over rows here, definitions and session statements in their own renderers.</summary>
internal sealed class StatementRenderer(SqlTextWriter writer)
{
    private readonly ExpressionRenderer _expressions = new(writer);
    private readonly QueryRenderer _queries = new(writer);

    public void Statement(Statement statement)
    {
        switch (statement)
        {
            case SelectStatement select: _queries.Query(select.Query); break;
            case InsertStatement insert: Insert(insert); break;
            case UpdateStatement update: Update(update); break;
            case DeleteStatement delete: Delete(delete); break;
            case TruncateStatement truncate:
                writer.Add("TRUNCATE TABLE ").Names(truncate.Tables);
                writer.If(truncate.RestartIdentity, " RESTART IDENTITY").If(truncate.IsCascade, " CASCADE");
                break;
            case CopyStatement copy: Copy(copy); break;
            case UnsupportedStatement unsupported: writer.Add("/* ").Add(unsupported.What).Add(" */"); break;
            case CreateTableStatement or CreateTableAsStatement or AlterTableStatement or CreateIndexStatement
                or DropStatement or CreateDatabaseStatement or DropDatabaseStatement or CreateSchemaStatement
                or CreateRoleStatement or DropRoleStatement or CommentStatement or RenameStatement:
                new DefinitionRenderer(writer).Statement(statement);
                break;
            default: new SessionRenderer(writer).Statement(statement); break;
        }
    }

    private void Insert(InsertStatement insert)
    {
        if (insert.With is { } with) _queries.With(with);
        writer.Add("INSERT INTO ").Name(insert.Table);
        if (insert.Alias is { } alias) writer.Add(" AS ").Name(alias);
        writer.Columns(insert.Columns);
        writer.If(insert.Overriding == OverridingKind.System, " OVERRIDING SYSTEM VALUE")
            .If(insert.Overriding == OverridingKind.User, " OVERRIDING USER VALUE");
        if (insert.Source is null)
        {
            writer.Add(" DEFAULT VALUES");
        }
        else
        {
            writer.Add(" ");
            _queries.Query(insert.Source);
        }

        if (insert.OnConflict is { } onConflict) OnConflict(onConflict);
        Returning(insert.Returning);
    }

    private void OnConflict(OnConflictClause clause)
    {
        writer.Add(" ON CONFLICT");
        if (clause.Constraint is { } constraint) writer.Add(" ON CONSTRAINT ").Name(constraint);
        if (!clause.Target.IsEmpty)
        {
            writer.Add(" (").List(clause.Target, new DefinitionRenderer(writer).IndexElement).Add(")");
            Clause(" WHERE ", clause.TargetWhere);
        }

        if (clause.IsDoNothing)
        {
            writer.Add(" DO NOTHING");
            return;
        }

        writer.Add(" DO UPDATE SET ").List(clause.Assignments, Assignment);
        Clause(" WHERE ", clause.Where);
    }

    private void Assignment(Assignment assignment)
    {
        writer.If(assignment.IsMultiple, "(").List(assignment.Columns, column => writer.Name(column.Name));
        writer.Add(assignment.IsMultiple ? ") = " : " = ");
        _expressions.Expression(assignment.Value);
    }

    private void Update(UpdateStatement update)
    {
        if (update.With is { } with) _queries.With(with);
        writer.Add("UPDATE ");
        _queries.Table(update.Table);
        writer.Add(" SET ").List(update.Assignments, Assignment);
        Tables(" FROM ", update.From);
        Clause(" WHERE ", update.Where);
        Returning(update.Returning);
    }

    private void Delete(DeleteStatement delete)
    {
        if (delete.With is { } with) _queries.With(with);
        writer.Add("DELETE FROM ");
        _queries.Table(delete.Table);
        Tables(" USING ", delete.Using);
        Clause(" WHERE ", delete.Where);
        Returning(delete.Returning);
    }

    private void Tables(string word, ImmutableArray<TableReference> tables)
    {
        if (!tables.IsEmpty) writer.Add(word).List(tables, _queries.Table);
    }

    private void Clause(string word, Expression? expression)
    {
        if (expression is null) return;
        writer.Add(word);
        _expressions.Expression(expression);
    }

    private void Returning(ImmutableArray<SelectItem> items)
    {
        if (!items.IsEmpty) writer.Add(" RETURNING ").List(items, _queries.SelectItem);
    }

    private void Copy(CopyStatement copy)
    {
        writer.Add("COPY ");
        if (copy.Source is { } source)
        {
            writer.Add("(");
            Statement(source);
            writer.Add(")");
        }
        else
        {
            writer.Name(copy.Table!).Columns(copy.Columns);
        }

        bool isFrom = copy.Direction == CopyDirection.From;
        writer.Add(isFrom ? " FROM " : " TO ").If(copy.IsProgram, "PROGRAM ");
        if (copy.FileName is { } file) writer.Literal(file);
        else writer.Add(isFrom ? "STDIN" : "STDOUT");
        new OptionRenderer(writer).Parenthesized(" WITH ", copy.Options);
        Clause(" WHERE ", copy.Where);
    }
}
