namespace Lintel.Primitives.Keys;

/// <summary>
/// Where NULL sorts in a key column. It is absolute, as in SQL's NULLS FIRST and NULLS LAST: a descending column does
/// not turn it round.
/// </summary>
public enum NullOrder
{
    /// <summary>Before every value.</summary>
    First = 0,

    /// <summary>After every value.</summary>
    Last = 1,
}
