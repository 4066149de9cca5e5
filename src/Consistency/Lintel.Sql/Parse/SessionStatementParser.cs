using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>Transactions, cursors, prepared statements and the rest that concerns the session.</summary>
internal sealed class SessionStatementParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    public Statement Transaction()
    {
        Token verb = Cursor.Advance();
        int position = verb.Position;
        switch (verb.Text)
        {
            case "start":
                Cursor.Expect("transaction");
                return new BeginStatement(position, Modes(), true);
            case "savepoint":
                return new SavepointStatement(position, Cursor.Name());
            case "release":
                Cursor.Accept("savepoint");
                return new ReleaseStatement(position, Cursor.Name());
            case "commit" when Cursor.Accept("prepared"):
                Cursor.ExpectString();
                return new UnsupportedStatement(position, "COMMIT PREPARED");
            case "rollback" when Cursor.Accept("prepared"):
                Cursor.ExpectString();
                return new UnsupportedStatement(position, "ROLLBACK PREPARED");
        }

        if (!Cursor.Accept("work")) Cursor.Accept("transaction");
        if (verb.Text == "begin") return new BeginStatement(position, Modes(), false);
        if (verb.Text == "rollback" && Cursor.Accept("to"))
        {
            Cursor.Accept("savepoint");
            return new RollbackToStatement(position, Cursor.Name());
        }

        bool isChained = false;
        if (Cursor.Accept("and"))
        {
            isChained = !Cursor.Accept("no");
            Cursor.Expect("chain");
        }

        return verb.Text is "commit" or "end"
            ? new CommitStatement(position, isChained)
            : new RollbackStatement(position, isChained);
    }

    /// <summary>At least one transaction mode.</summary>
    public TransactionModes RequiredModes()
    {
        TransactionModes modes = Modes();
        return modes == TransactionModes.None ? throw Cursor.SyntaxError() : modes;
    }

    private TransactionModes Modes()
    {
        TransactionModes modes = TransactionModes.None;
        while (AtMode)
        {
            modes = Mode(modes);
            if (Cursor.AcceptSymbol(",") && !AtMode) throw Cursor.SyntaxError();
        }

        return modes;
    }

    private TransactionModes Mode(TransactionModes modes)
    {
        if (Cursor.Accept("isolation", "level")) return modes with { Isolation = Level() };
        if (Cursor.Accept("read", "only")) return modes with { IsReadOnly = true };
        if (Cursor.Accept("read", "write")) return modes with { IsReadOnly = false };
        if (Cursor.Accept("deferrable")) return modes with { IsDeferrable = true };
        if (Cursor.Accept("not", "deferrable")) return modes with { IsDeferrable = false };
        Cursor.Expect("as");
        return modes with { AsOf = grammar.Queries.SystemTime() };
    }

    private bool AtMode =>
        Cursor.At("isolation") || Cursor.At("read") || Cursor.At("deferrable") || Cursor.At("not") || Cursor.At("as");

    private IsolationLevel Level()
    {
        if (Cursor.Accept("serializable")) return IsolationLevel.Serializable;
        if (Cursor.Accept("repeatable", "read")) return IsolationLevel.RepeatableRead;
        Cursor.Expect("read");
        if (Cursor.Accept("committed")) return IsolationLevel.ReadCommitted;
        Cursor.Expect("uncommitted");
        return IsolationLevel.ReadUncommitted;
    }

    public ExplainStatement Explain()
    {
        int position = Cursor.Advance().Position;
        ImmutableArray<OptionSetting> options = [];
        if (Cursor.AtSymbol("(") && Cursor.Ahead(1) is not { Kind: TokenKind.Keyword, Text: "select" or "values" or "with" or "table" }
            && Cursor.Ahead(1).Text != "(")
        {
            options = grammar.Options.Parenthesized();
        }
        else
        {
            var words = ImmutableArray.CreateBuilder<OptionSetting>();
            AcceptWord(words, "analyze");
            AcceptWord(words, "verbose");
            options = words.ToImmutable();
        }

        Cursor.Enter();
        Statement target = Target();
        Cursor.Leave();
        return new ExplainStatement(position, options, target);
    }

    private Statement Target()
    {
        if (Cursor.At("create"))
        {
            Token create = Cursor.Current;
            Statement made = grammar.SchemaStatements.Create();
            return made is CreateTableAsStatement or UnsupportedStatement ? made : throw Cursor.SyntaxErrorAt(create);
        }

        if (Cursor.At("declare")) return Cursors();
        if (Cursor.At("execute")) return Prepared();
        return grammar.DataStatements.ParsePreparable();
    }

    private void AcceptWord(ImmutableArray<OptionSetting>.Builder options, string word)
    {
        int position = Cursor.Position;
        bool found = Cursor.Accept(word) || (word == "analyze" && Cursor.Accept("analyse"));
        if (found) options.Add(new OptionSetting(position, word, null));
    }

    public Statement Vacuum()
    {
        Token verb = Cursor.Advance();
        ImmutableArray<OptionSetting> options;
        if (Cursor.AtSymbol("("))
        {
            options = grammar.Options.Parenthesized();
        }
        else
        {
            var words = ImmutableArray.CreateBuilder<OptionSetting>();
            if (verb.Text == "vacuum")
            {
                AcceptWord(words, "full");
                AcceptWord(words, "freeze");
            }

            AcceptWord(words, "verbose");
            if (verb.Text == "vacuum") AcceptWord(words, "analyze");
            options = words.ToImmutable();
        }

        ImmutableArray<VacuumTarget> targets = Cursor.AtEndOfStatement ? [] : Cursor.List(VacuumTarget);
        return verb.Text == "vacuum"
            ? new VacuumStatement(verb.Position, options, targets)
            : new AnalyzeStatement(verb.Position, options, targets);
    }

    private VacuumTarget VacuumTarget()
    {
        QualifiedName table = Cursor.QualifiedName();
        ImmutableArray<ColumnName> columns = Cursor.AtSymbol("(") ? Cursor.ColumnNamesInParentheses() : [];
        return new VacuumTarget(table.Position, table, columns);
    }

    public Statement Prepared()
    {
        Token verb = Cursor.Advance();
        int position = verb.Position;
        if (verb.Text == "deallocate")
        {
            if (Cursor.Ahead(1).Kind is TokenKind.Identifier or TokenKind.Keyword) Cursor.Accept("prepare");
            return new DeallocateStatement(position, Cursor.Accept("all") ? null : Cursor.Name());
        }

        if (verb.Text == "execute")
        {
            string name = Cursor.Name();
            if (!Cursor.AcceptSymbol("(")) return new ExecuteStatement(position, name, []);
            ImmutableArray<Expression> arguments = Cursor.AtSymbol(")") ? [] : grammar.Expressions.ParseList();
            Cursor.ExpectSymbol(")");
            return new ExecuteStatement(position, name, arguments);
        }

        if (Cursor.At("transaction") && Cursor.Ahead(1).Kind == TokenKind.String)
        {
            Cursor.SkipStatement();
            return new UnsupportedStatement(position, "PREPARE TRANSACTION");
        }

        string statement = Cursor.Name();
        ImmutableArray<TypeName> types = [];
        if (Cursor.AcceptSymbol("("))
        {
            types = Cursor.List(grammar.Types.Parse);
            Cursor.ExpectSymbol(")");
        }

        Cursor.Expect("as");
        return new PrepareStatement(position, statement, types, grammar.DataStatements.ParsePreparable());
    }

    public Statement Cursors()
    {
        Token verb = Cursor.Advance();
        return verb.Text switch
        {
            "declare" => Declare(verb.Position),
            "close" => new CloseStatement(verb.Position, Cursor.Accept("all") ? null : Cursor.Name()),
            _ => Fetch(verb.Position, verb.Text == "move"),
        };
    }

    private DeclareCursorStatement Declare(int position)
    {
        string name = Cursor.Name();
        bool isBinary = false;
        bool? isScroll = null;
        bool isInsensitive = false;
        while (!Cursor.At("cursor"))
        {
            if (Cursor.Accept("binary")) isBinary = true;
            else if (Cursor.Accept("no", "scroll")) isScroll = false;
            else if (Cursor.Accept("scroll")) isScroll = true;
            else if (Cursor.Accept("insensitive")) isInsensitive = true;
            else if (!Cursor.Accept("asensitive")) throw Cursor.SyntaxError();
        }

        Cursor.Advance();
        bool withHold = Cursor.Accept("with", "hold");
        if (!withHold) Cursor.Accept("without", "hold");
        Cursor.Expect("for");
        return new DeclareCursorStatement(position, name, grammar.Queries.Parse(), isBinary, isScroll, withHold, isInsensitive);
    }

    private FetchStatement Fetch(int position, bool isMove)
    {
        (FetchDirection direction, long? count) = Direction();
        if (!Cursor.Accept("from")) Cursor.Accept("in");
        return new FetchStatement(position, Cursor.Name(), direction, count, isMove);
    }

    private (FetchDirection Direction, long? Count) Direction()
    {
        if (AtNumber) return (FetchDirection.Forward, Cursor.ExpectInteger());
        bool nameFollows = (Cursor.Ahead(1).Kind is TokenKind.End || Cursor.Ahead(1).Text == ";") && !Cursor.At("all");
        if (nameFollows) return (FetchDirection.Forward, 1);
        if (Cursor.Accept("next")) return (FetchDirection.Forward, 1);
        if (Cursor.Accept("prior")) return (FetchDirection.Backward, 1);
        if (Cursor.Accept("first")) return (FetchDirection.Absolute, 1);
        if (Cursor.Accept("last")) return (FetchDirection.Absolute, -1);
        if (Cursor.Accept("absolute")) return (FetchDirection.Absolute, Cursor.ExpectInteger());
        if (Cursor.Accept("relative")) return (FetchDirection.Relative, Cursor.ExpectInteger());
        if (Cursor.Accept("all")) return (FetchDirection.Forward, null);
        if (Cursor.Accept("forward")) return (FetchDirection.Forward, OptionalCount());
        if (Cursor.Accept("backward")) return (FetchDirection.Backward, OptionalCount());
        return (FetchDirection.Forward, 1);
    }

    private bool AtNumber => Cursor.Current.Kind == TokenKind.Integer || Cursor.AtOperator("-") || Cursor.AtOperator("+");

    private long? OptionalCount()
    {
        if (Cursor.Accept("all")) return null;
        return AtNumber ? Cursor.ExpectInteger() : 1;
    }

    public DiscardStatement Discard()
    {
        int position = Cursor.Advance().Position;
        if (Cursor.Accept("all")) return new DiscardStatement(position, DiscardKind.All);
        if (Cursor.Accept("plans")) return new DiscardStatement(position, DiscardKind.Plans);
        if (Cursor.Accept("sequences")) return new DiscardStatement(position, DiscardKind.Sequences);
        if (!Cursor.Accept("temp")) Cursor.Expect("temporary");
        return new DiscardStatement(position, DiscardKind.Temporary);
    }

    public Statement Notifications()
    {
        Token verb = Cursor.Advance();
        if (verb.Text == "listen") return new ListenStatement(verb.Position, Cursor.Name());
        if (verb.Text == "unlisten") return new UnlistenStatement(verb.Position, Cursor.AcceptOperator("*") ? null : Cursor.Name());
        string channel = Cursor.Name();
        return new NotifyStatement(verb.Position, channel, Cursor.AcceptSymbol(",") ? Cursor.ExpectString() : null);
    }

    public LockTableStatement Lock()
    {
        int position = Cursor.Advance().Position;
        Cursor.Accept("table");
        Cursor.Accept("only");
        ImmutableArray<QualifiedName> tables = Cursor.QualifiedNames();
        string mode = "access exclusive";
        if (Cursor.Accept("in"))
        {
            mode = "";
            while (!Cursor.At("mode"))
            {
                if (!(Cursor.At("access") || Cursor.At("row") || Cursor.At("share") || Cursor.At("update") || Cursor.At("exclusive")))
                    throw Cursor.SyntaxError();
                mode += (mode.Length == 0 ? "" : " ") + Cursor.Advance().Text;
            }

            Cursor.Advance();
        }

        return new LockTableStatement(position, tables, mode, Cursor.Accept("nowait"));
    }
}
