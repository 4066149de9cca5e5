using System.Numerics;

namespace Lintel.Sql.Types;

/// <summary>
/// Arithmetic of numeric with the result scales of PostgreSQL: sums and differences keep the larger scale, products add
/// the scales, quotients get at least 16 significant digits. Rounding is half away from zero.
/// </summary>
public sealed partial class SqlNumeric
{
    /// <summary>Digits before the point that PostgreSQL can hold.</summary>
    public const int IntegerDigitsMax = 131_072;

    /// <summary>Digits behind the point that PostgreSQL can hold.</summary>
    public const int ScaleMax = 16_383;

    /// <summary>The most digits behind the point that a computed value is given.</summary>
    internal const int DisplayScaleMax = 1000;

    /// <summary>The least number of significant digits of a quotient, root or power.</summary>
    internal const int SignificantDigitsMin = 16;

    // PostgreSQL keeps four decimal digits in each of its own digits; result scales are derived from those.
    private const int DigitsPerGroup = 4;

    /// <summary>a + b.</summary>
    public static SqlNumeric Add(SqlNumeric a, SqlNumeric b)
    {
        if (a.IsFinite && b.IsFinite)
        {
            int scale = Math.Max(a.Scale, b.Scale);
            return new SqlNumeric(a.UnscaledAt(scale) + b.UnscaledAt(scale), scale).Checked();
        }

        if (a.IsNaN || b.IsNaN) return NaN;
        if (!a.IsFinite && !b.IsFinite) return ReferenceEquals(a, b) || a._class == b._class ? a : NaN;
        return a.IsFinite ? b : a;
    }

    /// <summary>a - b.</summary>
    public static SqlNumeric Subtract(SqlNumeric a, SqlNumeric b) => Add(a, b.Negate());

    /// <summary>a * b.</summary>
    public static SqlNumeric Multiply(SqlNumeric a, SqlNumeric b)
    {
        if (a.IsFinite && b.IsFinite)
        {
            SqlNumeric product = new(a.Unscaled * b.Unscaled, a.Scale + b.Scale);
            return (product.Scale > ScaleMax ? product.Round(ScaleMax) : product).Checked();
        }

        if (a.IsNaN || b.IsNaN || a.Sign == 0 || b.Sign == 0) return NaN;
        return a.Sign * b.Sign > 0 ? PositiveInfinity : NegativeInfinity;
    }

    /// <summary>a / b; 22012 for a zero divisor.</summary>
    public static SqlNumeric Divide(SqlNumeric a, SqlNumeric b)
    {
        if (a.IsNaN || b.IsNaN) return NaN;
        if (b.IsFinite && b.Unscaled.IsZero) throw DivisionByZero();
        if (a.IsFinite && b.IsFinite) return DivideAt(a, b, QuotientScale(a, b)).Checked();
        if (!a.IsFinite && !b.IsFinite) return NaN;
        if (a.IsFinite) return Zero;
        return a.Sign * b.Sign > 0 ? PositiveInfinity : NegativeInfinity;
    }

    /// <summary>The remainder of a / b with the sign of a; 22012 for a zero divisor.</summary>
    public static SqlNumeric Modulo(SqlNumeric a, SqlNumeric b)
    {
        if (a.IsNaN || b.IsNaN) return NaN;
        if (b.IsFinite && b.Unscaled.IsZero) throw DivisionByZero();
        if (!a.IsFinite) return NaN;
        if (!b.IsFinite) return a;
        int scale = Math.Max(a.Scale, b.Scale);
        return new SqlNumeric(BigInteger.Remainder(a.UnscaledAt(scale), b.UnscaledAt(scale)), scale);
    }

    /// <summary>The quotient of a / b cut to an integer.</summary>
    public static SqlNumeric DivideToInteger(SqlNumeric a, SqlNumeric b)
    {
        if (!a.IsFinite || !b.IsFinite) return Divide(a, b);
        if (b.Unscaled.IsZero) throw DivisionByZero();
        int scale = Math.Max(a.Scale, b.Scale);
        return new SqlNumeric(BigInteger.Divide(a.UnscaledAt(scale), b.UnscaledAt(scale)), 0);
    }

    /// <summary>-this.</summary>
    public SqlNumeric Negate() => _class switch
    {
        Class.Finite => new SqlNumeric(-Unscaled, Scale),
        Class.PositiveInfinity => NegativeInfinity,
        Class.NegativeInfinity => PositiveInfinity,
        _ => this,
    };

    /// <summary>Without its sign.</summary>
    public SqlNumeric Abs() => Sign < 0 ? Negate() : this;

    /// <summary>Rounded, half away from zero; a negative scale rounds before the point. More digits are filled up with zeros.</summary>
    public SqlNumeric Round(int scale)
    {
        if (!IsFinite) return this;
        if (scale >= Scale) return new SqlNumeric(UnscaledAt(scale), scale);
        BigInteger unit = PowerOfTen(Scale - scale);
        BigInteger rounded = DivideRounding(Unscaled, unit);
        return scale >= 0 ? new SqlNumeric(rounded, scale) : new SqlNumeric(rounded * PowerOfTen(-scale), 0);
    }

    /// <summary>Cut towards zero; a negative scale cuts before the point. More digits are filled up with zeros.</summary>
    public SqlNumeric Truncate(int scale)
    {
        if (!IsFinite) return this;
        if (scale >= Scale) return new SqlNumeric(UnscaledAt(scale), scale);
        BigInteger cut = BigInteger.Divide(Unscaled, PowerOfTen(Scale - scale));
        return scale >= 0 ? new SqlNumeric(cut, scale) : new SqlNumeric(cut * PowerOfTen(-scale), 0);
    }

    /// <summary>The least integer that is not below.</summary>
    public SqlNumeric Ceiling() => Floor(Negate()).Negate();

    /// <summary>The greatest integer that is not above.</summary>
    public SqlNumeric Floor() => Floor(this);

    /// <summary>The scale without zeros at the end.</summary>
    public int MinimalScale()
    {
        if (!IsFinite || Unscaled.IsZero) return 0;
        int scale = Scale;
        BigInteger digits = Unscaled;
        while (scale > 0)
        {
            digits = BigInteger.DivRem(digits, 10, out BigInteger rest);
            if (!rest.IsZero) break;
            scale--;
        }

        return scale;
    }

    /// <summary>The integer nearest to this, or null when it does not fit into 64 bits.</summary>
    public long? ToInt64()
    {
        if (!IsFinite) return null;
        BigInteger rounded = Scale == 0 ? Unscaled : Round(0).Unscaled;
        return rounded >= long.MinValue && rounded <= long.MaxValue ? (long)rounded : null;
    }

    /// <summary>a / b, rounded to a scale.</summary>
    internal static SqlNumeric DivideAt(SqlNumeric a, SqlNumeric b, int scale)
    {
        int shift = scale + b.Scale - a.Scale;
        BigInteger dividend = shift > 0 ? a.Unscaled * PowerOfTen(shift) : a.Unscaled;
        BigInteger divisor = shift < 0 ? b.Unscaled * PowerOfTen(-shift) : b.Unscaled;
        return new SqlNumeric(DivideRounding(dividend, divisor), scale);
    }

    /// <summary>22012.</summary>
    internal static SqlException DivisionByZero() => new(SqlStates.DivisionByZero, "division by zero");

    /// <summary>22003, for a value that numeric cannot hold.</summary>
    internal static SqlException Overflow() => new(SqlStates.NumericValueOutOfRange, "value overflows numeric format");

    /// <summary>Quotient rounded half away from zero.</summary>
    internal static BigInteger DivideRounding(BigInteger dividend, BigInteger divisor)
    {
        BigInteger quotient = BigInteger.DivRem(dividend, divisor, out BigInteger rest);
        if (BigInteger.Abs(rest) * 2 >= BigInteger.Abs(divisor)) quotient += dividend.Sign * divisor.Sign;
        return quotient;
    }

    /// <summary>All digits at a scale that is not below the own one.</summary>
    internal BigInteger UnscaledAt(int scale) => scale == Scale ? Unscaled : Unscaled * PowerOfTen(scale - Scale);

    /// <summary>This, unless PostgreSQL could not hold it.</summary>
    internal SqlNumeric Checked()
    {
        if (!IsFinite || Scale > ScaleMax) return IsFinite ? throw Overflow() : this;
        // 131,072 digits are 435,412 bits; below that nothing needs to be counted.
        if (Unscaled.GetBitLength() < 400_000) return this;
        return DecimalDigits(Unscaled) - Scale > IntegerDigitsMax ? throw Overflow() : this;
    }

    /// <summary>
    /// PostgreSQL's view of the number: the position of the first group of four digits that is not zero, counted from the
    /// point, and the group. 0 and 0 for zero.
    /// </summary>
    internal (int Weight, int FirstGroup) LeadingGroup()
    {
        if (Unscaled.IsZero) return (0, 0);
        BigInteger size = BigInteger.Abs(Unscaled);
        int digits = DecimalDigits(size);
        int exponent = digits - Scale - 1;
        var weight = (int)Calendar.FloorDivide(exponent, DigitsPerGroup);
        int shift = Scale + (weight * DigitsPerGroup);
        BigInteger group = shift >= 0 ? size / PowerOfTen(shift) : size * PowerOfTen(-shift);
        return (weight, (int)group);
    }

    /// <summary>Number of decimal digits; 1 for zero.</summary>
    internal static int DecimalDigits(BigInteger value)
    {
        BigInteger size = BigInteger.Abs(value);
        if (size.IsZero) return 1;
        var estimate = (int)(size.GetBitLength() * 0.30102999566398120);
        return size >= PowerOfTen(estimate) ? estimate + 1 : estimate;
    }

    private static int QuotientScale(SqlNumeric a, SqlNumeric b)
    {
        (int weightA, int firstA) = a.LeadingGroup();
        (int weightB, int firstB) = b.LeadingGroup();
        int weight = weightA - weightB;
        if (firstA <= firstB) weight--;
        return ResultScale(SignificantDigitsMin - (weight * DigitsPerGroup), a.Scale, b.Scale);
    }

    /// <summary>The scale wanted, not below those of the operands, within the bounds of computed values.</summary>
    internal static int ResultScale(int wanted, int left, int right = 0) =>
        Math.Clamp(Math.Max(wanted, Math.Max(left, right)), 0, DisplayScaleMax);

    private static SqlNumeric Floor(SqlNumeric value)
    {
        if (!value.IsFinite || value.Scale == 0) return value;
        BigInteger quotient = BigInteger.DivRem(value.Unscaled, PowerOfTen(value.Scale), out BigInteger rest);
        return new SqlNumeric(rest.Sign < 0 ? quotient - 1 : quotient, 0);
    }
}
