using Lintel.Sql.Parse.Syntax;

namespace Lintel.Sql.Parse;

/// <summary>
/// Writes a syntax tree back as SQL. Reading the result gives an equal tree up to positions: parse, render and parse
/// again is a fixpoint. Infix operators get parentheses around operands that are not plain, so precedence never has to
/// be remembered; names are quoted only where they must be.
/// </summary>
public static class SqlText
{
    /// <summary>A statement, without semicolon.</summary>
    public static string Render(Statement statement)
    {
        var writer = new SqlTextWriter();
        new StatementRenderer(writer).Statement(statement);
        return writer.ToString();
    }

    /// <summary>An expression, as pg_get_expr shows it.</summary>
    public static string Render(Expression expression)
    {
        var writer = new SqlTextWriter();
        new ExpressionRenderer(writer).Expression(expression);
        return writer.ToString();
    }

    /// <summary>A query.</summary>
    public static string Render(Query query)
    {
        var writer = new SqlTextWriter();
        new QueryRenderer(writer).Query(query);
        return writer.ToString();
    }

    /// <summary>A type name.</summary>
    public static string Render(TypeName type)
    {
        var writer = new SqlTextWriter();
        new ExpressionRenderer(writer).Type(type);
        return writer.ToString();
    }
}
