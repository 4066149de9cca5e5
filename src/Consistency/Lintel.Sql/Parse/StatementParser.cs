using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Dispatches on the first word. What PostgreSQL knows and Lintel does not becomes a node that is refused by name.</summary>
internal sealed class StatementParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    public Statement Parse()
    {
        Token token = Cursor.Current;
        if (token is { Kind: TokenKind.Symbol, Text: "(" }) return grammar.DataStatements.ParsePreparable();
        if (token.Kind != TokenKind.Keyword) throw Cursor.SyntaxError();
        switch (token.Text)
        {
            case "select" or "values" or "table" or "with" or "insert" or "update" or "delete":
                return grammar.DataStatements.ParsePreparable();
            case "truncate": return grammar.DataStatements.Truncate();
            case "copy": return grammar.DataStatements.Copy();
            case "create": return grammar.SchemaStatements.Create();
            case "drop": return grammar.SchemaStatements.Drop();
            case "alter": return grammar.Alters.Alter();
            case "comment": return grammar.SchemaStatements.Comment();
            case "begin" or "start" or "commit" or "end" or "rollback" or "abort" or "savepoint" or "release":
                return grammar.SessionStatements.Transaction();
            case "set" or "reset" or "show": return grammar.Settings.Parse();
            case "explain": return grammar.SessionStatements.Explain();
            case "vacuum" or "analyze" or "analyse": return grammar.SessionStatements.Vacuum();
            case "prepare" or "execute" or "deallocate": return grammar.SessionStatements.Prepared();
            case "declare" or "fetch" or "move" or "close": return grammar.SessionStatements.Cursors();
            case "discard": return grammar.SessionStatements.Discard();
            case "listen" or "unlisten" or "notify": return grammar.SessionStatements.Notifications();
            case "lock": return grammar.SessionStatements.Lock();
            case "checkpoint":
                Cursor.Advance();
                return new CheckpointStatement(token.Position);
            case "grant" or "revoke" or "do" or "call" or "merge" or "cluster" or "reindex" or "refresh" or "reassign"
                or "security" or "import" or "load":
                Cursor.Advance();
                Cursor.SkipStatement();
                return new UnsupportedStatement(token.Position, token.Text.ToUpperInvariant());
            default:
                throw Cursor.SyntaxError();
        }
    }
}
