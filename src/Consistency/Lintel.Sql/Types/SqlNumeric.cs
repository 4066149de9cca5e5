using System.Numerics;

namespace Lintel.Sql.Types;

/// <summary>
/// numeric: an integer of any size and the number of decimal digits behind the point, or NaN, or an infinity. The value
/// is <see cref="Unscaled"/> / 10^<see cref="Scale"/>. The scale is part of what is printed (1.50 stays 1.50) and not
/// part of equality.
/// </summary>
public sealed partial class SqlNumeric : IComparable<SqlNumeric>, IEquatable<SqlNumeric>
{
    private enum Class : byte
    {
        NegativeInfinity,
        Finite,
        PositiveInfinity,
        NaN,
    }

    private readonly Class _class;

    private SqlNumeric(Class special) => _class = special;

    /// <summary>A finite number.</summary>
    /// <param name="unscaled">All its digits.</param>
    /// <param name="scale">How many of them stand behind the point; not negative.</param>
    public SqlNumeric(BigInteger unscaled, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        _class = Class.Finite;
        Unscaled = unscaled;
        Scale = scale;
    }

    /// <summary>0.</summary>
    public static SqlNumeric Zero { get; } = new(BigInteger.Zero, 0);

    /// <summary>1.</summary>
    public static SqlNumeric One { get; } = new(BigInteger.One, 0);

    /// <summary>Not a number: equal to itself and above everything.</summary>
    public static SqlNumeric NaN { get; } = new(Class.NaN);

    /// <summary>Above every finite number.</summary>
    public static SqlNumeric PositiveInfinity { get; } = new(Class.PositiveInfinity);

    /// <summary>Below every finite number.</summary>
    public static SqlNumeric NegativeInfinity { get; } = new(Class.NegativeInfinity);

    /// <summary>All digits, without the point; 0 for NaN and infinities.</summary>
    public BigInteger Unscaled { get; }

    /// <summary>Digits behind the point.</summary>
    public int Scale { get; }

    /// <summary>Whether it is NaN.</summary>
    public bool IsNaN => _class == Class.NaN;

    /// <summary>Whether it is an infinity.</summary>
    public bool IsInfinity => _class is Class.PositiveInfinity or Class.NegativeInfinity;

    /// <summary>Whether it is an ordinary number.</summary>
    public bool IsFinite => _class == Class.Finite;

    /// <summary>-1, 0 or 1; NaN counts as 1.</summary>
    public int Sign => _class switch
    {
        Class.Finite => Unscaled.Sign,
        Class.NegativeInfinity => -1,
        _ => 1,
    };

    /// <summary>An integer.</summary>
    public static SqlNumeric From(long value) => new(value, 0);

    /// <inheritdoc/>
    public int CompareTo(SqlNumeric? other)
    {
        if (other is null) return 1;
        if (!IsFinite || !other.IsFinite) return _class.CompareTo(other._class);
        if (Scale == other.Scale) return Unscaled.CompareTo(other.Unscaled);
        int signs = Unscaled.Sign.CompareTo(other.Unscaled.Sign);
        if (signs != 0) return signs;
        return Scale < other.Scale
            ? (Unscaled * PowerOfTen(other.Scale - Scale)).CompareTo(other.Unscaled)
            : Unscaled.CompareTo(other.Unscaled * PowerOfTen(Scale - other.Scale));
    }

    /// <inheritdoc/>
    public bool Equals(SqlNumeric? other) => other is not null && CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SqlNumeric);

    /// <summary>Equal numbers of different scale have equal hashes.</summary>
    public override int GetHashCode()
    {
        if (!IsFinite) return (int)_class;
        BigInteger digits = Unscaled;
        for (int scale = Scale; scale > 0; scale--)
        {
            BigInteger shorter = BigInteger.DivRem(digits, 10, out BigInteger rest);
            if (!rest.IsZero) return HashCode.Combine(digits, scale);
            digits = shorter;
        }

        return HashCode.Combine(digits, 0);
    }
}
