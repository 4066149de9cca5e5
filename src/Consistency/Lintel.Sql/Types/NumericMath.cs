using System.Numerics;

namespace Lintel.Sql.Types;

/// <summary>
/// Roots, powers and logarithms of numeric, exact to the digits that PostgreSQL would give. Numbers in between are
/// integers that count units of 10^-digits.
/// </summary>
public static class NumericMath
{
    private const int GuardDigits = 12;
    private const double Log10OfE = 0.434294481903252;
    private const double LnOf10 = 2.302585092994046;
    private const int ResultScaleMax = 2000;

    /// <summary>Square root; 2201F for a negative number.</summary>
    public static SqlNumeric SquareRoot(SqlNumeric value)
    {
        if (!value.IsFinite) return value.Sign < 0 && !value.IsNaN ? throw NegativeRoot() : value;
        if (value.Sign < 0) throw NegativeRoot();
        int digitsBefore = (value.LeadingGroup().Weight * 2) + 1;
        int scale = SqlNumeric.ResultScale(SqlNumeric.SignificantDigitsMin - digitsBefore, value.Scale);
        int inner = scale + 2;
        int shift = (2 * inner) - value.Scale;
        BigInteger scaled = shift >= 0 ? value.Unscaled * SqlNumeric.PowerOfTen(shift) : value.Unscaled / SqlNumeric.PowerOfTen(-shift);
        BigInteger root = IntegerSquareRoot(scaled);
        // The square of the root may lie below the value by less than a unit: the last digit decides the rounding, so it
        // must not look like a tie.
        if (root * root != scaled) root = (root * 10) + 1;
        else root *= 10;
        return new SqlNumeric(root, inner + 1).Round(scale);
    }

    /// <summary>e to the power of the value.</summary>
    public static SqlNumeric Exponential(SqlNumeric value)
    {
        if (value.IsNaN) return value;
        if (!value.IsFinite) return value.Sign > 0 ? value : SqlNumeric.Zero;
        double weight = Math.Clamp(Approximate(value) * Log10OfE, -ResultScaleMax, ResultScaleMax);
        return ExponentialAt(value, SqlNumeric.ResultScale(SqlNumeric.SignificantDigitsMin - (int)weight, value.Scale));
    }

    /// <summary>Natural logarithm; 2201E unless positive.</summary>
    public static SqlNumeric NaturalLogarithm(SqlNumeric value)
    {
        if (value.IsNaN) return value;
        RequirePositive(value);
        if (!value.IsFinite) return value;
        return LogarithmAt(value, SqlNumeric.ResultScale(SqlNumeric.SignificantDigitsMin - LogarithmWeight(value), value.Scale));
    }

    /// <summary>Logarithm to a base.</summary>
    public static SqlNumeric Logarithm(SqlNumeric logBase, SqlNumeric value)
    {
        if (logBase.IsNaN || value.IsNaN) return SqlNumeric.NaN;
        RequirePositive(logBase);
        RequirePositive(value);
        if (!logBase.IsFinite || !value.IsFinite)
            return !logBase.IsFinite && !value.IsFinite ? SqlNumeric.NaN : value.IsFinite ? SqlNumeric.Zero : SqlNumeric.PositiveInfinity;
        int baseWeight = LogarithmWeight(logBase);
        int valueWeight = LogarithmWeight(value);
        int weight = valueWeight - baseWeight;
        int scale = SqlNumeric.ResultScale(SqlNumeric.SignificantDigitsMin - weight, logBase.Scale, value.Scale);
        SqlNumeric lnBase = LogarithmAt(logBase, Math.Max(0, scale + weight - baseWeight + 8));
        SqlNumeric lnValue = LogarithmAt(value, Math.Max(0, scale + weight - valueWeight + 8));
        if (lnBase.Sign == 0) throw SqlNumeric.DivisionByZero();
        return SqlNumeric.DivideAt(lnValue, lnBase, scale);
    }

    /// <summary>base to the power of exponent.</summary>
    public static SqlNumeric Power(SqlNumeric number, SqlNumeric exponent)
    {
        if (!number.IsFinite || !exponent.IsFinite) return SpecialPower(number, exponent);
        bool isInteger = exponent.MinimalScale() == 0;
        if (number.Sign == 0 && exponent.Sign < 0)
            throw new SqlException(SqlStates.InvalidPowerArgument, "zero raised to a negative power is undefined");
        if (number.Sign < 0 && !isInteger)
        {
            throw new SqlException(
                SqlStates.InvalidPowerArgument, "a negative number raised to a non-integer power yields a complex result");
        }

        if (isInteger && exponent.ToInt64() is { } whole and >= int.MinValue and <= int.MaxValue)
            return IntegerPower(number, (int)whole, SqlNumeric.ResultScale(SqlNumeric.SignificantDigitsMin, number.Scale)).Checked();
        if (number.Sign == 0) return SqlNumeric.Zero.Round(SqlNumeric.SignificantDigitsMin);
        bool isNegative = number.Sign < 0 && exponent.ToInt64() is { } parity && (parity & 1) == 1;
        SqlNumeric size = RealPower(number.Abs(), exponent);
        return (isNegative ? size.Negate() : size).Checked();
    }

    private static SqlNumeric RealPower(SqlNumeric number, SqlNumeric exponent)
    {
        int lnWeight = LogarithmWeight(number);
        SqlNumeric rough = SqlNumeric.Multiply(LogarithmAt(number, Math.Max(0, 8 - lnWeight)), exponent);
        double estimate = Approximate(rough);
        if (Math.Abs(estimate) > ResultScaleMax * 3.01 * 50)
            return estimate > 0 ? throw SqlNumeric.Overflow() : SqlNumeric.Zero.Round(SqlNumeric.DisplayScaleMax);
        double weight = estimate * Log10OfE;
        int scale = SqlNumeric.ResultScale(SqlNumeric.SignificantDigitsMin - (int)weight, number.Scale, exponent.Scale);
        int inner = Math.Max(0, scale + (int)weight - lnWeight + 8);
        return ExponentialAt(SqlNumeric.Multiply(LogarithmAt(number, inner), exponent).Round(inner), scale);
    }

    private static SqlNumeric SpecialPower(SqlNumeric number, SqlNumeric exponent)
    {
        // As POSIX pow() has it: 1 to anything and anything to 0 are 1, even for NaN.
        if (number.IsFinite && number.CompareTo(SqlNumeric.One) == 0) return SqlNumeric.One;
        if (exponent.IsFinite && exponent.Sign == 0) return SqlNumeric.One;
        if (number.IsNaN || exponent.IsNaN) return SqlNumeric.NaN;
        if (number.IsFinite && number.Sign == 0 && exponent.Sign < 0)
            throw new SqlException(SqlStates.InvalidPowerArgument, "zero raised to a negative power is undefined");
        if (!exponent.IsFinite)
        {
            int toOne = number.IsFinite ? number.Abs().CompareTo(SqlNumeric.One) : 1;
            if (toOne == 0) return SqlNumeric.One;
            return toOne > 0 == exponent.Sign > 0 ? SqlNumeric.PositiveInfinity : SqlNumeric.Zero;
        }

        if (exponent.Sign < 0) return SqlNumeric.Zero;
        bool isOdd = exponent.MinimalScale() == 0 && exponent.ToInt64() is { } whole && (whole & 1) == 1;
        return number.Sign < 0 && isOdd ? SqlNumeric.NegativeInfinity : SqlNumeric.PositiveInfinity;
    }

    private static SqlNumeric IntegerPower(SqlNumeric number, int exponent, int scale)
    {
        switch (exponent)
        {
            case 0: return SqlNumeric.One.Round(scale);
            case 1: return number.Round(scale);
            case -1: return SqlNumeric.DivideAt(SqlNumeric.One, number, scale);
            case 2: return SqlNumeric.Multiply(number, number).Round(scale);
        }

        if (number.Sign == 0) return SqlNumeric.Zero.Round(scale);
        BigInteger size = BigInteger.Abs(number.Unscaled);
        double digits = exponent * (BigInteger.Log10(size) - number.Scale);
        if (digits > SqlNumeric.IntegerDigitsMax + 1) throw SqlNumeric.Overflow();
        if (digits + 1 < -scale) return SqlNumeric.Zero.Round(scale);
        // Significant digits of the result, and a few for each multiplication.
        int precision = Math.Max(1, (int)digits + 1) + scale + GuardDigits + (int)Math.Log2(Math.Abs((double)exponent)) + 2;
        (BigInteger mantissa, long power) = PowerMantissa(size, -number.Scale, (uint)Math.Abs((long)exponent), precision);
        if (exponent < 0)
        {
            BigInteger one = SqlNumeric.PowerOfTen(precision + SqlNumeric.DecimalDigits(mantissa));
            (mantissa, power) = (one / mantissa, -power - precision - SqlNumeric.DecimalDigits(mantissa));
        }

        if (number.Sign < 0 && exponent % 2 != 0) mantissa = -mantissa;
        return power >= 0
            ? new SqlNumeric(mantissa * SqlNumeric.PowerOfTen((int)power), 0).Round(scale)
            : new SqlNumeric(mantissa, (int)-power).Round(scale);
    }

    private static (BigInteger Mantissa, long Power) PowerMantissa(BigInteger mantissa, long power, uint exponent, int precision)
    {
        BigInteger result = BigInteger.One;
        long resultPower = 0;
        while (true)
        {
            if ((exponent & 1) == 1) (result, resultPower) = Shortened(result * mantissa, resultPower + power, precision);
            exponent >>= 1;
            if (exponent == 0) return (result, resultPower);
            (mantissa, power) = Shortened(mantissa * mantissa, power * 2, precision);
        }
    }

    private static (BigInteger Mantissa, long Power) Shortened(BigInteger mantissa, long power, int precision)
    {
        int surplus = SqlNumeric.DecimalDigits(mantissa) - precision;
        return surplus <= 0 ? (mantissa, power) : (mantissa / SqlNumeric.PowerOfTen(surplus), power + surplus);
    }

    private static SqlNumeric ExponentialAt(SqlNumeric value, int scale)
    {
        double estimate = Approximate(value);
        if (estimate > (SqlNumeric.IntegerDigitsMax + 1) / Log10OfE) throw SqlNumeric.Overflow();
        int whole = Math.Max(0, (int)(estimate * Log10OfE) + 1);
        if (estimate * Log10OfE < -scale - 1) return SqlNumeric.Zero.Round(scale);
        int digits = scale + whole + GuardDigits;
        // x = n ln 2 + r with a small r: e^x = 2^n e^r, and e^r is the 2^k-th power of e^(r / 2^k).
        BigInteger one = SqlNumeric.PowerOfTen(digits);
        BigInteger x = Fixed(value, digits);
        BigInteger ln2 = LnOf2(digits);
        BigInteger n = BigInteger.Divide(x, ln2);
        BigInteger r = x - (n * ln2);
        const int halvings = 16;
        BigInteger wide = one << (halvings * 2);
        BigInteger small = (r << (halvings * 2)) >> halvings;
        BigInteger term = wide;
        BigInteger sum = wide;
        for (int i = 1; !term.IsZero; i++)
        {
            term = term * small / wide / i;
            sum += term;
        }

        for (int i = 0; i < halvings; i++) sum = sum * sum / wide;
        sum >>= halvings * 2;
        var shift = (int)n;
        BigInteger result = shift >= 0 ? sum << shift : sum >> -shift;
        return new SqlNumeric(result, digits).Round(scale);
    }

    private static SqlNumeric LogarithmAt(SqlNumeric value, int scale)
    {
        int digits = scale + GuardDigits;
        // value = m 2^n with m near 1: ln value = n ln 2 + 2 artanh((m - 1) / (m + 1)).
        int magnitude = (int)((value.Unscaled.GetBitLength() - (value.Scale / 0.30102999566398120)));
        digits += Math.Max(0, (int)(Math.Abs(magnitude) * 0.302) + 1);
        BigInteger one = SqlNumeric.PowerOfTen(digits);
        BigInteger m = value.Scale <= digits
            ? value.Unscaled * SqlNumeric.PowerOfTen(digits - value.Scale)
            : SqlNumeric.DivideRounding(value.Unscaled, SqlNumeric.PowerOfTen(value.Scale - digits));
        int n = (int)(m.GetBitLength() - one.GetBitLength());
        m = n >= 0 ? m >> n : m << -n;
        // Between 0.5 and 2 now; closer to 1 the series is shorter.
        if (m * 3 > one * 4)
        {
            m >>= 1;
            n++;
        }

        BigInteger y = (m - one) * one / (m + one);
        BigInteger square = y * y / one;
        BigInteger power = y;
        BigInteger sum = y;
        for (int i = 3; !power.IsZero; i += 2)
        {
            power = power * square / one;
            sum += power / i;
        }

        return new SqlNumeric((sum * 2) + (n * LnOf2(digits)), digits).Round(scale);
    }

    private static BigInteger LnOf2(int digits)
    {
        // ln 2 = 2 artanh(1/3).
        BigInteger one = SqlNumeric.PowerOfTen(digits + 4);
        BigInteger power = one / 3;
        BigInteger sum = power;
        for (int i = 3; !power.IsZero; i += 2)
        {
            power /= 9;
            sum += power / i;
        }

        return sum * 2 / 10_000;
    }

    private static BigInteger Fixed(SqlNumeric value, int digits) => value.Scale <= digits
        ? value.UnscaledAt(digits)
        : value.Unscaled / SqlNumeric.PowerOfTen(value.Scale - digits);

    private static double Approximate(SqlNumeric value)
    {
        if (value.Unscaled.IsZero) return 0;
        double exponent = BigInteger.Log10(BigInteger.Abs(value.Unscaled)) - value.Scale;
        return value.Sign * (exponent > 300 ? double.MaxValue : Math.Pow(10, exponent));
    }

    /// <summary>Roughly the decimal position of the first digit of ln(value), as PostgreSQL estimates it.</summary>
    private static int LogarithmWeight(SqlNumeric value)
    {
        if (value.Sign <= 0) return 0;
        bool isNearOne = value.CompareTo(new SqlNumeric(9, 1)) >= 0 && value.CompareTo(new SqlNumeric(11, 1)) <= 0;
        if (isNearOne)
        {
            SqlNumeric distance = SqlNumeric.Subtract(value, SqlNumeric.One);
            if (distance.Sign == 0) return 0;
            (int weight, int group) = distance.LeadingGroup();
            return (weight * 4) + (int)Math.Log10(group);
        }

        double ln = BigInteger.Log10(value.Unscaled) - value.Scale;
        return (int)Math.Log10(Math.Abs(ln * LnOf10));
    }

    private static BigInteger IntegerSquareRoot(BigInteger value)
    {
        if (value.IsZero) return value;
        BigInteger root = BigInteger.One << (int)((value.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (value / root)) >> 1;
            if (next >= root) return root;
            root = next;
        }
    }

    private static void RequirePositive(SqlNumeric value)
    {
        if (value.Sign == 0) throw new SqlException(SqlStates.InvalidLogarithmArgument, "cannot take logarithm of zero");
        if (value.Sign < 0) throw new SqlException(SqlStates.InvalidLogarithmArgument, "cannot take logarithm of a negative number");
    }

    private static SqlException NegativeRoot() =>
        new(SqlStates.InvalidPowerArgument, "cannot take square root of a negative number");
}
