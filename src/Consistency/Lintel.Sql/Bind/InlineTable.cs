using Lintel.Sql.Parse;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Bind;

/// <summary>
/// A common table that is read in one place only: there it is bound like a subquery, so that conditions and indexes reach
/// into it.
/// </summary>
/// <param name="Query">What it computes.</param>
/// <param name="Columns">Names of its columns.</param>
/// <param name="Outer">The query around the WITH clause.</param>
/// <param name="Visible">The common tables that it can name.</param>
internal sealed record InlineTable(
    Query Query, IReadOnlyList<string> Columns, QueryScope? Outer, CommonTableScope Visible)
{
    /// <summary>
    /// How often a name stands where a table could stand in a statement; may count too many, never too few.
    /// </summary>
    public static int References(string name, string text)
    {
        var cursor = new TokenCursor(text, ParseLimits.Default);
        int count = 0;
        bool mayBeTable = false;
        while (cursor.Current.Kind != TokenKind.End)
        {
            Token token = cursor.Advance();
            bool isName = token.Kind is TokenKind.Identifier or TokenKind.Keyword && token.Text == name;
            if (isName && mayBeTable && !cursor.AtSymbol(".")) count++;
            mayBeTable = token is { Kind: TokenKind.Symbol, Text: "," or "(" }
                || (token.Kind == TokenKind.Keyword && token.Text is "from" or "join" or "using" or "only" or "table" or "lateral");
        }

        return count;
    }
}
