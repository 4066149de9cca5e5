using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>INSERT, UPDATE, DELETE, TRUNCATE and COPY.</summary>
internal sealed class DataStatementParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    /// <summary>A statement that PREPARE, EXPLAIN and WITH accept: SELECT, INSERT, UPDATE or DELETE.</summary>
    public Statement ParsePreparable()
    {
        int position = Cursor.Position;
        WithClause? with = Cursor.At("with") ? grammar.Queries.With() : null;
        if (Cursor.At("insert")) return Insert(with);
        if (Cursor.At("update")) return Update(with);
        if (Cursor.At("delete")) return Delete(with);
        if (Cursor.At("merge"))
        {
            Cursor.SkipStatement();
            return new UnsupportedStatement(position, "MERGE");
        }

        return new SelectStatement(position, grammar.Queries.Parse(with));
    }

    private InsertStatement Insert(WithClause? with)
    {
        int position = Cursor.Advance().Position;
        Cursor.Expect("into");
        QualifiedName table = Cursor.QualifiedName();
        string? alias = Cursor.Accept("as") ? Cursor.Name() : null;
        ImmutableArray<ColumnName> columns = [];
        if (Cursor.AtSymbol("(") && !StartsQuery()) columns = InsertColumns();
        OverridingKind overriding = Overriding();
        Query? source = null;
        if (!Cursor.Accept("default", "values")) source = grammar.Queries.Parse();
        OnConflictClause? onConflict = Cursor.At("on") ? OnConflict() : null;
        return new InsertStatement(position, with, table, alias, columns, overriding, source, onConflict, Returning());
    }

    private bool StartsQuery()
    {
        int ahead = 1;
        while (Cursor.Ahead(ahead) is { Kind: TokenKind.Symbol, Text: "(" }) ahead++;
        return Cursor.Ahead(ahead) is { Kind: TokenKind.Keyword, Text: "select" or "values" or "with" or "table" };
    }

    private ImmutableArray<ColumnName> InsertColumns()
    {
        Cursor.ExpectSymbol("(");
        ImmutableArray<ColumnName> columns = Cursor.List(TargetColumn);
        Cursor.ExpectSymbol(")");
        return columns;
    }

    /// <summary>A column that is written to; parts of arrays and composites are refused.</summary>
    private ColumnName TargetColumn()
    {
        ColumnName column = Cursor.ColumnName();
        if (Cursor.AtSymbol("[") || Cursor.AtSymbol("."))
        {
            throw new SqlException(
                SqlStates.FeatureNotSupported, "assignment to array elements or fields is not supported", Cursor.Position);
        }

        return column;
    }

    private OverridingKind Overriding()
    {
        if (!Cursor.Accept("overriding")) return OverridingKind.None;
        OverridingKind kind = Cursor.Accept("user") ? OverridingKind.User : OverridingKind.System;
        if (kind == OverridingKind.System) Cursor.Expect("system");
        Cursor.Expect("value");
        return kind;
    }

    private OnConflictClause OnConflict()
    {
        int position = Cursor.Advance().Position;
        Cursor.Expect("conflict");
        ImmutableArray<IndexElement> target = [];
        Expression? targetWhere = null;
        string? constraint = null;
        if (Cursor.Accept("on", "constraint"))
        {
            constraint = Cursor.Name();
        }
        else if (Cursor.AcceptSymbol("("))
        {
            target = Cursor.List(grammar.SchemaStatements.IndexElement);
            Cursor.ExpectSymbol(")");
            if (Cursor.Accept("where")) targetWhere = grammar.Expressions.Parse();
        }

        Cursor.Expect("do");
        if (Cursor.Accept("nothing")) return new OnConflictClause(position, target, targetWhere, constraint, [], null);
        Cursor.Expect("update");
        Cursor.Expect("set");
        ImmutableArray<Assignment> assignments = Cursor.List(Assignment);
        Expression? where = Cursor.Accept("where") ? grammar.Expressions.Parse() : null;
        return new OnConflictClause(position, target, targetWhere, constraint, assignments, where);
    }

    private Assignment Assignment()
    {
        int position = Cursor.Position;
        if (!Cursor.AcceptSymbol("("))
        {
            ColumnName column = TargetColumn();
            ExpectEquals();
            return new Assignment(position, [column], grammar.Expressions.Parse(), false);
        }

        ImmutableArray<ColumnName> columns = Cursor.List(TargetColumn);
        Cursor.ExpectSymbol(")");
        ExpectEquals();
        return new Assignment(position, columns, grammar.Expressions.Parse(), true);
    }

    private void ExpectEquals()
    {
        if (!Cursor.AcceptOperator("=")) throw Cursor.SyntaxError();
    }

    private UpdateStatement Update(WithClause? with)
    {
        int position = Cursor.Advance().Position;
        NamedTable table = grammar.Tables.Named(Cursor.Position);
        Cursor.Expect("set");
        ImmutableArray<Assignment> assignments = Cursor.List(Assignment);
        ImmutableArray<TableReference> from = Cursor.Accept("from") ? Cursor.List(grammar.Tables.Parse) : [];
        return new UpdateStatement(position, with, table, assignments, from, Where(), Returning());
    }

    private DeleteStatement Delete(WithClause? with)
    {
        int position = Cursor.Advance().Position;
        Cursor.Expect("from");
        NamedTable table = grammar.Tables.Named(Cursor.Position);
        ImmutableArray<TableReference> tables = Cursor.Accept("using") ? Cursor.List(grammar.Tables.Parse) : [];
        return new DeleteStatement(position, with, table, tables, Where(), Returning());
    }

    private Expression? Where()
    {
        if (!Cursor.Accept("where")) return null;
        int position = Cursor.Position;
        if (!Cursor.Accept("current", "of")) return grammar.Expressions.Parse();
        Cursor.Name();
        return new UnsupportedExpression(position, "WHERE CURRENT OF");
    }

    private ImmutableArray<SelectItem> Returning() => Cursor.Accept("returning") ? grammar.Queries.Items() : [];

    public TruncateStatement Truncate()
    {
        int position = Cursor.Advance().Position;
        Cursor.Accept("table");
        ImmutableArray<QualifiedName> tables = Cursor.List(() =>
        {
            Cursor.Accept("only");
            QualifiedName name = Cursor.QualifiedName();
            Cursor.AcceptOperator("*");
            return name;
        });
        bool restart = Cursor.Accept("restart", "identity");
        if (!restart) Cursor.Accept("continue", "identity");
        return new TruncateStatement(position, tables, restart, Cursor.AcceptCascade());
    }

    public CopyStatement Copy()
    {
        int position = Cursor.Advance().Position;
        QualifiedName? table = null;
        ImmutableArray<ColumnName> columns = [];
        Statement? source = null;
        var options = ImmutableArray.CreateBuilder<OptionSetting>();
        if (Cursor.AcceptSymbol("("))
        {
            source = ParsePreparable();
            Cursor.ExpectSymbol(")");
        }
        else
        {
            int at = Cursor.Position;
            if (Cursor.Accept("binary")) options.Add(new OptionSetting(at, "format", new StringLiteral(at, "binary")));
            table = Cursor.QualifiedName();
            if (Cursor.AtSymbol("(")) columns = Cursor.ColumnNamesInParentheses();
        }

        CopyDirection direction = Cursor.Accept("from") ? CopyDirection.From : CopyDirection.To;
        if (direction == CopyDirection.To) Cursor.Expect("to");
        if (source is not null && direction == CopyDirection.From) throw Cursor.SyntaxError();
        bool isProgram = Cursor.Accept("program");
        string? file = null;
        if (isProgram || (!Cursor.Accept("stdin") && !Cursor.Accept("stdout"))) file = Cursor.ExpectString();
        grammar.Options.CopyOptions(options);
        Expression? where = Cursor.Accept("where") ? grammar.Expressions.Parse() : null;
        return new CopyStatement(
            position, table, columns, source, direction, file, isProgram, options.ToImmutable(), where);
    }
}
