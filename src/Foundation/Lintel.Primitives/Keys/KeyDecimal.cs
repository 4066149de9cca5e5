using System.Globalization;
using System.Numerics;

namespace Lintel.Primitives.Keys;

/// <summary>
/// A decimal number of any precision, as a key column holds it: <see cref="Unscaled"/> / 10^<see cref="Scale"/>, with
/// no trailing zero in <see cref="Unscaled"/> (so 1.0 and 1.00 are the same value, and the scale may be negative).
/// A key does not remember how many zeros were written; the row's value does.
/// </summary>
public readonly record struct KeyDecimal
{
    private KeyDecimal(KeyDecimalKind kind, BigInteger unscaled, int scale) =>
        (Kind, Unscaled, Scale) = (kind, unscaled, scale);

    /// <summary>Below every finite number.</summary>
    public static KeyDecimal NegativeInfinity => new(KeyDecimalKind.NegativeInfinity, BigInteger.Zero, 0);

    /// <summary>Above every finite number.</summary>
    public static KeyDecimal PositiveInfinity => new(KeyDecimalKind.PositiveInfinity, BigInteger.Zero, 0);

    /// <summary>Not a number; above everything.</summary>
    public static KeyDecimal NotANumber => new(KeyDecimalKind.NotANumber, BigInteger.Zero, 0);

    /// <summary>Zero.</summary>
    public static KeyDecimal Zero => new(KeyDecimalKind.Finite, BigInteger.Zero, 0);

    /// <summary>Number, infinity or NaN.</summary>
    public KeyDecimalKind Kind { get; }

    /// <summary>The digits with their sign; zero unless <see cref="Kind"/> is finite.</summary>
    public BigInteger Unscaled { get; }

    /// <summary>How many of the digits stand right of the decimal point; negative for whole multiples of ten.</summary>
    public int Scale { get; }

    /// <summary>The number <paramref name="unscaled"/> / 10^<paramref name="scale"/>, normalised.</summary>
    public static KeyDecimal Of(BigInteger unscaled, int scale)
    {
        if (unscaled.IsZero) return Zero;
        string digits = BigInteger.Abs(unscaled).ToString(CultureInfo.InvariantCulture);
        int zeros = digits.Length - digits.AsSpan().TrimEnd('0').Length;
        return zeros == 0
            ? new(KeyDecimalKind.Finite, unscaled, scale)
            : new(KeyDecimalKind.Finite, unscaled / BigInteger.Pow(10, zeros), checked(scale - zeros));
    }

    /// <summary>The number <paramref name="value"/>, normalised.</summary>
    public static KeyDecimal Of(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        BigInteger magnitude = ((BigInteger)(uint)parts[2] << 64) | ((BigInteger)(uint)parts[1] << 32) | (uint)parts[0];
        return Of(parts[3] < 0 ? -magnitude : magnitude, (parts[3] >> 16) & 0xFF);
    }

    /// <inheritdoc/>
    public override string ToString() => Kind == KeyDecimalKind.Finite ? $"{Unscaled}e{-(long)Scale}" : $"{Kind}";
}
