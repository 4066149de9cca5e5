namespace Lintel.Sql.Parse;

/// <summary>Kinds of token.</summary>
public enum TokenKind : byte
{
    /// <summary>After the last character.</summary>
    End,

    /// <summary>A name that is no keyword, or any quoted name.</summary>
    Identifier,

    /// <summary>An unquoted word of <see cref="Keywords"/>.</summary>
    Keyword,

    /// <summary>Digits only.</summary>
    Integer,

    /// <summary>A number with a point or an exponent.</summary>
    Decimal,

    /// <summary>A string constant of any spelling.</summary>
    String,

    /// <summary>B'...'.</summary>
    BitString,

    /// <summary>X'...'.</summary>
    HexString,

    /// <summary>$1.</summary>
    Parameter,

    /// <summary>An operator, including single characters such as + and =.</summary>
    Operator,

    /// <summary>Punctuation: ( ) [ ] , ; . : :: := => and two dots.</summary>
    Symbol,
}

/// <summary>One token of SQL text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Folded name, decoded string, digits, or the operator itself.</param>
/// <param name="Position">1-based character of its start.</param>
/// <param name="Start">UTF-16 offset of its start.</param>
/// <param name="End">UTF-16 offset behind it.</param>
/// <param name="Keyword">Set for keywords.</param>
public readonly record struct Token(
    TokenKind Kind, string Text, int Position, int Start, int End, Keywords.Keyword? Keyword = null);
