using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Names in expressions: columns, calls, typed constants, and the calls that SQL spells with keywords.</summary>
internal sealed class FunctionCallParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    /// <summary>A call of a system function that the text did not write as one.</summary>
    public static FunctionCall SystemCall(int position, string name, params ReadOnlySpan<Expression> arguments)
    {
        var list = ImmutableArray.CreateBuilder<FunctionArgument>(arguments.Length);
        foreach (Expression argument in arguments) list.Add(new FunctionArgument(argument));
        return new FunctionCall(
            position, new QualifiedName(position, ["pg_catalog", name]), list.MoveToImmutable(), false, false, [], [], null, null);
    }

    /// <summary>column, table.column, table.*, function(...), type 'constant'.</summary>
    public Expression NameOrCall()
    {
        Token first = Cursor.Advance();
        bool mayBeColumn = first.Keyword is not { Class: KeywordClass.FunctionOrType or KeywordClass.Reserved };
        bool mayBeFunction = first.Keyword is not { Class: KeywordClass.ColumnName or KeywordClass.Reserved }
            || first.Text == "current_schema";
        var parts = ImmutableArray.CreateBuilder<string>(2);
        parts.Add(first.Text);
        while (Cursor.AtSymbol("."))
        {
            Cursor.Advance();
            if (Cursor.AcceptOperator("*"))
            {
                if (!mayBeColumn) throw Cursor.SyntaxErrorAt(first);
                return new StarReference(first.Position, parts.ToImmutable());
            }

            parts.Add(Cursor.Label());
        }

        mayBeFunction |= parts.Count > 1 && mayBeColumn;
        if (mayBeFunction && Cursor.AtSymbol("(")) return Call(new QualifiedName(first.Position, parts.ToImmutable()));
        if (mayBeFunction && Cursor.Current.Kind == TokenKind.String)
        {
            Token literal = Cursor.Advance();
            var type = new TypeName(first.Position, new QualifiedName(first.Position, parts.ToImmutable()), []);
            return new CastExpression(first.Position, new StringLiteral(literal.Position, literal.Text), type);
        }

        if (!mayBeColumn) throw Cursor.SyntaxError();
        return new ColumnReference(first.Position, parts.ToImmutable());
    }

    /// <summary>( arguments ) and what may follow a call; the cursor is at the parenthesis.</summary>
    public FunctionCall Call(QualifiedName name)
    {
        Cursor.ExpectSymbol("(");
        bool isStar = false;
        bool isDistinct = false;
        ImmutableArray<FunctionArgument> arguments = [];
        ImmutableArray<SortItem> orderBy = [];
        if (Cursor.AcceptOperator("*"))
        {
            isStar = true;
        }
        else if (!Cursor.AtSymbol(")"))
        {
            isDistinct = Cursor.Accept("distinct");
            if (!isDistinct) Cursor.Accept("all");
            arguments = Cursor.List(Argument);
            if (Cursor.At("order", "by")) orderBy = grammar.Queries.OrderBy();
        }

        Cursor.ExpectSymbol(")");
        ImmutableArray<SortItem> withinGroup = [];
        if (Cursor.Accept("within", "group"))
        {
            Cursor.ExpectSymbol("(");
            withinGroup = grammar.Queries.OrderBy();
            Cursor.ExpectSymbol(")");
        }

        Expression? filter = null;
        if (Cursor.At("filter") && Cursor.Ahead(1).Text == "(")
        {
            Cursor.Advance();
            Cursor.ExpectSymbol("(");
            Cursor.Expect("where");
            filter = grammar.Expressions.Parse();
            Cursor.ExpectSymbol(")");
        }

        WindowSpecification? over = Cursor.At("over") ? Over() : null;
        return new FunctionCall(name.Position, name, arguments, isStar, isDistinct, orderBy, withinGroup, filter, over);
    }

    private FunctionArgument Argument()
    {
        bool isVariadic = Cursor.Accept("variadic");
        string? name = null;
        if (Cursor.Ahead(1) is { Kind: TokenKind.Symbol, Text: "=>" or ":=" })
        {
            name = Cursor.Label();
            Cursor.Advance();
        }

        return new FunctionArgument(grammar.Expressions.Parse(), name, isVariadic);
    }

    private WindowSpecification Over()
    {
        Cursor.Advance();
        if (Cursor.AtSymbol("(")) return Window();
        return new WindowSpecification(Cursor.Position, Cursor.Name(), [], [], null, true);
    }

    /// <summary>( [name] [PARTITION BY ...] [ORDER BY ...] [frame] )</summary>
    public WindowSpecification Window()
    {
        int position = Cursor.Position;
        Cursor.ExpectSymbol("(");
        string? baseName = null;
        bool startsClause = Cursor.At("partition") || Cursor.At("order") || Cursor.At("rows") || Cursor.At("range")
            || Cursor.At("groups") || Cursor.AtSymbol(")");
        if (!startsClause) baseName = Cursor.Name();
        ImmutableArray<Expression> partitionBy = [];
        if (Cursor.Accept("partition", "by")) partitionBy = grammar.Expressions.ParseList();
        ImmutableArray<SortItem> orderBy = Cursor.At("order", "by") ? grammar.Queries.OrderBy() : [];
        WindowFrame? frame = Cursor.At("rows") || Cursor.At("range") || Cursor.At("groups") ? Frame() : null;
        Cursor.ExpectSymbol(")");
        return new WindowSpecification(position, baseName, partitionBy, orderBy, frame);
    }

    private WindowFrame Frame()
    {
        Token unit = Cursor.Advance();
        FrameUnit kind = unit.Text switch { "rows" => FrameUnit.Rows, "range" => FrameUnit.Range, _ => FrameUnit.Groups };
        FrameBound start;
        var end = new FrameBound(FrameBoundKind.CurrentRow);
        if (Cursor.Accept("between"))
        {
            start = Bound();
            Cursor.Expect("and");
            end = Bound();
        }
        else
        {
            start = Bound();
        }

        return new WindowFrame(unit.Position, kind, start, end, Exclusion());
    }

    private FrameBound Bound()
    {
        if (Cursor.Accept("unbounded", "preceding")) return new FrameBound(FrameBoundKind.UnboundedPreceding);
        if (Cursor.Accept("unbounded", "following")) return new FrameBound(FrameBoundKind.UnboundedFollowing);
        if (Cursor.Accept("current", "row")) return new FrameBound(FrameBoundKind.CurrentRow);
        Expression offset = grammar.Expressions.Parse();
        if (Cursor.Accept("preceding")) return new FrameBound(FrameBoundKind.Preceding, offset);
        Cursor.Expect("following");
        return new FrameBound(FrameBoundKind.Following, offset);
    }

    private FrameExclusion Exclusion()
    {
        if (!Cursor.Accept("exclude")) return FrameExclusion.NoOthers;
        if (Cursor.Accept("current", "row")) return FrameExclusion.CurrentRow;
        if (Cursor.Accept("group")) return FrameExclusion.Group;
        if (Cursor.Accept("ties")) return FrameExclusion.Ties;
        Cursor.Expect("no");
        Cursor.Expect("others");
        return FrameExclusion.NoOthers;
    }

    /// <summary>EXTRACT, POSITION, SUBSTRING, OVERLAY, TRIM and their kin; null when the cursor is at none of them.</summary>
    public Expression? TrySpelledCall()
    {
        if (Cursor.Ahead(1) is not { Kind: TokenKind.Symbol, Text: "(" }) return null;
        Token word = Cursor.Current;
        switch (word.Text)
        {
            case "extract": return Extract(word.Position);
            case "position": return PositionIn(word.Position);
            case "substring": return Substring(word.Position);
            case "overlay": return Overlay(word.Position);
            case "trim": return Trim(word.Position);
            case "normalize" or "treat" or "xmlconcat" or "xmlelement" or "xmlexists" or "xmlforest" or "xmlparse" or "xmlpi"
                or "xmlroot" or "xmlserialize":
                Cursor.Advance();
                Cursor.SkipParentheses();
                return new UnsupportedExpression(word.Position, word.Text.ToUpperInvariant());
            default: return null;
        }
    }

    private void Open()
    {
        Cursor.Advance();
        Cursor.ExpectSymbol("(");
    }

    private Expression Close(Expression call)
    {
        Cursor.ExpectSymbol(")");
        return call;
    }

    private Expression Extract(int position)
    {
        Open();
        Token field = Cursor.Current;
        string name = field.Kind == TokenKind.String ? Cursor.Advance().Text : Cursor.Label();
        Cursor.Expect("from");
        Expression source = grammar.Expressions.Parse();
        return Close(SystemCall(position, "extract", new StringLiteral(field.Position, name), source));
    }

    private Expression PositionIn(int position)
    {
        Open();
        Expression needle = grammar.Expressions.Parse(Precedence.Matching);
        Cursor.Expect("in");
        Expression hay = grammar.Expressions.Parse(Precedence.Matching);
        return Close(SystemCall(position, "position", hay, needle));
    }

    private Expression Substring(int position)
    {
        Open();
        Expression text = grammar.Expressions.Parse();
        if (Cursor.AtSymbol(",")) return Close(Plain(position, "substring", text));
        if (Cursor.Accept("similar"))
        {
            Expression pattern = grammar.Expressions.Parse();
            Cursor.Expect("escape");
            grammar.Expressions.Parse();
            return Close(new UnsupportedExpression(pattern.Position, "SUBSTRING ... SIMILAR"));
        }

        Expression? from = null;
        Expression? count = null;
        while (Cursor.At("from") || Cursor.At("for"))
        {
            bool isFrom = Cursor.Advance().Text == "from";
            if (isFrom ? from is not null : count is not null) throw Cursor.SyntaxError();
            if (isFrom) from = grammar.Expressions.Parse();
            else count = grammar.Expressions.Parse();
        }

        if (from is null && count is null) return Close(SystemCall(position, "substring", text));
        from ??= new NumberLiteral(0, "1");
        return Close(count is null
            ? SystemCall(position, "substring", text, from)
            : SystemCall(position, "substring", text, from, count));
    }

    private FunctionCall Plain(int position, string name, Expression first)
    {
        var arguments = new List<Expression> { first };
        while (Cursor.AcceptSymbol(",")) arguments.Add(grammar.Expressions.Parse());
        return SystemCall(position, name, [.. arguments]);
    }

    private Expression Overlay(int position)
    {
        Open();
        Expression text = grammar.Expressions.Parse();
        if (!Cursor.Accept("placing")) return Close(Plain(position, "overlay", text));
        Expression replacement = grammar.Expressions.Parse();
        Cursor.Expect("from");
        Expression from = grammar.Expressions.Parse();
        if (!Cursor.Accept("for")) return Close(SystemCall(position, "overlay", text, replacement, from));
        return Close(SystemCall(position, "overlay", text, replacement, from, grammar.Expressions.Parse()));
    }

    private Expression Trim(int position)
    {
        Open();
        string name = "btrim";
        if (Cursor.Accept("leading")) name = "ltrim";
        else if (Cursor.Accept("trailing")) name = "rtrim";
        else Cursor.Accept("both");
        if (Cursor.Accept("from")) return Close(Plain(position, name, grammar.Expressions.Parse()));
        Expression first = grammar.Expressions.Parse();
        if (Cursor.Accept("from"))
        {
            Expression text = grammar.Expressions.Parse();
            return Close(SystemCall(position, name, text, first));
        }

        return Close(Plain(position, name, first));
    }
}
