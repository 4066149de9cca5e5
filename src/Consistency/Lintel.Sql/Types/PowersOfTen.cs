using System.Numerics;

namespace Lintel.Sql.Types;

/// <content>Powers of ten, the unit of every scale change.</content>
public sealed partial class SqlNumeric
{
    private static readonly BigInteger[] SmallPowers = BuildPowers(64);

    /// <summary>10 to the power of <paramref name="exponent"/>, which is not negative.</summary>
    internal static BigInteger PowerOfTen(int exponent) =>
        exponent < SmallPowers.Length ? SmallPowers[exponent] : BigInteger.Pow(10, exponent);

    private static BigInteger[] BuildPowers(int count)
    {
        var powers = new BigInteger[count];
        powers[0] = BigInteger.One;
        for (int i = 1; i < count; i++) powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
