using System.Text;

namespace Lintel.Sql.Functions;

/// <summary>Rewrites a regular expression of PostgreSQL's in .NET's spelling.</summary>
internal sealed class RegexTranslator(string pattern, bool isNewlineSensitive)
{
    private readonly StringBuilder _result = new();
    private int _at;

    public string Translate()
    {
        while (_at < pattern.Length)
        {
            char c = pattern[_at];
            switch (c)
            {
                case '\\': Escape(); break;
                case '[': Bracket(); break;
                case '$' when !isNewlineSensitive:
                    // .NET's $ also matches before a line end at the end.
                    _result.Append("\\z");
                    _at++;
                    break;
                case '$':
                    _result.Append("(?=\\n|\\z)");
                    _at++;
                    break;
                case '{' when _at + 1 >= pattern.Length || !char.IsAsciiDigit(pattern[_at + 1]):
                    _result.Append("\\{");
                    _at++;
                    break;
                default:
                    _result.Append(c);
                    _at++;
                    break;
            }
        }

        return _result.ToString();
    }

    private void Escape()
    {
        if (_at + 1 >= pattern.Length) throw RegularExpressions.Invalid("invalid escape \\ sequence");
        char c = pattern[_at + 1];
        _at += 2;
        string? text = c switch
        {
            'm' => "\\b(?=\\w)",
            'M' => "\\b(?<=\\w)",
            'y' => "\\b",
            'Y' => "\\B",
            'A' => "\\A",
            'Z' => "\\z",
            'd' => "[0-9]",
            'D' => "[^0-9]",
            'B' => "\\\\",
            'e' => "\\x1B",
            _ => null,
        };
        if (text is not null) _result.Append(text);
        else if (char.IsAsciiLetterOrDigit(c) && c is not ('w' or 'W' or 's' or 'S' or 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or 'c' or 'u' or 'x')
            && !char.IsAsciiDigit(c))
            throw RegularExpressions.Invalid("invalid escape \\ sequence");
        else if (c == 'b') _result.Append("\\x08");
        else _result.Append('\\').Append(c);
    }

    private void Bracket()
    {
        if (TryWordBoundary()) return;
        _result.Append('[');
        _at++;
        if (_at < pattern.Length && pattern[_at] == '^')
        {
            _result.Append('^');
            if (isNewlineSensitive) _result.Append("\\n");
            _at++;
        }

        bool isFirst = true;
        while (_at < pattern.Length && (pattern[_at] != ']' || isFirst))
        {
            isFirst = false;
            if (pattern[_at] == '[' && _at + 1 < pattern.Length && pattern[_at + 1] is ':' or '.' or '=') Class();
            else if (pattern[_at] == '\\' && _at + 1 < pattern.Length)
            {
                _result.Append(pattern, _at, 2);
                _at += 2;
            }
            else
            {
                if (pattern[_at] is '[' or ']') _result.Append('\\');
                _result.Append(pattern[_at++]);
            }
        }

        if (_at >= pattern.Length) throw RegularExpressions.Invalid("brackets [] not balanced");
        _result.Append(']');
        _at++;
    }

    private bool TryWordBoundary()
    {
        ReadOnlySpan<char> rest = pattern.AsSpan(_at);
        bool isStart = rest.StartsWith("[[:<:]]", StringComparison.Ordinal);
        if (!isStart && !rest.StartsWith("[[:>:]]", StringComparison.Ordinal)) return false;
        _result.Append(isStart ? "\\b(?=\\w)" : "\\b(?<=\\w)");
        _at += 7;
        return true;
    }

    private void Class()
    {
        char kind = pattern[_at + 1];
        int close = pattern.IndexOf(kind + "]", _at + 2, StringComparison.Ordinal);
        if (close < 0) throw RegularExpressions.Invalid("brackets [] not balanced");
        string name = pattern[(_at + 2)..close];
        _at = close + 2;
        if (kind != ':')
        {
            _result.Append('\\').Append(name.Length == 1 ? name : throw RegularExpressions.Invalid("invalid collating element"));
            return;
        }

        _result.Append(name switch
        {
            "alpha" => "\\p{L}",
            "digit" => "0-9",
            "alnum" => "\\p{L}0-9",
            "upper" => "\\p{Lu}",
            "lower" => "\\p{Ll}",
            "space" => "\\s",
            "blank" => " \\t",
            "punct" => "!-/:-@\\[-`{-~",
            "cntrl" => "\\x00-\\x1f\\x7f",
            "xdigit" => "0-9a-fA-F",
            "print" => "\\x20-\\x7e\\u00a0-\\uffff",
            "graph" => "\\x21-\\x7e\\u00a1-\\uffff",
            "word" => "\\w",
            _ => throw RegularExpressions.Invalid("invalid character class"),
        });
    }
}
