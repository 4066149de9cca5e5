namespace Lintel.Sql.Types;

/// <summary>A one-dimensional array value. Elements may be NULL. Never changed after it was made.</summary>
/// <param name="ElementType">Type of the elements.</param>
/// <param name="Items">The elements in order.</param>
/// <param name="LowerBound">Subscript of the first element: 1, and 0 for int2vector and oidvector.</param>
public sealed record SqlArray(SqlType ElementType, SqlValue[] Items, int LowerBound = 1)
{
    /// <summary>Number of elements.</summary>
    public int Count => Items.Length;

    /// <summary>The element at an SQL subscript; NULL outside the bounds, as SQL has it.</summary>
    public SqlValue At(long subscript)
    {
        long index = subscript - LowerBound;
        return index >= 0 && index < Items.Length ? Items[index] : SqlValue.Null;
    }
}

/// <summary>A row value: ROW(1, 'a'), or the row of a table. Never changed after it was made.</summary>
/// <param name="Types">Types of the fields.</param>
/// <param name="Fields">The fields in order.</param>
public sealed record SqlRecord(SqlType[] Types, SqlValue[] Fields);
