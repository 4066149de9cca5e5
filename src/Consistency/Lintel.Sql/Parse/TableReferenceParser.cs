using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>FROM items: tables, joins, derived tables and table functions.</summary>
internal sealed class TableReferenceParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    /// <summary>One FROM item with its joins.</summary>
    public TableReference Parse()
    {
        TableReference left = Primary();
        int joins = 0;
        while (JoinAhead() is { } kind)
        {
            Cursor.RequireHeight(++joins);
            left = Join(left, kind);
        }

        return left;
    }

    private JoinKind? JoinAhead()
    {
        int ahead = Cursor.At("natural") ? 1 : 0;
        Token token = Cursor.Ahead(ahead);
        if (token.Kind != TokenKind.Keyword) return null;
        return token.Text switch
        {
            "join" or "inner" => JoinKind.Inner,
            "left" => JoinKind.Left,
            "right" => JoinKind.Right,
            "full" => JoinKind.Full,
            "cross" => JoinKind.Cross,
            _ => null,
        };
    }

    private JoinedTable Join(TableReference left, JoinKind kind)
    {
        int position = Cursor.Position;
        bool isNatural = Cursor.Accept("natural");
        if (!Cursor.At("join")) Cursor.Advance();
        if (kind is JoinKind.Left or JoinKind.Right or JoinKind.Full) Cursor.Accept("outer");
        Cursor.Expect("join");
        if (kind == JoinKind.Cross || isNatural)
            return new JoinedTable(position, kind, left, Primary(), isNatural, [], null, null);
        Cursor.Enter();
        TableReference right = Primary();
        while (!Cursor.At("on") && !Cursor.At("using") && JoinAhead() is { } inner) right = Join(right, inner);
        Cursor.Leave();
        if (Cursor.Accept("using"))
        {
            ImmutableArray<ColumnName> columns = Cursor.ColumnNamesInParentheses();
            TableAlias? alias = Cursor.Accept("as") ? new TableAlias(Cursor.Position, Cursor.Name(), []) : null;
            return new JoinedTable(position, kind, left, right, false, columns, null, alias);
        }

        Cursor.Expect("on");
        return new JoinedTable(position, kind, left, right, false, [], grammar.Expressions.Parse(), null);
    }

    private static SqlException NoAlias(Query query, int position)
    {
        bool isValues = query.Body is ValuesBody;
        return new SqlException(
            SqlStates.SyntaxError, $"{(isValues ? "VALUES" : "subquery")} in FROM must have an alias", position,
            hint: $"For example, FROM ({(isValues ? "VALUES" : "SELECT")} ...) [AS] foo.");
    }

    private TableReference Primary()
    {
        int position = Cursor.Position;
        bool isLateral = Cursor.Accept("lateral");
        if (Cursor.AtSymbol("("))
        {
            Cursor.Advance();
            if (grammar.Queries.TryParseSubquery() is { } query)
            {
                Cursor.ExpectSymbol(")");
                return new DerivedTable(position, query, isLateral, Alias() ?? throw NoAlias(query, position));
            }

            if (isLateral) throw Cursor.SyntaxError();
            Cursor.Enter();
            TableReference inner = Parse();
            Cursor.Leave();
            Cursor.ExpectSymbol(")");
            if (inner is JoinedTable joined) return Alias() is { } alias ? joined with { Alias = alias } : joined;
            throw Cursor.SyntaxError();
        }

        if (Cursor.Accept("rows", "from")) return RowsFrom(position, isLateral);
        if (AtFunction()) return Function(position, isLateral);
        if (isLateral) throw Cursor.SyntaxError();
        return Named(position);
    }

    /// <summary>[ONLY] table [*] [alias], also the target of UPDATE and DELETE.</summary>
    public NamedTable Named(int position)
    {
        bool isOnly = Cursor.Accept("only");
        bool isParenthesized = isOnly && Cursor.AcceptSymbol("(");
        QualifiedName name = Cursor.QualifiedName();
        if (isParenthesized) Cursor.ExpectSymbol(")");
        Cursor.AcceptOperator("*");
        TableAlias? alias = Alias();
        if (Cursor.At("tablesample"))
            throw new Types.SqlException(Types.SqlStates.FeatureNotSupported, "TABLESAMPLE is not supported", Cursor.Position);
        return new NamedTable(position, name, isOnly, alias);
    }

    private bool AtFunction()
    {
        if (Cursor.Current.Kind == TokenKind.Keyword && Cursor.Current.Keyword!.Class == KeywordClass.Reserved)
            return Cursor.Current.Text is "current_date" or "current_timestamp" or "current_user" or "session_user" or "current_catalog";
        int ahead = 1;
        while (Cursor.Ahead(ahead) is { Kind: TokenKind.Symbol, Text: "." }) ahead += 2;
        return Cursor.Ahead(ahead) is { Kind: TokenKind.Symbol, Text: "(" };
    }

    private FunctionTable RowsFrom(int position, bool isLateral)
    {
        Cursor.ExpectSymbol("(");
        ImmutableArray<Expression> functions = Cursor.List(grammar.Primaries.Parse);
        Cursor.ExpectSymbol(")");
        return Finish(position, functions, true, isLateral);
    }

    private FunctionTable Function(int position, bool isLateral) =>
        Finish(position, [grammar.Primaries.Parse()], false, isLateral);

    private FunctionTable Finish(int position, ImmutableArray<Expression> functions, bool isRowsFrom, bool isLateral)
    {
        bool withOrdinality = Cursor.Accept("with", "ordinality");
        int aliasPosition = Cursor.Position;
        bool hasAs = Cursor.At("as") && Cursor.Ahead(1).Text != "of" && Cursor.Accept("as");
        if (hasAs && Cursor.AtSymbol("("))
            return new FunctionTable(position, functions, isRowsFrom, isLateral, withOrdinality, null, Definitions());
        if (!hasAs && !AtAliasName())
            return new FunctionTable(position, functions, isRowsFrom, isLateral, withOrdinality, null, []);
        string name = Cursor.Name();
        bool hasTypes = Cursor.AtSymbol("(") && Cursor.Ahead(2) is not { Kind: TokenKind.Symbol, Text: "," or ")" };
        ImmutableArray<ColumnDefinition> definitions = hasTypes ? Definitions() : [];
        ImmutableArray<ColumnName> columns =
            !hasTypes && Cursor.AtSymbol("(") ? Cursor.ColumnNamesInParentheses() : [];
        var alias = new TableAlias(aliasPosition, name, columns);
        return new FunctionTable(position, functions, isRowsFrom, isLateral, withOrdinality, alias, definitions);
    }

    private ImmutableArray<ColumnDefinition> Definitions()
    {
        Cursor.ExpectSymbol("(");
        ImmutableArray<ColumnDefinition> definitions = Cursor.List(() =>
        {
            int position = Cursor.Position;
            string name = Cursor.Name();
            TypeName type = grammar.Types.Parse();
            QualifiedName? collation = Cursor.Accept("collate") ? Cursor.QualifiedName() : null;
            return new ColumnDefinition(position, name, type, collation, []);
        });
        Cursor.ExpectSymbol(")");
        return definitions;
    }

    private bool AtAliasName() =>
        Cursor.Current.Kind == TokenKind.Identifier
        || Cursor.Current.Keyword is { Class: KeywordClass.Unreserved or KeywordClass.ColumnName };

    /// <summary>[AS] name [(columns)], when there is one. AS OF SYSTEM TIME is none.</summary>
    private TableAlias? Alias()
    {
        int position = Cursor.Position;
        bool isSystemTime = Cursor.At("as", "of") && Cursor.Ahead(2).Text == "system";
        if (isSystemTime) return null;
        bool hasAs = Cursor.Accept("as");
        if (!hasAs && (!AtAliasName() || Cursor.At("set"))) return null;
        string name = Cursor.Name();
        ImmutableArray<ColumnName> columns = Cursor.AtSymbol("(") ? Cursor.ColumnNamesInParentheses() : [];
        return new TableAlias(position, name, columns);
    }
}
