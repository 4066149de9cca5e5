using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>name = value lists, in the several syntaxes that grew over the years.</summary>
internal sealed class OptionParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    /// <summary>( name [=] value, ... ) as EXPLAIN, VACUUM and COPY write it.</summary>
    public ImmutableArray<OptionSetting> Parenthesized()
    {
        Cursor.ExpectSymbol("(");
        ImmutableArray<OptionSetting> options = Cursor.List(Generic);
        Cursor.ExpectSymbol(")");
        return options;
    }

    /// <summary>( name = value, ... ) as WITH of tables and indexes writes it; empty when WITH does not follow.</summary>
    public ImmutableArray<OptionSetting> Storage()
    {
        if (!(Cursor.At("with") && Cursor.Ahead(1).Text == "(")) return [];
        Cursor.Advance();
        return StorageList();
    }

    /// <summary>( name = value, ... )</summary>
    public ImmutableArray<OptionSetting> StorageList()
    {
        Cursor.ExpectSymbol("(");
        ImmutableArray<OptionSetting> options = Cursor.List(() =>
        {
            int position = Cursor.Position;
            string name = Cursor.Label();
            if (Cursor.AcceptSymbol(".")) name += "." + Cursor.Label();
            return new OptionSetting(position, name, Cursor.AcceptOperator("=") ? Value() : null);
        });
        Cursor.ExpectSymbol(")");
        return options;
    }

    /// <summary>A literal, or a word as a column reference.</summary>
    public Expression Value()
    {
        Token token = Cursor.Current;
        int position = token.Position;
        if (token.Kind == TokenKind.String) return new StringLiteral(position, Cursor.Advance().Text);
        if (token.Kind is TokenKind.Integer or TokenKind.Decimal || Cursor.AtOperator("-") || Cursor.AtOperator("+"))
            return SignedNumber();
        if (token.Text is "true" or "false" && token.Kind == TokenKind.Keyword)
            return new BooleanLiteral(position, Cursor.Advance().Text == "true");
        return new ColumnReference(position, [Cursor.Label()]);
    }

    /// <summary>A number literal with its sign in the text.</summary>
    public NumberLiteral SignedNumber()
    {
        int position = Cursor.Position;
        bool isNegative = Cursor.AcceptOperator("-");
        if (!isNegative) Cursor.AcceptOperator("+");
        if (Cursor.Current.Kind is not (TokenKind.Integer or TokenKind.Decimal)) throw Cursor.SyntaxError();
        string digits = Cursor.Advance().Text;
        return new NumberLiteral(position, isNegative ? "-" + digits : digits);
    }

    /// <summary>Options behind COPY's FROM or TO: WITH (...), or the words of before 9.0.</summary>
    public void CopyOptions(ImmutableArray<OptionSetting>.Builder options)
    {
        Cursor.Accept("with");
        if (Cursor.AtSymbol("("))
        {
            options.AddRange(Parenthesized());
            return;
        }

        while (!Cursor.AtEndOfStatement && !Cursor.At("where")) options.Add(OldCopyOption());
    }

    /// <summary>Options of CREATE SEQUENCE, as IDENTITY takes them: start, increment, minvalue, maxvalue, cache, cycle.</summary>
    public ImmutableArray<OptionSetting> Sequence()
    {
        if (!Cursor.AcceptSymbol("(")) return [];
        var options = ImmutableArray.CreateBuilder<OptionSetting>();
        while (!Cursor.AcceptSymbol(")")) options.Add(SequenceOption());
        return options.ToImmutable();
    }

    private OptionSetting Generic()
    {
        int position = Cursor.Position;
        string name = Cursor.Label();
        if (name == "analyse") name = "analyze";
        Cursor.AcceptOperator("=");
        if (Cursor.AtSymbol(",") || Cursor.AtSymbol(")")) return new OptionSetting(position, name, null);
        if (Cursor.AcceptOperator("*")) return new OptionSetting(position, name, new StarReference(position, []));
        bool isReserved = Cursor.Current.Keyword is { Class: KeywordClass.Reserved, Word: not ("on" or "true" or "false") };
        if (isReserved) throw Cursor.SyntaxError();
        if (!Cursor.AtSymbol("(")) return new OptionSetting(position, name, Value());
        return new OptionSetting(position, name, ColumnList());
    }

    private RowConstructor ColumnList()
    {
        int position = Cursor.Position;
        var items = ImmutableArray.CreateBuilder<Expression>();
        foreach (ColumnName column in Cursor.ColumnNamesInParentheses())
            items.Add(new ColumnReference(column.Position, [column.Name]));
        return new RowConstructor(position, items.ToImmutable(), true);
    }

    private OptionSetting OldCopyOption()
    {
        Token token = Cursor.Advance();
        int position = token.Position;
        if (token.Kind != TokenKind.Keyword) throw Cursor.SyntaxErrorAt(token);
        switch (token.Text)
        {
            case "binary" or "csv":
                return new OptionSetting(position, "format", new StringLiteral(position, token.Text));
            case "header" or "freeze":
                return new OptionSetting(position, token.Text, null);
            case "delimiter" or "null" or "quote" or "escape" or "encoding":
                Cursor.Accept("as");
                return new OptionSetting(position, token.Text, new StringLiteral(Cursor.Position, Cursor.ExpectString()));
            case "delimiters":
                Cursor.Accept("as");
                return new OptionSetting(position, "delimiter", new StringLiteral(Cursor.Position, Cursor.ExpectString()));
            case "force":
                string name = Cursor.Accept("quote") ? "force_quote"
                    : Cursor.Accept("not", "null") ? "force_not_null"
                    : Cursor.Accept("null") ? "force_null" : throw Cursor.SyntaxError();
                if (Cursor.AcceptOperator("*")) return new OptionSetting(position, name, new StarReference(position, []));
                return new OptionSetting(position, name, OldColumnList(position));
            default:
                throw Cursor.SyntaxErrorAt(token);
        }
    }

    private RowConstructor OldColumnList(int position)
    {
        var items = ImmutableArray.CreateBuilder<Expression>();
        foreach (ColumnName column in Cursor.List(Cursor.ColumnName))
            items.Add(new ColumnReference(column.Position, [column.Name]));
        return new RowConstructor(position, items.ToImmutable(), true);
    }

    private OptionSetting SequenceOption()
    {
        Token token = Cursor.Advance();
        int position = token.Position;
        switch (token.Text)
        {
            case "start":
                Cursor.Accept("with");
                return new OptionSetting(position, "start", SignedNumber());
            case "increment":
                Cursor.Accept("by");
                return new OptionSetting(position, "increment", SignedNumber());
            case "minvalue" or "maxvalue" or "cache":
                return new OptionSetting(position, token.Text, SignedNumber());
            case "restart":
                Cursor.Accept("with");
                bool hasNumber = Cursor.Current.Kind == TokenKind.Integer || Cursor.AtOperator("-");
                return new OptionSetting(position, "restart", hasNumber ? SignedNumber() : null);
            case "cycle":
                return new OptionSetting(position, "cycle", new BooleanLiteral(position, true));
            case "no":
                if (Cursor.Accept("cycle")) return new OptionSetting(position, "cycle", new BooleanLiteral(position, false));
                if (Cursor.Accept("minvalue")) return new OptionSetting(position, "minvalue", null);
                if (Cursor.Accept("maxvalue")) return new OptionSetting(position, "maxvalue", null);
                throw Cursor.SyntaxError();
            default:
                throw Cursor.SyntaxErrorAt(token);
        }
    }
}
