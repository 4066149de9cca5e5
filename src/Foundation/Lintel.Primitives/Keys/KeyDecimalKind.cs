namespace Lintel.Primitives.Keys;

/// <summary>What a <see cref="KeyDecimal"/> is. The members are in sort order.</summary>
public enum KeyDecimalKind
{
    /// <summary>Below every finite number.</summary>
    NegativeInfinity = 0,

    /// <summary>A number.</summary>
    Finite = 1,

    /// <summary>Above every finite number.</summary>
    PositiveInfinity = 2,

    /// <summary>Not a number; equal to itself and above everything, as in PostgreSQL.</summary>
    NotANumber = 3,
}
