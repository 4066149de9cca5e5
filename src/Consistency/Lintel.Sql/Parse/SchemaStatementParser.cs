using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>CREATE, DROP and COMMENT of everything but table definitions.</summary>
internal sealed class SchemaStatementParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    public Statement Create()
    {
        int position = Cursor.Advance().Position;
        Token token = Cursor.Current;
        if (token.Kind != TokenKind.Keyword) throw Cursor.SyntaxError();
        switch (token.Text)
        {
            case "table":
                Cursor.Advance();
                return grammar.Definitions.CreateTable(position, TablePersistence.Permanent);
            case "unlogged" when Cursor.Accept("unlogged", "table"):
                return grammar.Definitions.CreateTable(position, TablePersistence.Unlogged);
            case "temporary" or "temp" or "local" or "global":
                return Temporary(position);
            case "unique" or "index":
                return CreateIndex(position);
            case "database":
                Cursor.Advance();
                return CreateDatabase(position);
            case "schema":
                Cursor.Advance();
                return CreateSchema(position);
            case "role" or "user" when !Cursor.At("user", "mapping"):
                return Role(position, false);
            case "group":
                return Role(position, false);
            default:
                return Unsupported(position, "CREATE");
        }
    }

    public Statement Drop()
    {
        int position = Cursor.Advance().Position;
        Token token = Cursor.Current;
        if (token.Kind != TokenKind.Keyword) throw Cursor.SyntaxError();
        ObjectKind? kind = token.Text switch
        {
            "table" => ObjectKind.Table,
            "index" => ObjectKind.Index,
            "schema" => ObjectKind.Schema,
            "view" => ObjectKind.View,
            "sequence" => ObjectKind.Sequence,
            "type" => ObjectKind.Type,
            "extension" => ObjectKind.Extension,
            _ => null,
        };
        if (kind is { } known)
        {
            Cursor.Advance();
            bool isConcurrent = known == ObjectKind.Index && Cursor.Accept("concurrently");
            bool ifExists = Cursor.AcceptIfExists();
            ImmutableArray<QualifiedName> names = Cursor.QualifiedNames();
            return new DropStatement(position, known, names, ifExists, Cursor.AcceptCascade(), isConcurrent);
        }

        if (Cursor.Accept("database")) return DropDatabase(position);
        bool isRole = Cursor.At("role") || Cursor.At("group") || (Cursor.At("user") && !Cursor.At("user", "mapping"));
        if (!isRole) return Unsupported(position, "DROP");
        Cursor.Advance();
        bool roleIfExists = Cursor.AcceptIfExists();
        return new DropRoleStatement(position, Cursor.List(Cursor.NonReservedWord), roleIfExists);
    }

    public CommentStatement Comment()
    {
        int position = Cursor.Advance().Position;
        Cursor.Expect("on");
        Token token = Cursor.Advance();
        ObjectKind kind = token.Text switch
        {
            "table" => ObjectKind.Table,
            "column" => ObjectKind.Column,
            "index" => ObjectKind.Index,
            "schema" => ObjectKind.Schema,
            "database" => ObjectKind.Database,
            "constraint" => ObjectKind.Constraint,
            "view" => ObjectKind.View,
            "sequence" => ObjectKind.Sequence,
            "role" => ObjectKind.Role,
            "type" => ObjectKind.Type,
            "extension" => ObjectKind.Extension,
            _ => throw Cursor.SyntaxErrorAt(token),
        };
        QualifiedName name = Cursor.QualifiedName();
        if (kind == ObjectKind.Constraint)
        {
            Cursor.Expect("on");
            QualifiedName table = Cursor.QualifiedName();
            name = new QualifiedName(name.Position, table.Parts.Add(name.Name));
        }

        Cursor.Expect("is");
        return new CommentStatement(position, kind, name, Cursor.Accept("null") ? null : Cursor.ExpectString());
    }

    /// <summary>column or (expression) or function(...), with its order.</summary>
    public IndexElement IndexElement()
    {
        int position = Cursor.Position;
        string? column = null;
        Expression? value = null;
        if (Cursor.AcceptSymbol("("))
        {
            value = grammar.Expressions.Parse();
            Cursor.ExpectSymbol(")");
        }
        else if (Cursor.Ahead(1).Kind == TokenKind.Symbol && Cursor.Ahead(1).Text is "(" or ".")
        {
            value = grammar.Primaries.Parse();
        }
        else
        {
            column = Cursor.Name();
        }

        QualifiedName? collation = Cursor.Accept("collate") ? Cursor.QualifiedName() : null;
        QualifiedName? operatorClass = null;
        bool atName = Cursor.Current.Kind == TokenKind.Identifier;
        if (atName) operatorClass = Cursor.QualifiedName();
        bool isDescending = Cursor.Accept("desc");
        if (!isDescending) Cursor.Accept("asc");
        return new IndexElement(position, column, value, collation, operatorClass, isDescending, grammar.Queries.Nulls());
    }

    /// <summary>CREATE or ALTER ROLE; the cursor is at ROLE, USER or GROUP.</summary>
    public Statement Role(int position, bool isAlter)
    {
        bool isUser = Cursor.Advance().Text == "user";
        string name = Cursor.NonReservedWord();
        if (isAlter && (Cursor.At("set") || Cursor.At("reset") || Cursor.At("in") || Cursor.At("rename")))
        {
            Cursor.SkipStatement();
            return new UnsupportedStatement(position, "ALTER ROLE ... SET");
        }

        Cursor.Accept("with");
        var options = ImmutableArray.CreateBuilder<OptionSetting>();
        while (!Cursor.AtEndOfStatement) options.Add(RoleOption());
        return new CreateRoleStatement(position, name, isUser, isAlter, options.ToImmutable());
    }

    private OptionSetting RoleOption()
    {
        Token token = Cursor.Current;
        int position = token.Position;
        Cursor.Accept("encrypted");
        if (Cursor.Accept("password"))
        {
            Expression value = Cursor.At("null")
                ? new NullLiteral(Cursor.Advance().Position)
                : new StringLiteral(Cursor.Position, Cursor.ExpectString());
            return new OptionSetting(position, "password", value);
        }

        if (Cursor.Accept("connection", "limit")) return new OptionSetting(position, "connection_limit", grammar.Options.SignedNumber());
        if (Cursor.Accept("valid", "until"))
            return new OptionSetting(position, "valid_until", new StringLiteral(Cursor.Position, Cursor.ExpectString()));
        if (Cursor.Accept("in", "role") || Cursor.Accept("in", "group")) return new OptionSetting(position, "in_role", RoleList());
        if (Cursor.Accept("inherit")) return new OptionSetting(position, "inherit", null);
        bool isList = Cursor.At("role") || Cursor.At("user") || Cursor.At("admin");
        if (isList) return new OptionSetting(position, Cursor.Advance().Text, RoleList());
        bool isFlag = token.Kind == TokenKind.Identifier && token.Text is "superuser" or "nosuperuser" or "createdb"
            or "nocreatedb" or "createrole" or "nocreaterole" or "noinherit" or "login" or "nologin" or "replication"
            or "noreplication" or "bypassrls" or "nobypassrls";
        if (!isFlag) throw Cursor.SyntaxError();
        Cursor.Advance();
        return new OptionSetting(position, token.Text, null);
    }

    private RowConstructor RoleList()
    {
        int position = Cursor.Position;
        var items = ImmutableArray.CreateBuilder<Expression>();
        foreach (string name in Cursor.List(Cursor.NonReservedWord)) items.Add(new ColumnReference(position, [name]));
        return new RowConstructor(position, items.ToImmutable(), true);
    }

    private Statement Temporary(int position)
    {
        if (!Cursor.Accept("local")) Cursor.Accept("global");
        if (!Cursor.Accept("temporary")) Cursor.Expect("temp");
        if (!Cursor.Accept("table")) return Unsupported(position, "CREATE TEMPORARY");
        return grammar.Definitions.CreateTable(position, TablePersistence.Temporary);
    }

    private CreateIndexStatement CreateIndex(int position)
    {
        bool isUnique = Cursor.Accept("unique");
        Cursor.Expect("index");
        bool isConcurrent = Cursor.Accept("concurrently");
        bool ifNotExists = Cursor.AcceptIfNotExists();
        string? name = Cursor.At("on") ? null : Cursor.Name();
        Cursor.Expect("on");
        Cursor.Accept("only");
        QualifiedName table = Cursor.QualifiedName();
        string? method = Cursor.Accept("using") ? Cursor.Name() : null;
        Cursor.ExpectSymbol("(");
        ImmutableArray<IndexElement> elements = Cursor.List(IndexElement);
        Cursor.ExpectSymbol(")");
        ImmutableArray<ColumnName> include = Cursor.Accept("include") ? Cursor.ColumnNamesInParentheses() : [];
        bool nullsNotDistinct = grammar.Definitions.NullsNotDistinct();
        ImmutableArray<OptionSetting> options = grammar.Options.Storage();
        if (Cursor.Accept("tablespace")) Cursor.Name();
        Expression? where = Cursor.Accept("where") ? grammar.Expressions.Parse() : null;
        return new CreateIndexStatement(
            position, isUnique, isConcurrent, ifNotExists, name, table, method, elements, include, nullsNotDistinct, options,
            where);
    }

    private CreateDatabaseStatement CreateDatabase(int position)
    {
        string name = Cursor.Name();
        Cursor.Accept("with");
        var options = ImmutableArray.CreateBuilder<OptionSetting>();
        while (!Cursor.AtEndOfStatement)
        {
            int at = Cursor.Position;
            string option = Cursor.Accept("connection", "limit") ? "connection_limit" : Cursor.NonReservedWord();
            Cursor.AcceptOperator("=");
            Expression? value = Cursor.Accept("default") ? null : grammar.Options.Value();
            options.Add(new OptionSetting(at, option, value));
        }

        return new CreateDatabaseStatement(position, name, options.ToImmutable());
    }

    private DropDatabaseStatement DropDatabase(int position)
    {
        bool ifExists = Cursor.AcceptIfExists();
        string name = Cursor.Name();
        bool isForced = false;
        Cursor.Accept("with");
        if (Cursor.AcceptSymbol("("))
        {
            do
            {
                Cursor.Expect("force");
                isForced = true;
            }
            while (Cursor.AcceptSymbol(","));
            Cursor.ExpectSymbol(")");
        }

        return new DropDatabaseStatement(position, name, ifExists, isForced);
    }

    private Statement CreateSchema(int position)
    {
        bool ifNotExists = Cursor.AcceptIfNotExists();
        string? name = Cursor.At("authorization") ? null : Cursor.Name();
        string? owner = Cursor.Accept("authorization") ? Cursor.NonReservedWord() : null;
        if (!Cursor.AtEndOfStatement)
        {
            if (!(Cursor.At("create") || Cursor.At("grant"))) throw Cursor.SyntaxError();
            Cursor.SkipStatement();
            return new UnsupportedStatement(position, "CREATE SCHEMA with schema elements");
        }

        return new CreateSchemaStatement(position, name ?? owner!, ifNotExists, owner);
    }

    private UnsupportedStatement Unsupported(int position, string verb)
    {
        int ahead = Cursor.At("or") && Cursor.Ahead(1).Text == "replace" ? 2 : 0;
        string what = Cursor.Ahead(ahead).Text;
        bool isKnown = what is "function" or "procedure" or "view" or "materialized" or "sequence" or "type" or "domain"
            or "trigger" or "extension" or "aggregate" or "operator" or "cast" or "collation" or "conversion" or "policy"
            or "rule" or "publication" or "subscription" or "server" or "foreign" or "language" or "tablespace" or "statistics"
            or "event" or "access" or "text" or "transform" or "constraint" or "trusted" or "procedural" or "recursive"
            or "routine" or "owned" or "user" or "unlogged";
        if (!isKnown) throw Cursor.SyntaxErrorAt(Cursor.Ahead(ahead));
        string second = what is "materialized" or "foreign" or "event" or "access" or "text" or "user"
            ? " " + Cursor.Ahead(ahead + 1).Text
            : "";
        Cursor.SkipStatement();
        return new UnsupportedStatement(position, $"{verb} {what}{second}".ToUpperInvariant());
    }
}
