using System.Collections.Immutable;
using System.Globalization;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>Expressions without infix operators: constants, names, parentheses, CASE, CAST, and what follows them.</summary>
internal sealed class PrimaryParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    public Expression Parse()
    {
        bool isParenthesized = Cursor.AtSymbol("(");
        return Postfix(Head(), isParenthesized);
    }

    private Expression Postfix(Expression operand, bool isParenthesized)
    {
        int height = 0;
        while (true)
        {
            Token token = Cursor.Current;
            if (token.Kind != TokenKind.Symbol) return operand;
            switch (token.Text)
            {
                case "::":
                    Cursor.Advance();
                    operand = new CastExpression(token.Position, operand, grammar.Types.Parse());
                    break;
                case "[":
                    operand = Bracket(operand);
                    break;
                case "." when isParenthesized || operand is Subscript or FieldSelection or ParameterReference:
                    Cursor.Advance();
                    operand = Cursor.AcceptOperator("*")
                        ? new FieldExpansion(token.Position, operand)
                        : new FieldSelection(token.Position, operand, Cursor.Label());
                    break;
                default:
                    return operand;
            }

            Cursor.RequireHeight(++height);
        }
    }

    private Subscript Bracket(Expression operand)
    {
        int position = Cursor.Advance().Position;
        Expression? lower = Cursor.AtSymbol(":") ? null : grammar.Expressions.Parse();
        if (!Cursor.AcceptSymbol(":"))
        {
            Cursor.ExpectSymbol("]");
            return new Subscript(position, operand, lower, null, false);
        }

        Expression? upper = Cursor.AtSymbol("]") ? null : grammar.Expressions.Parse();
        Cursor.ExpectSymbol("]");
        return new Subscript(position, operand, lower, upper, true);
    }

    private Expression Head()
    {
        Token token = Cursor.Current;
        switch (token.Kind)
        {
            case TokenKind.Integer or TokenKind.Decimal:
                Cursor.Advance();
                return new NumberLiteral(token.Position, token.Text);
            case TokenKind.String:
                Cursor.Advance();
                return new StringLiteral(token.Position, token.Text);
            case TokenKind.BitString or TokenKind.HexString:
                Cursor.Advance();
                return new BitStringLiteral(token.Position, token.Text, token.Kind == TokenKind.HexString);
            case TokenKind.Parameter:
                return Parameter();
            case TokenKind.Symbol when token.Text == "(":
                return Parenthesized();
            case TokenKind.Identifier:
                return grammar.Functions.NameOrCall();
            case TokenKind.Keyword:
                return Word(token);
            default:
                throw Cursor.SyntaxError();
        }
    }

    private ParameterReference Parameter()
    {
        Token token = Cursor.Advance();
        if (!int.TryParse(token.Text, CultureInfo.InvariantCulture, out int number) || number is < 1 or > ushort.MaxValue)
            throw new SqlException(SqlStates.UndefinedParameter, $"there is no parameter ${token.Text}", token.Position);
        Cursor.ParameterCount = Math.Max(Cursor.ParameterCount, number);
        return new ParameterReference(token.Position, number);
    }

    private Expression Parenthesized()
    {
        int position = Cursor.Position;
        int mark = Cursor.Mark();
        Cursor.Advance();
        if (grammar.Queries.TryParseSubquery() is { } subquery)
        {
            Cursor.ExpectSymbol(")");
            return new ScalarSubquery(position, subquery);
        }

        Cursor.Reset(mark);
        Cursor.Advance();
        Expression first = grammar.Expressions.Parse();
        if (Cursor.AcceptSymbol(")")) return first;
        var items = ImmutableArray.CreateBuilder<Expression>();
        items.Add(first);
        while (Cursor.AcceptSymbol(",")) items.Add(grammar.Expressions.Parse());
        Cursor.ExpectSymbol(")");
        return new RowConstructor(position, items.ToImmutable(), false);
    }

    private Expression Word(Token token)
    {
        int position = token.Position;
        switch (token.Text)
        {
            case "null": Cursor.Advance(); return new NullLiteral(position);
            case "true" or "false": Cursor.Advance(); return new BooleanLiteral(position, token.Text == "true");
            case "default": Cursor.Advance(); return new DefaultMarker(position);
            case "case": return Case(position);
            case "cast": return Cast(position);
            case "array": return Array(position);
            case "exists" when NextIsParenthesis(): return Exists(position);
            case "row" when NextIsParenthesis(): return Row(position);
            case "coalesce" when NextIsParenthesis(): return new CoalesceExpression(position, Arguments());
            case "greatest" or "least" when NextIsParenthesis():
                return new GreatestExpression(position, Arguments(), token.Text == "least");
            case "nullif" when NextIsParenthesis(): return NullIf(position);
            case "interval" when Cursor.Ahead(1).Kind == TokenKind.String || NextIsParenthesis():
                return IntervalConstant(position);
            case "grouping" when NextIsParenthesis(): return Unsupported(position, "GROUPING");
        }

        if (SpecialKind(token.Text) is { } kind) return Special(position, kind);
        if (TypedConstant(position) is { } constant) return constant;
        if (grammar.Functions.TrySpelledCall() is { } call) return call;
        if (token.Keyword!.Class == KeywordClass.Reserved) throw Cursor.SyntaxError();
        return grammar.Functions.NameOrCall();
    }

    private bool NextIsParenthesis() => Cursor.Ahead(1) is { Kind: TokenKind.Symbol, Text: "(" };

    private ImmutableArray<Expression> Arguments()
    {
        Cursor.Advance();
        Cursor.ExpectSymbol("(");
        ImmutableArray<Expression> arguments = grammar.Expressions.ParseList();
        Cursor.ExpectSymbol(")");
        return arguments;
    }

    private UnsupportedExpression Unsupported(int position, string what)
    {
        Cursor.Advance();
        Cursor.SkipParentheses();
        return new UnsupportedExpression(position, what);
    }

    private NullIfExpression NullIf(int position)
    {
        Cursor.Advance();
        Cursor.ExpectSymbol("(");
        Expression left = grammar.Expressions.Parse();
        Cursor.ExpectSymbol(",");
        Expression right = grammar.Expressions.Parse();
        Cursor.ExpectSymbol(")");
        return new NullIfExpression(position, left, right);
    }

    private CaseExpression Case(int position)
    {
        Cursor.Advance();
        Expression? operand = Cursor.At("when") ? null : grammar.Expressions.Parse();
        var whens = ImmutableArray.CreateBuilder<WhenClause>();
        while (Cursor.At("when"))
        {
            int at = Cursor.Advance().Position;
            Expression condition = grammar.Expressions.Parse();
            Cursor.Expect("then");
            whens.Add(new WhenClause(at, condition, grammar.Expressions.Parse()));
        }

        if (whens.Count == 0) throw Cursor.SyntaxError();
        Expression? otherwise = Cursor.Accept("else") ? grammar.Expressions.Parse() : null;
        Cursor.Expect("end");
        return new CaseExpression(position, operand, whens.ToImmutable(), otherwise);
    }

    private CastExpression Cast(int position)
    {
        Cursor.Advance();
        Cursor.ExpectSymbol("(");
        Expression operand = grammar.Expressions.Parse();
        Cursor.Expect("as");
        TypeName type = grammar.Types.Parse();
        Cursor.ExpectSymbol(")");
        return new CastExpression(position, operand, type);
    }

    private Expression Array(int position)
    {
        Cursor.Advance();
        if (Cursor.AtSymbol("[")) return ArrayItems(position);
        Cursor.ExpectSymbol("(");
        Query subquery = grammar.Queries.TryParseSubquery() ?? throw Cursor.SyntaxError();
        Cursor.ExpectSymbol(")");
        return new ArraySubquery(position, subquery);
    }

    private ArrayConstructor ArrayItems(int position)
    {
        Cursor.Enter();
        Cursor.ExpectSymbol("[");
        ImmutableArray<Expression> items = Cursor.AtSymbol("]")
            ? []
            : Cursor.List<Expression>(() => Cursor.AtSymbol("[") ? ArrayItems(Cursor.Position) : grammar.Expressions.Parse());
        Cursor.ExpectSymbol("]");
        Cursor.Leave();
        return new ArrayConstructor(position, items);
    }

    private ExistsExpression Exists(int position)
    {
        Cursor.Advance();
        Cursor.ExpectSymbol("(");
        Query subquery = grammar.Queries.TryParseSubquery() ?? throw Cursor.SyntaxError();
        Cursor.ExpectSymbol(")");
        return new ExistsExpression(position, subquery);
    }

    private RowConstructor Row(int position)
    {
        Cursor.Advance();
        Cursor.ExpectSymbol("(");
        ImmutableArray<Expression> items = Cursor.AtSymbol(")") ? [] : grammar.Expressions.ParseList();
        Cursor.ExpectSymbol(")");
        return new RowConstructor(position, items, true);
    }

    private CastExpression IntervalConstant(int position)
    {
        TypeName type = grammar.Types.TryBuiltin(position)!;
        Token literal = Cursor.Current;
        string text = Cursor.ExpectString();
        if (type.Modifiers.IsEmpty) type = grammar.Types.AcceptIntervalFields(type);
        return new CastExpression(position, new StringLiteral(literal.Position, text), type);
    }

    private CastExpression? TypedConstant(int position)
    {
        int mark = Cursor.Mark();
        bool startsType = Cursor.Current.Text is "int" or "integer" or "smallint" or "bigint" or "real" or "boolean" or "float"
            or "double" or "decimal" or "dec" or "numeric" or "character" or "char" or "varchar" or "nchar" or "national"
            or "bit" or "time" or "timestamp";
        if (!startsType) return null;
        bool hasModifier = NextIsParenthesis();
        TypeName? type = null;
        try
        {
            type = grammar.Types.TryBuiltin(position);
        }
        catch (SqlException) when (Cursor.Current.Kind != TokenKind.End)
        {
            type = null;
        }

        if (type is not null && Cursor.Current.Kind == TokenKind.String)
        {
            Token literal = Cursor.Advance();
            return new CastExpression(position, new StringLiteral(literal.Position, literal.Text), type);
        }

        // After a modifier it can be nothing else: numeric(5) is no call.
        if (type is { Modifiers.IsEmpty: false } && hasModifier) throw Cursor.SyntaxError();
        Cursor.Reset(mark);
        return null;
    }

    private static SpecialValueKind? SpecialKind(string word) => word switch
    {
        "current_date" => SpecialValueKind.CurrentDate,
        "current_time" => SpecialValueKind.CurrentTime,
        "current_timestamp" => SpecialValueKind.CurrentTimestamp,
        "localtime" => SpecialValueKind.LocalTime,
        "localtimestamp" => SpecialValueKind.LocalTimestamp,
        "current_user" or "user" => SpecialValueKind.CurrentUser,
        "current_role" => SpecialValueKind.CurrentRole,
        "session_user" => SpecialValueKind.SessionUser,
        "current_catalog" => SpecialValueKind.CurrentCatalog,
        "current_schema" => SpecialValueKind.CurrentSchema,
        _ => null,
    };

    private Expression Special(int position, SpecialValueKind kind)
    {
        if (kind == SpecialValueKind.CurrentSchema && NextIsParenthesis()) return grammar.Functions.NameOrCall();
        Cursor.Advance();
        bool takesPrecision = kind is SpecialValueKind.CurrentTime or SpecialValueKind.CurrentTimestamp
            or SpecialValueKind.LocalTime or SpecialValueKind.LocalTimestamp;
        if (!takesPrecision || !Cursor.AcceptSymbol("(")) return new SpecialValue(position, kind);
        long precision = Cursor.ExpectInteger();
        Cursor.ExpectSymbol(")");
        return new SpecialValue(position, kind, (int)Math.Clamp(precision, 0, 6));
    }
}
