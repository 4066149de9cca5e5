using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>
/// The tokens of one query string, a place among them, and PostgreSQL's words for what does not fit. The grammar
/// parsers share one cursor; it also carries the bounds that keep recursion finite.
/// </summary>
internal sealed class TokenCursor
{
    private readonly string _text;
    private readonly List<Token> _tokens;
    private readonly ParseLimits _limits;
    private int _at;
    private int _depth;
    private int _refusedFrom = -1;
    private int _refusedAt;

    public TokenCursor(string text, ParseLimits limits)
    {
        if (text.Length > limits.TextLengthMax)
        {
            throw new SqlException(
                SqlStates.ProgramLimitExceeded,
                string.Create(CultureInfo.InvariantCulture, $"query string is longer than {limits.TextLengthMax} characters"));
        }

        _text = text;
        _limits = limits;
        _tokens = Lexer.Tokenize(text);
    }

    public ParseLimits Limits => _limits;

    public Token Current => _tokens[_at];

    public int Position => _tokens[_at].Position;

    /// <summary>The highest $n seen since it was last set.</summary>
    public int ParameterCount { get; set; }

    public Token Ahead(int count) => _tokens[Math.Min(_at + count, _tokens.Count - 1)];

    public Token Advance()
    {
        Token token = _tokens[_at];
        if (_at < _tokens.Count - 1) _at++;
        return token;
    }

    public int Mark() => _at;

    public void Reset(int mark) => _at = mark;

    public int EndOfPrevious => _at == 0 ? 0 : _tokens[_at - 1].End;

    public bool At(string keyword) => IsWord(_tokens[_at], keyword);

    public bool At(string first, string second) => At(first) && IsWord(Ahead(1), second);

    public bool AtSymbol(string symbol) => _tokens[_at].Kind == TokenKind.Symbol && _tokens[_at].Text == symbol;

    public bool AtOperator(string text) => _tokens[_at].Kind == TokenKind.Operator && _tokens[_at].Text == text;

    public bool AtEndOfStatement => _tokens[_at].Kind == TokenKind.End || AtSymbol(";");

    public bool Accept(string keyword)
    {
        if (!At(keyword)) return false;
        Advance();
        return true;
    }

    public bool Accept(string first, string second)
    {
        if (!At(first)) return false;
        if (!IsWord(Ahead(1), second)) return RefuseAhead(1);
        Advance();
        Advance();
        return true;
    }

    public bool Accept(string first, string second, string third)
    {
        if (!At(first)) return false;
        if (!IsWord(Ahead(1), second)) return RefuseAhead(1);
        if (!IsWord(Ahead(2), third)) return RefuseAhead(2);
        Advance();
        Advance();
        Advance();
        return true;
    }

    public bool AcceptSymbol(string symbol)
    {
        if (!AtSymbol(symbol)) return false;
        Advance();
        return true;
    }

    public bool AcceptOperator(string text)
    {
        if (!AtOperator(text)) return false;
        Advance();
        return true;
    }

    public void Expect(string keyword)
    {
        if (!Accept(keyword)) throw SyntaxError();
    }

    public void ExpectSymbol(string symbol)
    {
        if (!AcceptSymbol(symbol)) throw SyntaxError();
    }

    public string ExpectString() => Current.Kind == TokenKind.String ? Advance().Text : throw SyntaxError();

    /// <summary>A signed whole number.</summary>
    public long ExpectInteger()
    {
        bool isNegative = AcceptOperator("-");
        if (!isNegative) AcceptOperator("+");
        if (Current.Kind != TokenKind.Integer || !long.TryParse(Current.Text, CultureInfo.InvariantCulture, out long value))
            throw SyntaxError();
        Advance();
        return isNegative ? -value : value;
    }

    /// <summary>A column, table or other object name.</summary>
    public string Name()
    {
        Token token = Current;
        bool fits = token.Kind == TokenKind.Identifier
            || (token.Keyword is { Class: KeywordClass.Unreserved or KeywordClass.ColumnName });
        return fits ? Advance().Text : throw SyntaxError();
    }

    /// <summary>A name behind AS or a dot: any word.</summary>
    public string Label() =>
        Current.Kind is TokenKind.Identifier or TokenKind.Keyword ? Advance().Text : throw SyntaxError();

    /// <summary>A role, option or setting word: anything but a reserved keyword.</summary>
    public string NonReservedWord()
    {
        Token token = Current;
        bool fits = token.Kind == TokenKind.Identifier || (token.Keyword is { } word && word.Class != KeywordClass.Reserved);
        return fits ? Advance().Text : throw SyntaxError();
    }

    public ColumnName ColumnName() => new(Position, Name());

    /// <summary>name.name.name</summary>
    public QualifiedName QualifiedName()
    {
        int position = Position;
        string first = Name();
        if (!AtSymbol(".")) return new QualifiedName(position, [first]);
        var parts = ImmutableArray.CreateBuilder<string>(3);
        parts.Add(first);
        while (AcceptSymbol(".")) parts.Add(Label());
        if (parts.Count > 3)
        {
            throw new SqlException(
                SqlStates.SyntaxError, $"improper qualified name (too many dotted names): {string.Join('.', parts)}", position);
        }

        return new QualifiedName(position, parts.ToImmutable());
    }

    public ImmutableArray<QualifiedName> QualifiedNames() => List(QualifiedName);

    /// <summary>( name, name )</summary>
    public ImmutableArray<ColumnName> ColumnNamesInParentheses()
    {
        ExpectSymbol("(");
        ImmutableArray<ColumnName> names = List(ColumnName);
        ExpectSymbol(")");
        return names;
    }

    /// <summary>item, item, item</summary>
    public ImmutableArray<T> List<T>(Func<T> item)
    {
        T first = item();
        if (!AtSymbol(",")) return [first];
        var items = ImmutableArray.CreateBuilder<T>();
        items.Add(first);
        while (AcceptSymbol(",")) items.Add(item());
        return items.ToImmutable();
    }

    /// <summary>CASCADE or RESTRICT, which may be left out.</summary>
    public bool AcceptCascade()
    {
        if (Accept("cascade")) return true;
        Accept("restrict");
        return false;
    }

    public bool AcceptIfExists() => Accept("if", "exists");

    public bool AcceptIfNotExists() => Accept("if", "not", "exists");

    /// <summary>Skips to the end of the statement, for statements that are only recognised.</summary>
    public void SkipStatement()
    {
        while (!AtEndOfStatement) Advance();
    }

    /// <summary>Skips balanced parentheses, the cursor being at the opening one.</summary>
    public void SkipParentheses()
    {
        int depth = 0;
        do
        {
            if (Current.Kind == TokenKind.End) throw SyntaxError();
            if (AtSymbol("(")) depth++;
            if (AtSymbol(")")) depth--;
            Advance();
        }
        while (depth > 0);
    }

    /// <summary>Goes one level deeper, or fails with 54001.</summary>
    public void Enter()
    {
        if (++_depth > _limits.NestingDepthMax || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw TooDeep($"more than {_limits.NestingDepthMax} levels of nesting");
    }

    public void Leave() => _depth--;

    public void RequireHeight(int height)
    {
        if (height > _limits.TreeHeightMax) throw TooDeep($"more than {_limits.TreeHeightMax} chained operators");
    }

    /// <summary>
    /// The error for what stands here. When a phrase of several words began here and broke off later, it is the later
    /// word that is wrong.
    /// </summary>
    public SqlException SyntaxError() => SyntaxErrorAt(_tokens[Math.Max(_at, _refusedFrom == _at ? _refusedAt : 0)]);

    public SqlException SyntaxErrorAt(Token token) => token.Kind == TokenKind.End
        ? new SqlException(SqlStates.SyntaxError, "syntax error at end of input", token.Position)
        : new SqlException(SqlStates.SyntaxError, $"syntax error at or near \"{_text[token.Start..token.End]}\"", token.Position);

    private bool RefuseAhead(int count)
    {
        int at = Math.Min(_at + count, _tokens.Count - 1);
        _refusedAt = _refusedFrom == _at ? Math.Max(at, _refusedAt) : at;
        _refusedFrom = _at;
        return false;
    }

    private SqlException TooDeep(string detail) => new(
        SqlStates.StatementTooComplex, "statement is too complex", Position, detail,
        "Split the statement, or use IN or ANY instead of long chains of OR.");

    private static bool IsWord(in Token token, string keyword) =>
        token.Kind == TokenKind.Keyword && (ReferenceEquals(token.Text, keyword) || token.Text == keyword);
}
