namespace Lintel.Sql.Parse;

/// <summary>
/// The parsers of one query string. They call each other over this object: a subquery in an expression, an expression in
/// a column default, a type in a cast.
/// </summary>
internal sealed class Grammar
{
    public Grammar(string text, ParseLimits limits)
    {
        Cursor = new TokenCursor(text, limits);
        Types = new TypeNameParser(this);
        Expressions = new ExpressionParser(this);
        Primaries = new PrimaryParser(this);
        Functions = new FunctionCallParser(this);
        Queries = new QueryParser(this);
        Tables = new TableReferenceParser(this);
        DataStatements = new DataStatementParser(this);
        Options = new OptionParser(this);
        Definitions = new TableDefinitionParser(this);
        Alters = new AlterTableParser(this);
        SchemaStatements = new SchemaStatementParser(this);
        SessionStatements = new SessionStatementParser(this);
        Settings = new SettingParser(this);
        Statements = new StatementParser(this);
    }

    public TokenCursor Cursor { get; }

    public TypeNameParser Types { get; }

    public ExpressionParser Expressions { get; }

    public PrimaryParser Primaries { get; }

    public FunctionCallParser Functions { get; }

    public QueryParser Queries { get; }

    public TableReferenceParser Tables { get; }

    public DataStatementParser DataStatements { get; }

    public OptionParser Options { get; }

    public TableDefinitionParser Definitions { get; }

    public AlterTableParser Alters { get; }

    public SchemaStatementParser SchemaStatements { get; }

    public SessionStatementParser SessionStatements { get; }

    public SettingParser Settings { get; }

    public StatementParser Statements { get; }
}
