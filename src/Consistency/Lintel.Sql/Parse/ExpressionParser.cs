using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>How tightly operators bind, loosest first; PostgreSQL's table.</summary>
internal enum Precedence
{
    None,
    Or,
    And,
    Not,
    Is,
    Comparison,
    Matching,
    Other,
    Additive,
    Multiplicative,
    Power,
    TimeZone,
    Collate,
    Sign,
}

/// <summary>
/// Expressions by precedence climbing (Pratt, 1973): a prefix form makes the left side, then every operator that binds
/// at least as tightly as asked takes it as its left operand. Comparison and matching operators do not associate.
/// </summary>
internal sealed class ExpressionParser(Grammar grammar)
{
    private int _childHeight;

    private TokenCursor Cursor => grammar.Cursor;

    /// <summary>Any expression.</summary>
    public Expression Parse() => Parse(Precedence.None);

    /// <summary>expression, expression</summary>
    public ImmutableArray<Expression> ParseList() => Cursor.List(Parse);

    /// <summary>An expression of operators that bind tighter than <paramref name="floor"/>.</summary>
    public Expression Parse(Precedence floor)
    {
        Cursor.Enter();
        int siblings = _childHeight;
        _childHeight = 0;
        Expression left = Prefix();
        int height = _childHeight + 1;
        Precedence ceiling = Precedence.Sign;
        while (true)
        {
            Precedence precedence = InfixPrecedence();
            if (precedence <= floor || precedence == Precedence.None) break;
            if (precedence > ceiling) throw Cursor.SyntaxError();
            _childHeight = 0;
            left = Infix(left, precedence);
            height = Math.Max(height, _childHeight) + 1;
            Cursor.RequireHeight(height);
            ceiling = precedence is Precedence.Comparison or Precedence.Matching ? precedence - 1 : Precedence.Sign;
        }

        _childHeight = Math.Max(siblings, height);
        Cursor.Leave();
        return left;
    }

    private Expression Prefix()
    {
        Token token = Cursor.Current;
        if (token.Kind == TokenKind.Keyword && token.Text == "not")
        {
            Cursor.Advance();
            return new NotExpression(token.Position, Parse(Precedence.Not - 1));
        }

        if (token.Kind == TokenKind.Operator)
        {
            Cursor.Advance();
            Precedence floor = token.Text is "+" or "-" ? Precedence.Sign - 1 : Precedence.Other;
            if (token.Text is "*" or "/" or "<" or ">" or "=" or "<=" or ">=" or "<>" or "%" or "^")
                throw Cursor.SyntaxErrorAt(token);
            var name = new OperatorName(token.Position, token.Text);
            return new UnaryExpression(token.Position, name, Parse(floor));
        }

        if (Cursor.At("operator") && Cursor.Ahead(1) is { Kind: TokenKind.Symbol, Text: "(" })
        {
            OperatorName name = QualifiedOperator();
            return new UnaryExpression(token.Position, name, Parse(Precedence.Other));
        }

        return grammar.Primaries.Parse();
    }

    private Precedence InfixPrecedence()
    {
        Token token = Cursor.Current;
        if (token.Kind == TokenKind.Operator)
        {
            return token.Text switch
            {
                "+" or "-" => Precedence.Additive,
                "*" or "/" or "%" => Precedence.Multiplicative,
                "^" => Precedence.Power,
                "=" or "<" or ">" or "<=" or ">=" or "<>" => Precedence.Comparison,
                _ => Precedence.Other,
            };
        }

        if (token.Kind != TokenKind.Keyword) return Precedence.None;
        return token.Text switch
        {
            "or" => Precedence.Or,
            "and" => Precedence.And,
            "is" or "isnull" or "notnull" => Precedence.Is,
            "between" or "in" or "like" or "ilike" or "overlaps" => Precedence.Matching,
            "similar" when Cursor.Ahead(1).Text == "to" => Precedence.Matching,
            "not" when Cursor.Ahead(1).Text is "between" or "in" or "like" or "ilike" or "similar" => Precedence.Matching,
            "operator" when Cursor.Ahead(1) is { Kind: TokenKind.Symbol, Text: "(" } => Precedence.Other,
            "at" when Cursor.Ahead(1).Text == "time" => Precedence.TimeZone,
            "collate" => Precedence.Collate,
            _ => Precedence.None,
        };
    }

    private Expression Infix(Expression left, Precedence precedence)
    {
        Token token = Cursor.Current;
        if (token.Kind == TokenKind.Operator)
        {
            Cursor.Advance();
            return OperatorTail(left, new OperatorName(token.Position, token.Text), precedence);
        }

        switch (token.Text)
        {
            case "or":
                Cursor.Advance();
                return new OrExpression(token.Position, left, Parse(Precedence.Or));
            case "and":
                Cursor.Advance();
                return new AndExpression(token.Position, left, Parse(Precedence.And));
            case "isnull" or "notnull":
                Cursor.Advance();
                return new IsNullExpression(token.Position, left, token.Text == "notnull");
            case "is":
                return Is(left);
            case "operator":
                return OperatorTail(left, QualifiedOperator(), Precedence.Other);
            case "at":
                return AtTimeZone(left);
            case "collate":
                Cursor.Advance();
                return new CollateExpression(token.Position, left, AnyName());
            default:
                return Matching(left);
        }
    }

    private Expression OperatorTail(Expression left, OperatorName name, Precedence precedence)
    {
        if (Cursor.At("any") || Cursor.At("some") || Cursor.At("all")) return Quantified(left, name);
        return new BinaryExpression(name.Position, name, left, Parse(precedence));
    }

    private QuantifiedExpression Quantified(Expression left, OperatorName name)
    {
        Quantifier quantifier = Cursor.Advance().Text == "all" ? Quantifier.All : Quantifier.Any;
        Cursor.ExpectSymbol("(");
        Expression? array = null;
        Query? subquery = grammar.Queries.TryParseSubquery();
        if (subquery is null) array = Parse();
        Cursor.ExpectSymbol(")");
        return new QuantifiedExpression(name.Position, name, quantifier, left, array, subquery);
    }

    /// <summary>OPERATOR ( schema . op )</summary>
    public OperatorName QualifiedOperator()
    {
        int position = Cursor.Position;
        Cursor.Expect("operator");
        Cursor.ExpectSymbol("(");
        string? schema = null;
        while (Cursor.Current.Kind != TokenKind.Operator)
        {
            schema = Cursor.Name();
            Cursor.ExpectSymbol(".");
        }

        string text = Cursor.Advance().Text;
        Cursor.ExpectSymbol(")");
        return new OperatorName(position, text, schema);
    }

    /// <summary>A collation or operator class name.</summary>
    public QualifiedName AnyName() => Cursor.QualifiedName();

    private Expression Is(Expression left)
    {
        int position = Cursor.Advance().Position;
        bool negated = Cursor.Accept("not");
        if (Cursor.Accept("null")) return new IsNullExpression(position, left, negated);
        if (Cursor.Accept("true")) return new IsBooleanExpression(position, left, true, negated);
        if (Cursor.Accept("false")) return new IsBooleanExpression(position, left, false, negated);
        if (Cursor.Accept("unknown")) return new IsBooleanExpression(position, left, null, negated);
        if (Cursor.Accept("distinct", "from"))
            return new IsDistinctExpression(position, left, Parse(Precedence.Is), negated);
        if (Cursor.At("document") || Cursor.At("normalized") || Cursor.At("nfc") || Cursor.At("nfd") || Cursor.At("nfkc") || Cursor.At("nfkd"))
        {
            string what = "IS " + Cursor.Advance().Text.ToUpperInvariant();
            Cursor.Accept("normalized");
            return new UnsupportedExpression(position, what);
        }

        throw Cursor.SyntaxError();
    }

    private FunctionCall AtTimeZone(Expression left)
    {
        int position = Cursor.Advance().Position;
        Cursor.Expect("time");
        Cursor.Expect("zone");
        Expression zone = Parse(Precedence.TimeZone);
        return FunctionCallParser.SystemCall(position, "timezone", zone, left);
    }

    private Expression Matching(Expression left)
    {
        int position = Cursor.Position;
        bool negated = Cursor.Accept("not");
        switch (Cursor.Advance().Text)
        {
            case "overlaps": return Overlaps(left, position);
            case "between": return Between(left, position, negated);
            case "in": return In(left, position, negated);
            case "like": return Like(left, LikeKind.Like, position, negated);
            case "ilike": return Like(left, LikeKind.CaseInsensitive, position, negated);
            default:
                Cursor.Expect("to");
                return Like(left, LikeKind.SimilarTo, position, negated);
        }
    }

    /// <summary>(start, end) OVERLAPS (start, end), each end a length if it is an interval.</summary>
    private FunctionCall Overlaps(Expression left, int position)
    {
        Expression right = Parse(Precedence.Matching);
        if (left is not RowConstructor { Items.Length: 2 } first)
            throw new SqlException(SqlStates.SyntaxError, "wrong number of parameters on left side of OVERLAPS expression", position);
        if (right is not RowConstructor { Items.Length: 2 } second)
            throw new SqlException(SqlStates.SyntaxError, "wrong number of parameters on right side of OVERLAPS expression", position);
        return FunctionCallParser.SystemCall(position, "overlaps", [.. first.Items, .. second.Items]);
    }

    private BetweenExpression Between(Expression left, int position, bool negated)
    {
        bool symmetric = Cursor.Accept("symmetric");
        if (!symmetric) Cursor.Accept("asymmetric");
        Expression low = Parse(Precedence.Matching);
        Cursor.Expect("and");
        Expression high = Parse(Precedence.Matching);
        return new BetweenExpression(position, left, low, high, negated, symmetric);
    }

    private Expression In(Expression left, int position, bool negated)
    {
        Cursor.ExpectSymbol("(");
        if (grammar.Queries.TryParseSubquery() is { } subquery)
        {
            Cursor.ExpectSymbol(")");
            return new InSubqueryExpression(position, left, subquery, negated);
        }

        ImmutableArray<Expression> items = ParseList();
        Cursor.ExpectSymbol(")");
        return new InListExpression(position, left, items, negated);
    }

    private Expression Like(Expression left, LikeKind kind, int position, bool negated)
    {
        if (kind != LikeKind.SimilarTo && (Cursor.At("any") || Cursor.At("some") || Cursor.At("all")))
        {
            string text = (negated ? "!~~" : "~~") + (kind == LikeKind.CaseInsensitive ? "*" : "");
            return Quantified(left, new OperatorName(position, text));
        }

        Expression pattern = Parse(Precedence.Matching);
        Expression? escape = Cursor.Accept("escape") ? Parse(Precedence.Matching) : null;
        return new LikeExpression(position, kind, left, pattern, escape, negated);
    }
}
