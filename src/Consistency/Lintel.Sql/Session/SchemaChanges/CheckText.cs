using System.Text;
using Lintel.Sql.Parse;

namespace Lintel.Sql.Session.SchemaChanges;

/// <summary>Columns in the text of a CHECK: it is over one table, so a name that is not called is a column.</summary>
internal static class CheckText
{
    /// <summary>Whether the condition mentions a column.</summary>
    public static bool Mentions(string sql, string column)
    {
        List<Token> tokens = Lexer.Tokenize(sql);
        for (int i = 0; i < tokens.Count; i++)
        {
            if (IsColumn(tokens, i, column)) return true;
        }

        return false;
    }

    /// <summary>The condition with a column under its new name.</summary>
    public static string Rename(string sql, string column, string newName)
    {
        List<Token> tokens = Lexer.Tokenize(sql);
        var text = new StringBuilder();
        int copied = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            if (!IsColumn(tokens, i, column)) continue;
            text.Append(sql, copied, tokens[i].Start - copied).Append(Identifiers.Quote(newName));
            copied = tokens[i].End;
        }

        return text.Append(sql, copied, sql.Length - copied).ToString();
    }

    private static bool IsColumn(List<Token> tokens, int at, string column)
    {
        Token token = tokens[at];
        if (token.Kind is not (TokenKind.Identifier or TokenKind.Keyword) || token.Text != column) return false;
        bool isCalled = at + 1 < tokens.Count && tokens[at + 1] is { Kind: TokenKind.Symbol, Text: "(" or "." };
        bool isType = at > 0 && tokens[at - 1] is { Kind: TokenKind.Symbol, Text: "::" or "." };
        return !isCalled && !isType;
    }
}
