using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Operators and functions of numeric.</summary>
internal static class NumericFunctions
{

    public static void Register(FunctionRegistry table)
    {
        table.AddOperator("numeric + numeric numeric", Binary(SqlNumeric.Add));
        table.AddOperator("numeric - numeric numeric", Binary(SqlNumeric.Subtract));
        table.AddOperator("numeric * numeric numeric", Binary(SqlNumeric.Multiply));
        table.AddOperator("numeric / numeric numeric", Binary(SqlNumeric.Divide));
        table.AddOperator("numeric % numeric numeric", Binary(SqlNumeric.Modulo));
        table.AddOperator("numeric ^ numeric numeric", Binary(NumericMath.Power));
        table.AddOperator("- numeric numeric", Unary(static a => a.Negate()));
        table.AddOperator("+ numeric numeric", (in a, _) => a);
        table.AddOperator("@ numeric numeric", Unary(static a => a.Abs()));
        table.Add("mod(numeric, numeric) numeric", Binary(SqlNumeric.Modulo));
        table.Add("div(numeric, numeric) numeric", Binary(SqlNumeric.DivideToInteger));
        table.Add("power(numeric, numeric) numeric", Binary(NumericMath.Power));
        table.Add("pow(numeric, numeric) numeric", Binary(NumericMath.Power));
        table.Add("abs(numeric) numeric", Unary(static a => a.Abs()));
        table.Add("sign(numeric) numeric", Unary(static a => a.IsNaN ? a : SqlNumeric.From(a.Sign)));
        table.Add("ceil(numeric) numeric", Unary(static a => a.Ceiling()));
        table.Add("ceiling(numeric) numeric", Unary(static a => a.Ceiling()));
        table.Add("floor(numeric) numeric", Unary(static a => a.Floor()));
        table.Add("round(numeric) numeric", Unary(static a => a.Round(0)));
        table.Add("trunc(numeric) numeric", Unary(static a => a.Truncate(0)));
        table.Add("round(numeric, int4) numeric", (in a, in b, _) => SqlValue.Of(a.AsNumeric().Round(Scale(b))));
        table.Add("trunc(numeric, int4) numeric", (in a, in b, _) => SqlValue.Of(a.AsNumeric().Truncate(Scale(b))));
        table.Add("sqrt(numeric) numeric", Unary(NumericMath.SquareRoot));
        table.Add("exp(numeric) numeric", Unary(NumericMath.Exponential));
        table.Add("ln(numeric) numeric", Unary(NumericMath.NaturalLogarithm));
        table.Add("log(numeric) numeric", Unary(static a => NumericMath.Logarithm(SqlNumeric.From(10), a)));
        table.Add("log10(numeric) numeric", Unary(static a => NumericMath.Logarithm(SqlNumeric.From(10), a)));
        table.Add("log(numeric, numeric) numeric", Binary(NumericMath.Logarithm));
        table.Add("scale(numeric) int4", (in a, _) => a.AsNumeric().IsFinite ? SqlValue.Of((long)a.AsNumeric().Scale) : SqlValue.Null);
        table.Add("min_scale(numeric) int4", (in a, _) => a.AsNumeric().IsFinite ? SqlValue.Of((long)a.AsNumeric().MinimalScale()) : SqlValue.Null);
        table.Add("trim_scale(numeric) numeric", Unary(static a => a.IsFinite ? a.Round(a.MinimalScale()) : a));
        table.Add("gcd(numeric, numeric) numeric", Binary(Gcd));
        table.Add("lcm(numeric, numeric) numeric", Binary(Lcm));
        table.Add("factorial(int8) numeric", Factorial);
        table.Add("width_bucket(float8, float8, float8, int4) int4", WidthBucket);
        table.Add("width_bucket(numeric, numeric, numeric, int4) int4", NumericWidthBucket);
    }

    private static BinaryFunction Binary(Func<SqlNumeric, SqlNumeric, SqlNumeric> compute) =>
        (in SqlValue a, in SqlValue b, EvaluationContext _) => SqlValue.Of(compute(a.AsNumeric(), b.AsNumeric()));

    private static UnaryFunction Unary(Func<SqlNumeric, SqlNumeric> compute) =>
        (in SqlValue a, EvaluationContext _) => SqlValue.Of(compute(a.AsNumeric()));

    private static int Scale(in SqlValue value) => (int)Math.Clamp(value.AsInt64(), -SqlNumeric.IntegerDigitsMax - 1, SqlNumeric.ScaleMax);

    private static SqlNumeric Gcd(SqlNumeric a, SqlNumeric b)
    {
        if (!a.IsFinite || !b.IsFinite) return SqlNumeric.NaN;
        int scale = Math.Max(a.Scale, b.Scale);
        return new SqlNumeric(
            System.Numerics.BigInteger.GreatestCommonDivisor(a.Round(scale).Unscaled, b.Round(scale).Unscaled), scale);
    }

    private static SqlNumeric Lcm(SqlNumeric a, SqlNumeric b)
    {
        if (!a.IsFinite || !b.IsFinite) return SqlNumeric.NaN;
        int scale = Math.Max(a.Scale, b.Scale);
        if (a.Sign == 0 || b.Sign == 0) return SqlNumeric.Zero.Round(scale);
        SqlNumeric divisor = Gcd(a, b);
        return SqlNumeric.Multiply(SqlNumeric.DivideToInteger(a, divisor), b).Abs().Round(scale);
    }

    private static SqlValue Factorial(in SqlValue value, EvaluationContext context)
    {
        long number = value.AsInt64();
        if (number < 0) throw new SqlException(SqlStates.NumericValueOutOfRange, "factorial of a negative number is undefined");
        if (number > 32_177) throw SqlNumeric.Overflow();
        System.Numerics.BigInteger product = 1;
        for (long i = 2; i <= number; i++)
        {
            if ((i & 255) == 0) context.Cancellation.ThrowIfCancellationRequested();
            product *= i;
        }

        return SqlValue.Of(new SqlNumeric(product, 0));
    }

    private static SqlValue WidthBucket(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        double operand = arguments[0].AsDouble();
        double low = arguments[1].AsDouble();
        double high = arguments[2].AsDouble();
        long count = Buckets(arguments[3]);
        if (double.IsNaN(operand) || double.IsNaN(low) || double.IsNaN(high))
            throw BucketArgument("operand, lower bound, and upper bound cannot be NaN");
        if (double.IsInfinity(low) || double.IsInfinity(high)) throw BucketArgument("lower and upper bounds must be finite");
        if (low == high) throw BucketArgument("lower bound cannot equal upper bound");
        bool isAscending = low < high;
        if (isAscending ? operand < low : operand > low) return SqlValue.Of(0L);
        if (isAscending ? operand >= high : operand <= high) return SqlValue.Of(count + 1);
        return SqlValue.Of((long)(count * ((operand - low) / (high - low))) + 1);
    }

    private static SqlValue NumericWidthBucket(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        SqlNumeric operand = arguments[0].AsNumeric();
        SqlNumeric low = arguments[1].AsNumeric();
        SqlNumeric high = arguments[2].AsNumeric();
        long count = Buckets(arguments[3]);
        if (operand.IsNaN || low.IsNaN || high.IsNaN) throw BucketArgument("operand, lower bound, and upper bound cannot be NaN");
        if (!low.IsFinite || !high.IsFinite) throw BucketArgument("lower and upper bounds must be finite");
        int order = low.CompareTo(high);
        if (order == 0) throw BucketArgument("lower bound cannot equal upper bound");
        if (operand.CompareTo(low) * order > 0) return SqlValue.Of(0L);
        if (operand.CompareTo(high) * order <= 0) return SqlValue.Of(count + 1);
        SqlNumeric share = SqlNumeric.Multiply(SqlNumeric.Subtract(operand, low), SqlNumeric.From(count));
        return SqlValue.Of(SqlNumeric.DivideToInteger(share, SqlNumeric.Subtract(high, low)).ToInt64()!.Value + 1);
    }

    private static long Buckets(in SqlValue count) => count.AsInt64() > 0
        ? count.AsInt64()
        : throw BucketArgument("count must be greater than zero");

    private static SqlException BucketArgument(string message) => new("2201G", message);
}
