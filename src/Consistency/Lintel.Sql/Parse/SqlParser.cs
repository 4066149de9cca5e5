using System.Collections.Immutable;
using Lintel.Sql.Parse.Syntax;
using Lintel.Sql.Types;

namespace Lintel.Sql.Parse;

/// <summary>
/// SQL text to syntax tree. Recursive descent for statements, precedence climbing for expressions, in the dialect of
/// PostgreSQL 15. Errors are PostgreSQL's: 42601 with the position of the offending token.
/// </summary>
public static class SqlParser
{
    /// <summary>
    /// All statements of a query string; empty ones between semicolons are left out, so the result of blank text is
    /// empty. A syntax error anywhere fails the whole string before anything of it is run, as in PostgreSQL.
    /// </summary>
    public static ImmutableArray<ParsedStatement> Parse(string text, ParseLimits? limits = null)
    {
        limits ??= ParseLimits.Default;
        var grammar = new Grammar(text, limits);
        TokenCursor cursor = grammar.Cursor;
        var statements = ImmutableArray.CreateBuilder<ParsedStatement>();
        while (true)
        {
            while (cursor.AcceptSymbol(";"))
            {
            }

            if (cursor.Current.Kind == TokenKind.End) return statements.ToImmutable();
            int start = cursor.Current.Start;
            cursor.ParameterCount = 0;
            Statement statement = grammar.Statements.Parse();
            if (!cursor.AtEndOfStatement) throw cursor.SyntaxError();
            statements.Add(new ParsedStatement(statement, start, cursor.EndOfPrevious - start, cursor.ParameterCount));
            if (statements.Count > limits.StatementsMax)
                throw new SqlException(SqlStates.ProgramLimitExceeded, $"query string has more than {limits.StatementsMax} statements");
        }
    }

    /// <summary>One expression, as stored for defaults and checks.</summary>
    public static Expression ParseExpression(string text, ParseLimits? limits = null)
    {
        var grammar = new Grammar(text, limits ?? ParseLimits.Default);
        Expression expression = grammar.Expressions.Parse();
        return grammar.Cursor.Current.Kind == TokenKind.End ? expression : throw grammar.Cursor.SyntaxError();
    }

    /// <summary>A type name, as regtype input and to_regtype read it.</summary>
    public static TypeName ParseTypeName(string text)
    {
        var grammar = new Grammar(text, ParseLimits.Default);
        TypeName type = grammar.Types.Parse();
        return grammar.Cursor.Current.Kind == TokenKind.End ? type : throw grammar.Cursor.SyntaxError();
    }

    /// <summary>
    /// A possibly qualified, possibly quoted object name, as regclass input reads it. Unlike in a statement, keywords are
    /// names here.
    /// </summary>
    public static QualifiedName ParseQualifiedName(string text)
    {
        var cursor = new TokenCursor(text, ParseLimits.Default);
        var parts = ImmutableArray.CreateBuilder<string>(2);
        do
        {
            if (cursor.Current.Kind is not (TokenKind.Identifier or TokenKind.Keyword)) throw BadName();
            parts.Add(cursor.Advance().Text);
        }
        while (cursor.AcceptSymbol("."));
        return cursor.Current.Kind == TokenKind.End ? new QualifiedName(0, parts.ToImmutable()) : throw BadName();

        static SqlException BadName() => new(SqlStates.InvalidName, "invalid name syntax");
    }
}
