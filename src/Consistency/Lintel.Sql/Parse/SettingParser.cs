using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>SET, RESET and SHOW with all their special spellings.</summary>
internal sealed class SettingParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    public Statement Parse()
    {
        Token verb = Cursor.Advance();
        return verb.Text switch
        {
            "set" => Set(verb.Position),
            "reset" => Reset(verb.Position),
            _ => Show(verb.Position),
        };
    }

    private Statement Set(int position)
    {
        if (Cursor.At("session", "characteristics"))
        {
            Cursor.Advance();
            Cursor.Advance();
            Cursor.Expect("as");
            Cursor.Expect("transaction");
            return new SetTransactionStatement(position, grammar.SessionStatements.RequiredModes(), true);
        }

        if (Cursor.Accept("constraints")) return Constraints(position);
        bool isLocal = !IsAssignment(1) && Cursor.Accept("local");
        if (!isLocal && !IsAssignment(1)) Cursor.Accept("session");
        if (Cursor.At("transaction") && !IsAssignment(1))
        {
            Cursor.Advance();
            if (Cursor.Accept("snapshot"))
            {
                Cursor.ExpectString();
                return new UnsupportedStatement(position, "SET TRANSACTION SNAPSHOT");
            }

            return new SetTransactionStatement(position, grammar.SessionStatements.RequiredModes(), false);
        }

        return Special(position, isLocal) ?? Plain(position, isLocal);
    }

    private bool IsAssignment(int ahead) =>
        Cursor.Ahead(ahead) is { Kind: TokenKind.Operator, Text: "=" } or { Kind: TokenKind.Keyword, Text: "to" }
            or { Kind: TokenKind.Symbol, Text: "." };

    private SetStatement? Special(int position, bool isLocal)
    {
        if (Cursor.Accept("time", "zone")) return new SetStatement(position, "timezone", ZoneValue(), isLocal);
        if (Cursor.Accept("names"))
        {
            ImmutableArray<Expression> encoding = Cursor.Current.Kind == TokenKind.String ? [Value()] : [];
            if (encoding.IsEmpty) Cursor.Accept("default");
            return new SetStatement(position, "client_encoding", encoding, isLocal);
        }

        if (Cursor.At("schema") && Cursor.Ahead(1).Kind == TokenKind.String)
        {
            Cursor.Advance();
            return new SetStatement(position, "search_path", [Value()], isLocal);
        }

        if (Cursor.At("role") && !IsAssignment(1))
        {
            Cursor.Advance();
            return new SetStatement(position, "role", [Value()], isLocal);
        }

        if (Cursor.At("authorization") || Cursor.At("session", "authorization"))
        {
            Cursor.Accept("session");
            Cursor.Advance();
            ImmutableArray<Expression> user = Cursor.Accept("default") ? [] : [Value()];
            return new SetStatement(position, "session_authorization", user, isLocal);
        }

        if (Cursor.At("seed") || Cursor.At("xml", "option"))
            throw Cursor.SyntaxError();
        return null;
    }

    private SetStatement Plain(int position, bool isLocal)
    {
        string name = Name();
        if (!Cursor.AcceptOperator("=")) Cursor.Expect("to");
        if (Cursor.Accept("default")) return new SetStatement(position, name, [], isLocal);
        return new SetStatement(position, name, Cursor.List(Value), isLocal);
    }

    private ImmutableArray<Expression> ZoneValue()
    {
        if (Cursor.Accept("default") || Cursor.Accept("local")) return [];
        if (Cursor.At("interval")) return [grammar.Primaries.Parse()];
        return [Value()];
    }

    private Expression Value()
    {
        Token token = Cursor.Current;
        if (token.Kind == TokenKind.Keyword && token.Text is "true" or "false" or "on" && token.Kind == TokenKind.Keyword)
            return new StringLiteral(token.Position, Cursor.Advance().Text);
        if (token.Kind is TokenKind.Identifier or TokenKind.Keyword)
            return new StringLiteral(token.Position, Cursor.NonReservedWord());
        return grammar.Options.Value();
    }

    private string Name()
    {
        string name = Cursor.Name();
        while (Cursor.AcceptSymbol(".")) name += "." + Cursor.Label();
        return Identifiers.Fold(name);
    }

    private SetConstraintsStatement Constraints(int position)
    {
        ImmutableArray<QualifiedName> names = Cursor.Accept("all") ? [] : Cursor.QualifiedNames();
        bool isDeferred = Cursor.Accept("deferred");
        if (!isDeferred) Cursor.Expect("immediate");
        return new SetConstraintsStatement(position, names, isDeferred);
    }

    private ResetStatement Reset(int position)
    {
        if (Cursor.Accept("all")) return new ResetStatement(position, null);
        if (Cursor.Accept("time", "zone")) return new ResetStatement(position, "timezone");
        if (Cursor.Accept("session", "authorization")) return new ResetStatement(position, "session_authorization");
        if (Cursor.Accept("transaction", "isolation", "level")) return new ResetStatement(position, "transaction_isolation");
        return new ResetStatement(position, Name());
    }

    private ShowStatement Show(int position)
    {
        if (Cursor.Accept("all")) return new ShowStatement(position, null);
        if (Cursor.Accept("time", "zone")) return new ShowStatement(position, "timezone");
        if (Cursor.Accept("session", "authorization")) return new ShowStatement(position, "session_authorization");
        if (Cursor.Accept("transaction", "isolation", "level")) return new ShowStatement(position, "transaction_isolation");
        return new ShowStatement(position, Name());
    }
}
