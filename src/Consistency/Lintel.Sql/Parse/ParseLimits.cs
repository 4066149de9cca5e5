namespace Lintel.Sql.Parse;

/// <summary>Bounds on what is parsed, so that hostile text costs an error and nothing else.</summary>
/// <param name="TextLengthMax">Characters of a query string. A COPY'd row never passes here; pg_dump's rows do.</param>
/// <param name="NestingDepthMax">Parentheses, subqueries and brackets within each other.</param>
/// <param name="TreeHeightMax">
/// Operators on one path of the tree: a chain of 2,000 ORs is that high. The binder and executor recurse over it, with
/// some 300 bytes of stack a level.
/// </param>
/// <param name="StatementsMax">Statements of one query string.</param>
public sealed record ParseLimits(
    int TextLengthMax = 64 * 1024 * 1024, int NestingDepthMax = 400, int TreeHeightMax = 2_000,
    int StatementsMax = 100_000)
{
    /// <summary>The limits of a server.</summary>
    public static ParseLimits Default { get; } = new();
}
