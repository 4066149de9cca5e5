namespace Lintel.Primitives.Keys;

/// <summary>In which direction a key column sorts.</summary>
public enum KeyDirection
{
    /// <summary>Small values first.</summary>
    Ascending = 0,

    /// <summary>Large values first: every byte of the ascending encoding is inverted.</summary>
    Descending = 1,
}
