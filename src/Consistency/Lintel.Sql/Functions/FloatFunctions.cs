using Lintel.Primitives.Random;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Arithmetic and mathematics of float4 and float8.</summary>
internal static class FloatFunctions
{
    public static void Register(FunctionRegistry table)
    {
        foreach ((string left, string right) in ((string, string)[])[("float4", "float4"), ("float4", "float8"), ("float8", "float4"), ("float8", "float8")])
        {
            string result = left == "float4" && right == "float4" ? "float4" : "float8";
            bool isSingle = result == "float4";
            table.AddOperator($"{left} + {right} {result}", Arithmetic(isSingle, static (x, y) => x + y));
            table.AddOperator($"{left} - {right} {result}", Arithmetic(isSingle, static (x, y) => x - y));
            table.AddOperator($"{left} * {right} {result}", Arithmetic(isSingle, static (x, y) => x * y, canUnderflow: true));
            table.AddOperator($"{left} / {right} {result}", Divide(isSingle));
        }

        foreach (string name in (string[])["float4", "float8"])
        {
            table.AddOperator($"- {name} {name}", (in a, _) => SqlValue.Of(-a.AsDouble()));
            table.AddOperator($"+ {name} {name}", (in a, _) => a);
            table.AddOperator($"@ {name} {name}", (in a, _) => SqlValue.Of(Math.Abs(a.AsDouble())));
            table.Add($"abs({name}) {name}", (in a, _) => SqlValue.Of(Math.Abs(a.AsDouble())));
        }

        table.AddOperator("float8 ^ float8 float8", Power);
        table.AddOperator("|/ float8 float8", SquareRoot);
        table.AddOperator("||/ float8 float8", (in a, _) => SqlValue.Of(Math.Cbrt(a.AsDouble())));
        table.Add("power(float8, float8) float8", Power);
        table.Add("pow(float8, float8) float8", Power);
        table.Add("sqrt(float8) float8", SquareRoot);
        table.Add("cbrt(float8) float8", (in a, _) => SqlValue.Of(Math.Cbrt(a.AsDouble())));
        table.Add("exp(float8) float8", (in a, _) => Checked(Math.Exp(a.AsDouble()), double.IsInfinity(a.AsDouble())));
        table.Add("ln(float8) float8", (in a, _) => SqlValue.Of(Math.Log(LogArgument(a.AsDouble()))));
        table.Add("log(float8) float8", (in a, _) => SqlValue.Of(Math.Log10(LogArgument(a.AsDouble()))));
        table.Add("log10(float8) float8", (in a, _) => SqlValue.Of(Math.Log10(LogArgument(a.AsDouble()))));
        table.Add("round(float8) float8", (in a, _) => SqlValue.Of(Math.Round(a.AsDouble(), MidpointRounding.ToEven)));
        table.Add("trunc(float8) float8", (in a, _) => SqlValue.Of(Math.Truncate(a.AsDouble())));
        table.Add("ceil(float8) float8", (in a, _) => SqlValue.Of(Math.Ceiling(a.AsDouble())));
        table.Add("ceiling(float8) float8", (in a, _) => SqlValue.Of(Math.Ceiling(a.AsDouble())));
        table.Add("floor(float8) float8", (in a, _) => SqlValue.Of(Math.Floor(a.AsDouble())));
        table.Add("sign(float8) float8", (in a, _) => SqlValue.Of(a.AsDouble() > 0 ? 1.0 : a.AsDouble() < 0 ? -1.0 : 0.0));
        table.Add("degrees(float8) float8", (in a, _) => SqlValue.Of(a.AsDouble() / (Math.PI / 180.0)));
        table.Add("radians(float8) float8", (in a, _) => SqlValue.Of(a.AsDouble() * (Math.PI / 180.0)));
        table.Add("pi() float8", (_, _) => SqlValue.Of(Math.PI));
        table.Add("sin(float8) float8", Trigonometric(Math.Sin));
        table.Add("cos(float8) float8", Trigonometric(Math.Cos));
        table.Add("tan(float8) float8", Trigonometric(Math.Tan));
        table.Add("cot(float8) float8", Trigonometric(static x => 1 / Math.Tan(x)));
        table.Add("asin(float8) float8", Bounded(Math.Asin));
        table.Add("acos(float8) float8", Bounded(Math.Acos));
        table.Add("atan(float8) float8", (in a, _) => SqlValue.Of(Math.Atan(a.AsDouble())));
        table.Add("atan2(float8, float8) float8", (in a, in b, _) => SqlValue.Of(Math.Atan2(a.AsDouble(), b.AsDouble())));
        table.Add("sinh(float8) float8", (in a, _) => SqlValue.Of(Math.Sinh(a.AsDouble())));
        table.Add("cosh(float8) float8", (in a, _) => SqlValue.Of(Math.Cosh(a.AsDouble())));
        table.Add("tanh(float8) float8", (in a, _) => SqlValue.Of(Math.Tanh(a.AsDouble())));
        table.Add("random() float8 volatile", (_, context) => SqlValue.Of(context.Random.NextDouble()));
        table.Add("setseed(float8) void volatile", SetSeed);
    }

    /// <summary>22003.</summary>
    public static SqlException Overflow() => new(SqlStates.NumericValueOutOfRange, "value out of range: overflow");

    /// <summary>22003.</summary>
    public static SqlException Underflow() => new(SqlStates.NumericValueOutOfRange, "value out of range: underflow");

    private static SqlValue Checked(double result, bool isInfinityExpected)
    {
        if (double.IsInfinity(result) && !isInfinityExpected) throw Overflow();
        if (result == 0 && !isInfinityExpected) throw Underflow();
        return SqlValue.Of(result);
    }

    private static BinaryFunction Arithmetic(bool isSingle, Func<double, double, double> compute, bool canUnderflow = false) =>
        (in SqlValue a, in SqlValue b, EvaluationContext _) =>
        {
            double x = a.AsDouble();
            double y = b.AsDouble();
            double result = compute(x, y);
            if (isSingle) result = (float)result;
            if (double.IsInfinity(result) && !double.IsInfinity(x) && !double.IsInfinity(y)) throw Overflow();
            if (canUnderflow && result == 0 && x != 0 && y != 0) throw Underflow();
            return SqlValue.Of(result);
        };

    private static BinaryFunction Divide(bool isSingle) =>
        (in SqlValue a, in SqlValue b, EvaluationContext _) =>
        {
            double x = a.AsDouble();
            double y = b.AsDouble();
            if (y == 0 && !double.IsNaN(x)) throw SqlNumeric.DivisionByZero();
            double result = x / y;
            if (isSingle) result = (float)result;
            if (double.IsInfinity(result) && !double.IsInfinity(x)) throw Overflow();
            if (result == 0 && x != 0 && !double.IsInfinity(y)) throw Underflow();
            return SqlValue.Of(result);
        };

    private static SqlValue Power(in SqlValue a, in SqlValue b, EvaluationContext context)
    {
        double x = a.AsDouble();
        double y = b.AsDouble();
        if (x == 0 && y < 0) throw new SqlException(SqlStates.InvalidPowerArgument, "zero raised to a negative power is undefined");
        if (x < 0 && Math.Floor(y) != y && !double.IsInfinity(y))
        {
            throw new SqlException(
                SqlStates.InvalidPowerArgument, "a negative number raised to a non-integer power yields a complex result");
        }

        double result = Math.Pow(x, y);
        if (double.IsInfinity(x) || double.IsInfinity(y)) return SqlValue.Of(result);
        if (double.IsInfinity(result)) throw Overflow();
        if (result == 0 && x != 0) throw Underflow();
        return SqlValue.Of(result);
    }

    private static SqlValue SquareRoot(in SqlValue a, EvaluationContext context) => a.AsDouble() < 0
        ? throw new SqlException(SqlStates.InvalidPowerArgument, "cannot take square root of a negative number")
        : SqlValue.Of(Math.Sqrt(a.AsDouble()));

    private static double LogArgument(double value)
    {
        if (value == 0) throw new SqlException(SqlStates.InvalidLogarithmArgument, "cannot take logarithm of zero");
        return value < 0
            ? throw new SqlException(SqlStates.InvalidLogarithmArgument, "cannot take logarithm of a negative number")
            : value;
    }

    private static UnaryFunction Trigonometric(Func<double, double> compute) =>
        (in SqlValue a, EvaluationContext _) =>
            double.IsInfinity(a.AsDouble()) ? throw InputOutOfRange() : SqlValue.Of(compute(a.AsDouble()));

    private static UnaryFunction Bounded(Func<double, double> compute) =>
        (in SqlValue a, EvaluationContext _) =>
            a.AsDouble() is < -1 or > 1 ? throw InputOutOfRange() : SqlValue.Of(compute(a.AsDouble()));

    private static SqlException InputOutOfRange() => new(SqlStates.NumericValueOutOfRange, "input is out of range");

    private static SqlValue SetSeed(in SqlValue a, EvaluationContext context)
    {
        double seed = a.AsDouble();
        if (double.IsNaN(seed) || seed is < -1 or > 1)
        {
            throw new SqlException(
                SqlStates.InvalidParameterValue, $"setseed parameter {TextFormat.ToText(a, SqlType.Float8, context.Types)} is out of allowed range [-1,1]");
        }

        context.Random = Prng.ForPurpose((ulong)BitConverter.DoubleToInt64Bits(seed), "setseed");
        return SqlValue.Of("");
    }
}
