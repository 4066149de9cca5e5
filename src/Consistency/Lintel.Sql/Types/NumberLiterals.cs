namespace Lintel.Sql.Types;

/// <summary>Numbers as SQL text has them.</summary>
public static class NumberLiterals
{
    /// <summary>An unsigned number of the grammar: int4 where it fits, else int8, else numeric.</summary>
    public static (SqlValue Value, SqlType Type) Read(string text) => throw new NotSupportedException();
}
