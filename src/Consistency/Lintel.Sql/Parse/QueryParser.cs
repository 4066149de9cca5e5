using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>SELECT, VALUES, TABLE, set operations, WITH, and what applies to a whole query.</summary>
internal sealed class QueryParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    /// <summary>Whether the cursor is where a query may start (not counting parentheses).</summary>
    public bool AtQuery => Cursor.At("select") || Cursor.At("values") || Cursor.At("with") || Cursor.At("table");

    /// <summary>
    /// A subquery whose opening parenthesis has been read; null, with the cursor where it was, when an expression stands
    /// there. ((SELECT 1)) is a subquery in parentheses, (SELECT 1) + 1 is an expression.
    /// </summary>
    public Query? TryParseSubquery()
    {
        if (AtQuery) return Parse();
        if (!Cursor.AtSymbol("(")) return null;
        int ahead = 0;
        while (Cursor.Ahead(ahead) is { Kind: TokenKind.Symbol, Text: "(" }) ahead++;
        if (Cursor.Ahead(ahead).Text is not ("select" or "values" or "with" or "table")
            || Cursor.Ahead(ahead).Kind != TokenKind.Keyword)
        {
            return null;
        }

        return ClosesAsQuery(ahead) ? Parse() : null;
    }

    /// <summary>A query, with WITH in front when there is one.</summary>
    public Query Parse() => Parse(Cursor.At("with") ? With() : null);

    /// <summary>A query whose WITH, if any, has been read.</summary>
    public Query Parse(WithClause? with)
    {
        Cursor.Enter();
        int position = with?.Position ?? Cursor.Position;
        (QueryBody body, Expression? asOf) = Body(0);
        ImmutableArray<SortItem> orderBy = Cursor.At("order", "by") ? OrderBy() : [];
        Expression? limit = null;
        Expression? offset = null;
        bool withTies = false;
        bool sawLimit = false;
        var locking = ImmutableArray.CreateBuilder<LockingClause>();
        while (true)
        {
            if ((Cursor.At("limit") || Cursor.At("fetch")) && !sawLimit)
            {
                sawLimit = true;
                (limit, withTies) = Limit();
            }
            else if (Cursor.At("offset") && offset is null)
            {
                Cursor.Advance();
                offset = grammar.Expressions.Parse();
                if (!Cursor.Accept("rows")) Cursor.Accept("row");
            }
            else if (Cursor.At("for"))
            {
                if (LockingClause() is { } clause) locking.Add(clause);
            }
            else
            {
                break;
            }
        }

        Cursor.Leave();
        if (with is null && orderBy.IsEmpty && !sawLimit && offset is null && locking.Count == 0 && asOf is null
            && body is NestedQuery nested)
        {
            return nested.Query;
        }

        return new Query(position, with, body, orderBy, limit, offset, withTies, locking.ToImmutable(), asOf);
    }

    /// <summary>WITH [RECURSIVE] name AS (statement), ...</summary>
    public WithClause With()
    {
        int position = Cursor.Position;
        Cursor.Expect("with");
        bool isRecursive = Cursor.Accept("recursive");
        return new WithClause(position, isRecursive, Cursor.List(CommonTable));
    }

    /// <summary>ORDER BY item, item</summary>
    public ImmutableArray<SortItem> OrderBy()
    {
        Cursor.Expect("order");
        Cursor.Expect("by");
        return Cursor.List(SortItem);
    }

    /// <summary>A select list or RETURNING list.</summary>
    public ImmutableArray<SelectItem> Items() => Cursor.List(Item);

    private bool ClosesAsQuery(int parentheses)
    {
        int ahead = parentheses;
        int depth = parentheses;
        while (depth > 0)
        {
            Token token = Cursor.Ahead(ahead++);
            if (token.Kind == TokenKind.End) return true;
            if (token.Kind != TokenKind.Symbol) continue;
            if (token.Text == "(") depth++;
            if (token.Text == ")") depth--;
        }

        Token after = Cursor.Ahead(ahead);
        return after is { Kind: TokenKind.Symbol, Text: ")" } or { Kind: TokenKind.End }
            || (after.Kind == TokenKind.Keyword
                && after.Text is "union" or "intersect" or "except" or "order" or "limit" or "offset" or "fetch" or "for");
    }

    private CommonTable CommonTable()
    {
        int position = Cursor.Position;
        string name = Cursor.Name();
        ImmutableArray<ColumnName> columns = Cursor.AtSymbol("(") ? Cursor.ColumnNamesInParentheses() : [];
        Cursor.Expect("as");
        bool? isMaterialized = Cursor.Accept("materialized") ? true : Cursor.Accept("not", "materialized") ? false : null;
        Cursor.ExpectSymbol("(");
        Cursor.Enter();
        Statement statement = grammar.DataStatements.ParsePreparable();
        Cursor.Leave();
        Cursor.ExpectSymbol(")");
        if (Cursor.At("search") || Cursor.At("cycle"))
            throw new SqlException(SqlStates.FeatureNotSupported, "SEARCH and CYCLE clauses are not supported", Cursor.Position);
        return new CommonTable(position, name, columns, statement, isMaterialized);
    }

    /// <summary>Set operations by precedence: UNION and EXCEPT 1, INTERSECT 2.</summary>
    private (QueryBody Body, Expression? AsOf) Body(int floor)
    {
        (QueryBody left, Expression? asOf) = Term();
        int chained = 0;
        while (true)
        {
            int precedence = Cursor.At("intersect") ? 2 : Cursor.At("union") || Cursor.At("except") ? 1 : 0;
            if (precedence <= floor) return (left, asOf);
            Cursor.RequireHeight(++chained);
            Token word = Cursor.Advance();
            bool isAll = Cursor.Accept("all");
            if (!isAll) Cursor.Accept("distinct");
            (QueryBody right, Expression? rightAsOf) = Body(precedence);
            asOf ??= rightAsOf;
            SetOperationKind kind = word.Text switch
            {
                "union" => SetOperationKind.Union,
                "intersect" => SetOperationKind.Intersect,
                _ => SetOperationKind.Except,
            };
            left = new SetOperation(word.Position, kind, isAll, left, right);
        }
    }

    private (QueryBody Body, Expression? AsOf) Term()
    {
        int position = Cursor.Position;
        if (Cursor.AcceptSymbol("("))
        {
            Query query = Parse();
            Cursor.ExpectSymbol(")");
            return (new NestedQuery(position, query), null);
        }

        if (Cursor.Accept("values")) return (new ValuesBody(position, Cursor.List(ValuesRow)), null);
        if (Cursor.Accept("table"))
        {
            var table = new NamedTable(Cursor.Position, Cursor.QualifiedName(), false, null);
            var star = new SelectItem(position, new StarReference(position, []), null);
            return (new SelectBody(position, false, [], [star], [table], null, [], false, null, []), null);
        }

        Cursor.Expect("select");
        return Select(position);
    }

    private ImmutableArray<Expression> ValuesRow()
    {
        Cursor.ExpectSymbol("(");
        ImmutableArray<Expression> row = grammar.Expressions.ParseList();
        Cursor.ExpectSymbol(")");
        return row;
    }

    private (QueryBody Body, Expression? AsOf) Select(int position)
    {
        bool isDistinct = Cursor.Accept("distinct");
        if (!isDistinct) Cursor.Accept("all");
        ImmutableArray<Expression> distinctOn = [];
        if (isDistinct && Cursor.Accept("on"))
        {
            Cursor.ExpectSymbol("(");
            distinctOn = grammar.Expressions.ParseList();
            Cursor.ExpectSymbol(")");
        }

        ImmutableArray<SelectItem> items = AtEndOfItems() && !isDistinct ? [] : Items();
        if (Cursor.At("into")) throw Unsupported("SELECT INTO");
        ImmutableArray<TableReference> from = [];
        Expression? asOf = null;
        if (Cursor.Accept("from"))
        {
            from = Cursor.List(grammar.Tables.Parse);
            if (Cursor.Accept("as")) asOf = SystemTime();
        }

        Expression? where = Cursor.Accept("where") ? grammar.Expressions.Parse() : null;
        ImmutableArray<GroupItem> groupBy = [];
        bool isGroupByDistinct = false;
        if (Cursor.Accept("group", "by"))
        {
            isGroupByDistinct = Cursor.Accept("distinct");
            if (!isGroupByDistinct) Cursor.Accept("all");
            groupBy = Cursor.List(GroupItem);
        }

        Expression? having = Cursor.Accept("having") ? grammar.Expressions.Parse() : null;
        ImmutableArray<NamedWindow> windows = Cursor.Accept("window") ? Cursor.List(NamedWindow) : [];
        return (
            new SelectBody(position, isDistinct, distinctOn, items, from, where, groupBy, isGroupByDistinct, having, windows),
            asOf);
    }

    /// <summary>AS OF SYSTEM TIME expression, AS having been read.</summary>
    public Expression SystemTime()
    {
        Cursor.Expect("of");
        Cursor.Expect("system");
        Cursor.Expect("time");
        return grammar.Expressions.Parse(Precedence.And);
    }

    private bool AtEndOfItems() =>
        Cursor.AtEndOfStatement || Cursor.AtSymbol(")")
        || (Cursor.Current.Kind == TokenKind.Keyword && Cursor.Current.Text is "from" or "where" or "group" or "having"
            or "window" or "union" or "intersect" or "except" or "order" or "limit" or "offset" or "fetch" or "for" or "into");

    private SelectItem Item()
    {
        int position = Cursor.Position;
        if (Cursor.AcceptOperator("*")) return new SelectItem(position, new StarReference(position, []), null);
        Expression value = grammar.Expressions.Parse();
        if (Cursor.Accept("as")) return new SelectItem(position, value, Cursor.Label());
        Token token = Cursor.Current;
        bool isBareLabel = token.Kind == TokenKind.Identifier || token.Keyword is { IsBareLabel: true };
        return new SelectItem(position, value, isBareLabel ? Cursor.Advance().Text : null);
    }

    private SortItem SortItem()
    {
        int position = Cursor.Position;
        Expression value = grammar.Expressions.Parse();
        bool isDescending = false;
        OperatorName? usingOperator = null;
        if (Cursor.Accept("desc")) isDescending = true;
        else if (Cursor.Accept("using")) usingOperator = UsingOperator();
        else Cursor.Accept("asc");
        return new SortItem(position, value, isDescending, Nulls(), usingOperator);
    }

    private OperatorName UsingOperator()
    {
        if (Cursor.At("operator")) return grammar.Expressions.QualifiedOperator();
        if (Cursor.Current.Kind != TokenKind.Operator) throw Cursor.SyntaxError();
        Token token = Cursor.Advance();
        return new OperatorName(token.Position, token.Text);
    }

    /// <summary>NULLS FIRST or LAST, when written.</summary>
    public NullsOrder Nulls()
    {
        if (!Cursor.At("nulls")) return NullsOrder.Default;
        if (Cursor.Accept("nulls", "first")) return NullsOrder.First;
        return Cursor.Accept("nulls", "last") ? NullsOrder.Last : NullsOrder.Default;
    }

    private GroupItem GroupItem()
    {
        int position = Cursor.Position;
        if (Cursor.AtSymbol("(") && Cursor.Ahead(1).Text == ")")
        {
            Cursor.Advance();
            Cursor.Advance();
            return new GroupingSet(position, GroupingSetKind.Empty, []);
        }

        if (Cursor.Accept("grouping", "sets")) return Sets(position, GroupingSetKind.Sets);
        if (Cursor.Ahead(1).Text == "(" && Cursor.Accept("rollup")) return Sets(position, GroupingSetKind.Rollup);
        if (Cursor.Ahead(1).Text == "(" && Cursor.Accept("cube")) return Sets(position, GroupingSetKind.Cube);
        return new GroupExpression(position, grammar.Expressions.Parse());
    }

    private GroupingSet Sets(int position, GroupingSetKind kind)
    {
        Cursor.Enter();
        Cursor.ExpectSymbol("(");
        ImmutableArray<GroupItem> items = Cursor.List(GroupItem);
        Cursor.ExpectSymbol(")");
        Cursor.Leave();
        return new GroupingSet(position, kind, items);
    }

    private NamedWindow NamedWindow()
    {
        int position = Cursor.Position;
        string name = Cursor.Name();
        Cursor.Expect("as");
        return new NamedWindow(position, name, grammar.Functions.Window());
    }

    private (Expression? Limit, bool WithTies) Limit()
    {
        int position = Cursor.Position;
        if (Cursor.Accept("limit"))
        {
            if (Cursor.Accept("all")) return (null, false);
            Expression count = grammar.Expressions.Parse();
            if (Cursor.AtSymbol(","))
            {
                throw new SqlException(
                    SqlStates.SyntaxError, "LIMIT #,# syntax is not supported", position,
                    hint: "Use separate LIMIT and OFFSET clauses.");
            }

            return (count is NullLiteral ? null : count, false);
        }

        Cursor.Expect("fetch");
        if (!Cursor.Accept("first")) Cursor.Expect("next");
        Expression rows = Cursor.At("row") || Cursor.At("rows")
            ? new NumberLiteral(0, "1")
            : grammar.Expressions.Parse(Precedence.Additive - 1);
        if (!Cursor.Accept("rows")) Cursor.Expect("row");
        if (Cursor.Accept("only")) return (rows, false);
        Cursor.Expect("with");
        Cursor.Expect("ties");
        return (rows, true);
    }

    private LockingClause? LockingClause()
    {
        int position = Cursor.Advance().Position;
        if (Cursor.Accept("read", "only")) return null;
        RowLockStrength strength;
        if (Cursor.Accept("update")) strength = RowLockStrength.Update;
        else if (Cursor.Accept("no", "key", "update")) strength = RowLockStrength.NoKeyUpdate;
        else if (Cursor.Accept("key", "share")) strength = RowLockStrength.KeyShare;
        else
        {
            Cursor.Expect("share");
            strength = RowLockStrength.Share;
        }

        ImmutableArray<QualifiedName> tables = Cursor.Accept("of") ? Cursor.QualifiedNames() : [];
        LockWait wait = LockWait.Wait;
        if (Cursor.Accept("nowait")) wait = LockWait.NoWait;
        else if (Cursor.Accept("skip", "locked")) wait = LockWait.SkipLocked;
        return new LockingClause(position, strength, tables, wait);
    }

    private SqlException Unsupported(string what) =>
        new(SqlStates.FeatureNotSupported, $"{what} is not supported", Cursor.Position);
}
