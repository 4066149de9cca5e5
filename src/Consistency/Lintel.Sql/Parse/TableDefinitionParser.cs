using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>CREATE TABLE: columns and constraints, which ALTER TABLE shares.</summary>
internal sealed class TableDefinitionParser(Grammar grammar)
{
    private TokenCursor Cursor => grammar.Cursor;

    /// <summary>The rest of CREATE [TEMP] TABLE; the cursor is behind TABLE.</summary>
    public Statement CreateTable(int position, TablePersistence persistence)
    {
        bool ifNotExists = Cursor.AcceptIfNotExists();
        QualifiedName name = Cursor.QualifiedName();
        if (Cursor.At("as") || (Cursor.AtSymbol("(") && IsColumnListOfQuery()) || Cursor.At("with"))
            return CreateTableAs(position, name, ifNotExists, persistence);
        var columns = ImmutableArray.CreateBuilder<ColumnDefinition>();
        var constraints = ImmutableArray.CreateBuilder<TableConstraint>();
        var unsupported = ImmutableArray.CreateBuilder<string>();
        if (Cursor.At("partition")) unsupported.Add("PARTITION OF");
        if (Cursor.At("of")) unsupported.Add("CREATE TABLE OF");
        if (unsupported.Count > 0)
        {
            Cursor.SkipStatement();
            return new CreateTableStatement(position, name, ifNotExists, persistence, [], [], [], unsupported.ToImmutable());
        }

        Cursor.ExpectSymbol("(");
        if (!Cursor.AtSymbol(")"))
        {
            do Element(columns, constraints, unsupported);
            while (Cursor.AcceptSymbol(","));
        }

        Cursor.ExpectSymbol(")");
        ImmutableArray<OptionSetting> options = Suffix(unsupported);
        return new CreateTableStatement(
            position, name, ifNotExists, persistence, columns.ToImmutable(), constraints.ToImmutable(), options,
            unsupported.ToImmutable());
    }

    private bool IsColumnListOfQuery()
    {
        int ahead = 1;
        while (Cursor.Ahead(ahead) is { Kind: TokenKind.Identifier or TokenKind.Keyword }
            && Cursor.Ahead(ahead + 1) is { Kind: TokenKind.Symbol, Text: "," })
        {
            ahead += 2;
        }

        return Cursor.Ahead(ahead + 1) is { Kind: TokenKind.Symbol, Text: ")" }
            && Cursor.Ahead(ahead + 2) is { Kind: TokenKind.Keyword, Text: "as" or "with" };
    }

    private CreateTableAsStatement CreateTableAs(
        int position, QualifiedName name, bool ifNotExists, TablePersistence persistence)
    {
        ImmutableArray<ColumnName> columns = Cursor.AtSymbol("(") ? Cursor.ColumnNamesInParentheses() : [];
        ImmutableArray<OptionSetting> options = grammar.Options.Storage();
        Cursor.Expect("as");
        Statement source = Cursor.At("execute")
            ? grammar.SessionStatements.Prepared()
            : grammar.DataStatements.ParsePreparable();
        bool withData = true;
        if (Cursor.Accept("with"))
        {
            withData = !Cursor.Accept("no");
            Cursor.Expect("data");
        }

        return new CreateTableAsStatement(position, name, ifNotExists, persistence, columns, options, source, withData);
    }

    private void Element(
        ImmutableArray<ColumnDefinition>.Builder columns,
        ImmutableArray<TableConstraint>.Builder constraints,
        ImmutableArray<string>.Builder unsupported)
    {
        if (Cursor.Accept("like"))
        {
            unsupported.Add("LIKE");
            Cursor.QualifiedName();
            while (Cursor.Accept("including") || Cursor.Accept("excluding")) Cursor.Label();
        }
        else if (AtTableConstraint)
        {
            constraints.Add(TableConstraint());
        }
        else
        {
            columns.Add(Column());
        }
    }

    private ImmutableArray<OptionSetting> Suffix(ImmutableArray<string>.Builder unsupported)
    {
        if (Cursor.Accept("inherits"))
        {
            unsupported.Add("INHERITS");
            Cursor.SkipParentheses();
        }

        if (Cursor.Accept("partition", "by"))
        {
            unsupported.Add("PARTITION BY");
            Cursor.Label();
            Cursor.SkipParentheses();
        }

        if (Cursor.Accept("using")) Cursor.Name();
        ImmutableArray<OptionSetting> options = grammar.Options.Storage();
        if (Cursor.Accept("without", "oids"))
        {
        }

        if (Cursor.Accept("on", "commit"))
        {
            unsupported.Add("ON COMMIT");
            while (Cursor.At("preserve") || Cursor.At("delete") || Cursor.At("rows") || Cursor.At("drop")) Cursor.Advance();
        }

        if (Cursor.Accept("tablespace"))
        {
            int position = Cursor.Position;
            string tablespace = Cursor.Name();
            if (tablespace != "pg_default")
                throw new SqlException(SqlStates.UndefinedObject, $"tablespace \"{tablespace}\" does not exist", position);
        }

        return options;
    }

    public ColumnDefinition Column()
    {
        int position = Cursor.Position;
        string name = Cursor.Name();
        TypeName type = grammar.Types.Parse();
        QualifiedName? collation = null;
        var constraints = ImmutableArray.CreateBuilder<ColumnConstraint>();
        while (true)
        {
            if (Cursor.Accept("collate"))
            {
                collation = Cursor.QualifiedName();
                continue;
            }

            if (Cursor.Accept("storage") || Cursor.Accept("compression"))
            {
                Cursor.Label();
                continue;
            }

            if (ColumnConstraint() is not { } constraint) break;
            constraints.Add(constraint);
        }

        return new ColumnDefinition(position, name, type, collation, constraints.ToImmutable());
    }

    private ColumnConstraint? ColumnConstraint()
    {
        int position = Cursor.Position;
        string? name = Cursor.Accept("constraint") ? Cursor.Name() : null;
        if (Cursor.Accept("not", "null")) return new NotNullConstraint(position, name);
        if (Cursor.Accept("null")) return new NullConstraint(position, name);
        if (Cursor.Accept("default"))
            return new DefaultConstraint(position, name, grammar.Expressions.Parse(Precedence.Matching));
        if (Cursor.Accept("check")) return Check(position, name);
        if (Cursor.Accept("unique"))
        {
            bool nullsNotDistinct = NullsNotDistinct();
            return new ColumnUniqueConstraint(position, name, nullsNotDistinct, IndexOptions(), Timing());
        }

        if (Cursor.Accept("primary", "key")) return new ColumnPrimaryKeyConstraint(position, name, IndexOptions(), Timing());
        if (Cursor.At("references")) return new ColumnReferencesConstraint(position, name, References());
        if (Cursor.Accept("generated")) return Generated(position, name);
        return name is null ? null : throw Cursor.SyntaxError();
    }

    private ColumnCheckConstraint Check(int position, string? name)
    {
        Cursor.ExpectSymbol("(");
        Expression condition = grammar.Expressions.Parse();
        Cursor.ExpectSymbol(")");
        return new ColumnCheckConstraint(position, name, condition, Cursor.Accept("no", "inherit"));
    }

    private ColumnConstraint Generated(int position, string? name)
    {
        bool isAlways = Cursor.Accept("always");
        if (!isAlways)
        {
            Cursor.Expect("by");
            Cursor.Expect("default");
        }

        Cursor.Expect("as");
        if (Cursor.Accept("identity")) return new IdentityConstraint(position, name, isAlways, grammar.Options.Sequence());
        Cursor.ExpectSymbol("(");
        Expression value = grammar.Expressions.Parse();
        Cursor.ExpectSymbol(")");
        Cursor.Expect("stored");
        return new GeneratedConstraint(position, name, value);
    }

    /// <summary>Whether a table constraint (and no column) starts here.</summary>
    public bool AtTableConstraint =>
        Cursor.At("constraint") || Cursor.At("check") || Cursor.At("unique") || Cursor.At("primary", "key")
        || Cursor.At("foreign", "key") || Cursor.At("exclude");

    public TableConstraint TableConstraint()
    {
        int position = Cursor.Position;
        string? name = Cursor.Accept("constraint") ? Cursor.Name() : null;
        if (Cursor.Accept("check"))
        {
            ColumnCheckConstraint check = Check(position, name);
            return new CheckConstraint(position, name, check.Condition, check.NoInherit);
        }

        if (Cursor.Accept("unique"))
        {
            bool nullsNotDistinct = NullsNotDistinct();
            if (Cursor.Accept("using", "index"))
                return new UniqueConstraint(position, name, [], [], nullsNotDistinct, [], Cursor.Name(), Timing());
            ImmutableArray<ColumnName> columns = Cursor.ColumnNamesInParentheses();
            return new UniqueConstraint(position, name, columns, Include(), nullsNotDistinct, IndexOptions(), null, Timing());
        }

        if (Cursor.Accept("primary", "key"))
        {
            if (Cursor.Accept("using", "index"))
                return new PrimaryKeyConstraint(position, name, [], [], [], Cursor.Name(), Timing());
            ImmutableArray<ColumnName> columns = Cursor.ColumnNamesInParentheses();
            return new PrimaryKeyConstraint(position, name, columns, Include(), IndexOptions(), null, Timing());
        }

        if (Cursor.Accept("foreign", "key"))
            return new ForeignKeyConstraint(position, name, Cursor.ColumnNamesInParentheses(), References());
        Cursor.Expect("exclude");
        while (!Cursor.AtEndOfStatement && !Cursor.AtSymbol(",") && !Cursor.AtSymbol(")"))
        {
            if (Cursor.AtSymbol("(")) Cursor.SkipParentheses();
            else Cursor.Advance();
        }

        return new UnsupportedConstraint(position, name, "EXCLUDE");
    }

    private ImmutableArray<ColumnName> Include() => Cursor.Accept("include") ? Cursor.ColumnNamesInParentheses() : [];

    /// <summary>NULLS [NOT] DISTINCT, when written.</summary>
    public bool NullsNotDistinct()
    {
        if (Cursor.Accept("nulls", "not", "distinct")) return true;
        Cursor.Accept("nulls", "distinct");
        return false;
    }

    private ImmutableArray<OptionSetting> IndexOptions()
    {
        ImmutableArray<OptionSetting> options = grammar.Options.Storage();
        if (Cursor.Accept("using", "index", "tablespace")) Cursor.Name();
        return options;
    }

    private ConstraintTiming Timing()
    {
        bool deferrable = false;
        bool deferred = false;
        while (true)
        {
            if (Cursor.Accept("deferrable")) deferrable = true;
            else if (Cursor.Accept("not", "deferrable")) deferrable = false;
            else if (Cursor.Accept("initially", "deferred")) deferred = deferrable = true;
            else if (Cursor.Accept("initially", "immediate")) deferred = false;
            else return new ConstraintTiming(deferrable, deferred);
        }
    }

    private ForeignKeyClause References()
    {
        int position = Cursor.Position;
        Cursor.Expect("references");
        QualifiedName table = Cursor.QualifiedName();
        ImmutableArray<ColumnName> columns = Cursor.AtSymbol("(") ? Cursor.ColumnNamesInParentheses() : [];
        bool isFull = false;
        if (Cursor.Accept("match"))
        {
            isFull = Cursor.Accept("full");
            if (!isFull && !Cursor.Accept("simple")) Cursor.Expect("partial");
        }

        ReferentialAction onDelete = ReferentialAction.NoAction;
        ReferentialAction onUpdate = ReferentialAction.NoAction;
        while (Cursor.Accept("on"))
        {
            if (Cursor.Accept("delete")) onDelete = Action();
            else
            {
                Cursor.Expect("update");
                onUpdate = Action();
            }
        }

        return new ForeignKeyClause(position, table, columns, isFull, onDelete, onUpdate, Timing());
    }

    private ReferentialAction Action()
    {
        if (Cursor.Accept("cascade")) return ReferentialAction.Cascade;
        if (Cursor.Accept("restrict")) return ReferentialAction.Restrict;
        if (Cursor.Accept("set", "null")) return ReferentialAction.SetNull;
        if (Cursor.Accept("set", "default")) return ReferentialAction.SetDefault;
        Cursor.Expect("no");
        Cursor.Expect("action");
        return ReferentialAction.NoAction;
    }
}
