using Lintel.Sql.Execute.Expressions;

namespace Lintel.Sql.Bind;

/// <summary>A column that expressions can name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">What it stands for: a register, or for FULL JOIN USING the first that is not null.</param>
/// <param name="TableOid">The stored table it comes from, or 0.</param>
/// <param name="ColumnNumber">Attribute number there, or 0.</param>
internal sealed record ScopeColumn(string Name, BoundExpression Value, uint TableOid = 0, short ColumnNumber = 0);

/// <summary>A table reference that qualified names can name.</summary>
/// <param name="Name">Alias, or the table's own name.</param>
/// <param name="Schema">The schema, when the table was named without an alias.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Relation">The table that the alias hides; null for what is no table.</param>
internal sealed record ScopeTable(
    string Name, string? Schema, IReadOnlyList<ScopeColumn> Columns, string? Relation = null);

/// <summary>What a FROM clause, or a part of it, brings into view.</summary>
internal sealed class FromNames
{
    /// <summary>Nothing.</summary>
    public static FromNames Empty { get; } = new();

    /// <summary>Tables, for qualified names.</summary>
    public List<ScopeTable> Tables { get; init; } = [];

    /// <summary>Columns in the order of <c>*</c>, for plain names: those of JOIN USING once, and first.</summary>
    public List<ScopeColumn> Columns { get; init; } = [];

    /// <summary>Both together.</summary>
    public static FromNames Concatenate(FromNames left, FromNames right) => new()
    {
        Tables = [.. left.Tables, .. right.Tables],
        Columns = [.. left.Columns, .. right.Columns],
    };
}
