using System.Buffers;
using System.Text;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>
/// Cuts SQL text into tokens by PostgreSQL's lexical rules: nested comments, dollar quotes, E'' and U&amp; strings,
/// string continuation over line ends, and the rule that an operator ends in + or - only when it contains one of
/// ~ ! @ # % ^ &amp; | ` ?. standard_conforming_strings is always on.
/// </summary>
public ref struct Lexer
{
    private const string OperatorCharacters = "+-*/<>=~!@#%^&|`?";

    private static readonly SearchValues<char> SpecialOperatorCharacters = SearchValues.Create("~!@#%^&|`?");

    private readonly string _text;
    private int _at;
    private int _surrogatePairs;
    private int _countedTo;

    /// <summary>Starts at the first character of <paramref name="text"/>.</summary>
    public Lexer(string text) => _text = text;

    /// <summary>All tokens of a text, ending with one of kind End.</summary>
    public static List<Token> Tokenize(string text)
    {
        var lexer = new Lexer(text);
        var tokens = new List<Token>(Math.Min(4096, (text.Length / 4) + 4));
        Token token;
        do
        {
            token = lexer.Next();
            tokens.Add(token);
        }
        while (token.Kind != TokenKind.End);
        return tokens;
    }

    /// <summary>The next token; End for ever after the last.</summary>
    public Token Next()
    {
        SkipBlanks();
        int start = _at;
        if (start >= _text.Length) return Make(TokenKind.End, "", start);
        char c = _text[start];
        if (IsIdentifierStart(c)) return Word(start);
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)))) return Number(start);
        switch (c)
        {
            case '\'':
                return Make(TokenKind.String, QuotedText(start), start);
            case '"':
                return Make(TokenKind.Identifier, QuotedIdentifier(start, start), start);
            case '$':
                return Dollar(start);
            case '(' or ')' or '[' or ']' or ',' or ';':
                _at++;
                return Make(TokenKind.Symbol, SymbolText(c), start);
            case '.':
                _at += Peek(1) == '.' ? 2 : 1;
                return Make(TokenKind.Symbol, _at - start == 2 ? ".." : ".", start);
            case ':':
                _at += Peek(1) is ':' or '=' ? 2 : 1;
                return Make(TokenKind.Symbol, _at - start == 1 ? ":" : _text[start + 1] == ':' ? "::" : ":=", start);
        }

        if (OperatorCharacters.Contains(c, StringComparison.Ordinal)) return Operator(start);
        _at++;
        throw Error("syntax error", start, _at);
    }

    private static string SymbolText(char c) =>
        c switch { '(' => "(", ')' => ")", '[' => "[", ']' => "]", ',' => ",", _ => ";" };

    private static bool IsIdentifierStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= 0x80;

    private static bool IsIdentifierPart(char c) => IsIdentifierStart(c) || char.IsAsciiDigit(c) || c == '$';

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    private readonly char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private Token Make(TokenKind kind, string text, int start, Keywords.Keyword? keyword = null) =>
        new(kind, text, PositionOf(start), start, _at, keyword);

    private int PositionOf(int offset)
    {
        for (; _countedTo < offset; _countedTo++)
            if (char.IsLowSurrogate(_text[_countedTo])) _surrogatePairs++;
        return offset - _surrogatePairs + 1;
    }

    private SqlException Error(string message, int start, int end) =>
        new(SqlStates.SyntaxError, $"{message} at or near \"{_text[start..end]}\"", PositionOf(start));

    private void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            char c = _text[_at];
            if (IsBlank(c)) _at++;
            else if (c == '-' && Peek(1) == '-') SkipLine();
            else if (c == '/' && Peek(1) == '*') SkipComment();
            else return;
        }
    }

    private void SkipLine()
    {
        while (_at < _text.Length && _text[_at] is not ('\n' or '\r')) _at++;
    }

    private void SkipComment()
    {
        int start = _at;
        int depth = 0;
        do
        {
            if (_at >= _text.Length) throw Error("unterminated /* comment", start, _text.Length);
            if (_text[_at] == '/' && Peek(1) == '*')
            {
                depth++;
                _at += 2;
            }
            else if (_text[_at] == '*' && Peek(1) == '/')
            {
                depth--;
                _at += 2;
            }
            else
            {
                _at++;
            }
        }
        while (depth > 0);
    }

    private Token Word(int start)
    {
        char next = Peek(1);
        switch (_text[start])
        {
            case 'e' or 'E' when next == '\'':
                _at++;
                return Make(TokenKind.String, StringEscapes.Decode(RawQuoted(start, true), PositionOf(start)), start);
            case 'b' or 'B' when next == '\'':
                _at++;
                return BitString(TokenKind.BitString, start);
            case 'x' or 'X' when next == '\'':
                _at++;
                return BitString(TokenKind.HexString, start);
            case 'n' or 'N' when next == '\'':
                _at++;
                return Make(TokenKind.String, QuotedText(start), start);
            case 'u' or 'U' when next == '&' && Peek(2) is '\'' or '"':
                return UnicodeToken(start);
        }

        while (_at < _text.Length && IsIdentifierPart(_text[_at])) _at++;
        return Folded(start);
    }

    private Token Folded(int start)
    {
        ReadOnlySpan<char> raw = _text.AsSpan(start, _at - start);
        if (raw.Length <= 32)
        {
            Span<char> lower = stackalloc char[raw.Length];
            for (int i = 0; i < raw.Length; i++) lower[i] = char.IsAsciiLetterUpper(raw[i]) ? (char)(raw[i] | 0x20) : raw[i];
            if (Keywords.Find(lower) is { } keyword) return Make(TokenKind.Keyword, keyword.Word, start, keyword);
            return Make(TokenKind.Identifier, new string(lower), start);
        }

        return Make(TokenKind.Identifier, Identifiers.Truncate(Identifiers.Fold(raw.ToString())), start);
    }

    private Token BitString(TokenKind kind, int start)
    {
        string digits = QuotedText(start);
        foreach (char c in digits)
        {
            bool good = kind == TokenKind.BitString ? c is '0' or '1' : char.IsAsciiHexDigit(c);
            if (!good)
            {
                throw new SqlException(
                    SqlStates.InvalidTextRepresentation,
                    $"\"{c}\" is not a valid {(kind == TokenKind.BitString ? "binary" : "hexadecimal")} digit",
                    PositionOf(start));
            }
        }

        return Make(kind, digits, start);
    }

    private Token UnicodeToken(int start)
    {
        _at += 2;
        bool isString = _text[_at] == '\'';
        string body = isString ? QuotedText(start) : QuotedIdentifier(start, _at);
        int end = _at;
        char escape = '\\';
        SkipBlanks();
        if (_at + 7 <= _text.Length && _text.AsSpan(_at, 7).Equals("uescape", StringComparison.OrdinalIgnoreCase)
            && !IsIdentifierPart(Peek(7)))
        {
            _at += 7;
            SkipBlanks();
            int escapeStart = _at;
            if (Peek(0) != '\'') throw new SqlException(SqlStates.SyntaxError, "UESCAPE must be followed by a simple string literal", PositionOf(Math.Min(_at, _text.Length)));
            string given = QuotedText(escapeStart);
            if (given.Length != 1 || char.IsAsciiHexDigit(given[0]) || given[0] is '+' or '\'' or '"' || IsBlank(given[0]))
                throw new SqlException(SqlStates.SyntaxError, "invalid Unicode escape character", PositionOf(escapeStart));
            escape = given[0];
        }
        else
        {
            _at = end;
        }

        string decoded = StringEscapes.DecodeUnicode(body, escape, PositionOf(start));
        return isString
            ? Make(TokenKind.String, decoded, start)
            : Make(TokenKind.Identifier, Identifiers.Truncate(decoded), start);
    }

    private string QuotedText(int start)
    {
        string raw = RawQuoted(start, false);
        return raw.Contains('\'', StringComparison.Ordinal) ? raw.Replace("''", "'", StringComparison.Ordinal) : raw;
    }

    /// <summary>What stands between the quotes, with continuations joined; quotes inside are still doubled.</summary>
    private string RawQuoted(int start, bool hasBackslashEscapes)
    {
        StringBuilder? joined = null;
        while (true)
        {
            int from = ++_at;
            while (true)
            {
                if (_at >= _text.Length) throw Error("unterminated quoted string", start, _text.Length);
                char c = _text[_at];
                if (hasBackslashEscapes && c == '\\' && _at + 1 < _text.Length) _at += 2;
                else if (c != '\'') _at++;
                else if (Peek(1) == '\'') _at += 2;
                else break;
            }

            string piece = _text[from.._at];
            _at++;
            if (!AtContinuation()) return joined is null ? piece : joined.Append(piece).ToString();
            (joined ??= new StringBuilder()).Append(piece);
        }
    }

    /// <summary>Whether a quote follows after blanks with a line end among them; moves there if so.</summary>
    private bool AtContinuation()
    {
        int at = _at;
        bool sawLineEnd = false;
        while (at < _text.Length)
        {
            if (IsBlank(_text[at]))
            {
                sawLineEnd |= _text[at] is '\n' or '\r';
                at++;
            }
            else if (sawLineEnd && at + 1 < _text.Length && _text[at] == '-' && _text[at + 1] == '-')
            {
                while (at < _text.Length && _text[at] is not ('\n' or '\r')) at++;
            }
            else
            {
                break;
            }
        }

        if (!sawLineEnd || at >= _text.Length || _text[at] != '\'') return false;
        _at = at;
        return true;
    }

    private string QuotedIdentifier(int start, int quote)
    {
        _at = quote + 1;
        while (true)
        {
            if (_at >= _text.Length) throw Error("unterminated quoted identifier", start, _text.Length);
            if (_text[_at] != '"') _at++;
            else if (Peek(1) == '"') _at += 2;
            else break;
        }

        string name = _text[(quote + 1).._at].Replace("\"\"", "\"", StringComparison.Ordinal);
        _at++;
        if (name.Length == 0) throw Error("zero-length delimited identifier", start, _at);
        return Identifiers.Truncate(name);
    }

    private Token Number(int start)
    {
        bool isDecimal = false;
        SkipDigits();
        if (Peek(0) == '.' && Peek(1) != '.')
        {
            isDecimal = true;
            _at++;
            SkipDigits();
        }

        if (Peek(0) is 'e' or 'E')
        {
            int signed = Peek(1) is '+' or '-' ? 2 : 1;
            if (char.IsAsciiDigit(Peek(signed)))
            {
                isDecimal = true;
                _at += signed;
                SkipDigits();
            }
            else if (signed == 2)
            {
                throw Error("trailing junk after numeric literal", start, _at + 2);
            }
        }

        if (IsIdentifierStart(Peek(0))) throw Error("trailing junk after numeric literal", start, EndOfWord());
        return Make(isDecimal ? TokenKind.Decimal : TokenKind.Integer, _text[start.._at], start);
    }

    private readonly int EndOfWord()
    {
        int at = _at;
        while (at < _text.Length && IsIdentifierPart(_text[at])) at++;
        return at;
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek(0))) _at++;
    }

    private Token Dollar(int start)
    {
        if (char.IsAsciiDigit(Peek(1)))
        {
            _at++;
            SkipDigits();
            if (IsIdentifierStart(Peek(0))) throw Error("trailing junk after parameter", start, EndOfWord());
            return Make(TokenKind.Parameter, _text[(start + 1).._at], start);
        }

        int at = start + 1;
        while (at < _text.Length && (IsIdentifierStart(_text[at]) || (at > start + 1 && char.IsAsciiDigit(_text[at])))) at++;
        if (at >= _text.Length || _text[at] != '$')
        {
            _at++;
            throw Error("syntax error", start, _at);
        }

        ReadOnlySpan<char> tag = _text.AsSpan(start, at + 1 - start);
        int length = _text.AsSpan(at + 1).IndexOf(tag, StringComparison.Ordinal);
        if (length < 0) throw Error("unterminated dollar-quoted string", start, _text.Length);
        _at = at + 1 + length + tag.Length;
        return Make(TokenKind.String, _text.Substring(at + 1, length), start);
    }

    private Token Operator(int start)
    {
        int end = start;
        while (end < _text.Length && OperatorCharacters.Contains(_text[end], StringComparison.Ordinal))
        {
            if (end > start && StartsComment(end)) break;
            end++;
        }

        ReadOnlySpan<char> all = _text.AsSpan(start, end - start);
        if (all.Length > 1 && all[^1] is '+' or '-' && !all.ContainsAny(SpecialOperatorCharacters))
        {
            do end--;
            while (end - start > 1 && _text[end - 1] is '+' or '-');
        }

        _at = end;
        string text = _text[start..end];
        if (text == "=>") return Make(TokenKind.Symbol, "=>", start);
        return Make(TokenKind.Operator, text == "!=" ? "<>" : text, start);
    }

    private readonly bool StartsComment(int at) =>
        at + 1 < _text.Length && ((_text[at] == '-' && _text[at + 1] == '-') || (_text[at] == '/' && _text[at + 1] == '*'));
}
