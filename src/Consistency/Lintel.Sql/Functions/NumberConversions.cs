using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Casts between numbers: what does not fit is refused with 22003.</summary>
internal static class NumberConversions
{
    /// <summary>"char" is a signed byte.</summary>
    public static readonly UnaryFunction ToChar = (in SqlValue value, EvaluationContext _) =>
        value.AsInt64() is >= sbyte.MinValue and <= sbyte.MaxValue
            ? SqlValue.Of((long)(byte)value.AsInt64())
            : throw OutOfRange("\"char\"");

    /// <summary>int2 and int4 keep their bits.</summary>
    public static readonly UnaryFunction ToOid = (in SqlValue value, EvaluationContext _) =>
        SqlValue.Of((long)(uint)(int)value.AsInt64());

    /// <summary>int8 must be in range.</summary>
    public static readonly UnaryFunction BigToOid = (in SqlValue value, EvaluationContext _) =>
        value.AsInt64() is >= 0 and <= uint.MaxValue ? value : throw OutOfRange("OID");

    /// <summary>The conversion between two kinds of numbers.</summary>
    public static UnaryFunction? Between(SqlKind from, SqlKind to) => (Shape(from), Shape(to)) switch
    {
        ('i', 'i') => Widens(from, to) ? null : Narrow(to),
        ('i', 'f') => to == SqlKind.Float4
            ? (in value, _) => SqlValue.Of((double)(float)value.AsInt64())
            : (in value, _) => SqlValue.Of((double)value.AsInt64()),
        ('i', 'n') => (in value, _) => SqlValue.Of(SqlNumeric.From(value.AsInt64())),
        ('f', 'i') => FloatToInteger(to),
        ('f', 'n') => from == SqlKind.Float4
            ? (in value, _) => SqlValue.Of(NumericText.FromSingle(value.AsDouble()))
            : (in value, _) => SqlValue.Of(NumericText.FromDouble(value.AsDouble())),
        ('f', 'f') => to == SqlKind.Float8 ? null : (in value, _) => SqlValue.Of(ToSingle(value.AsDouble())),
        ('n', 'f') => to == SqlKind.Float4
            ? (in value, _) => SqlValue.Of(NumericText.ToSingle(value.AsNumeric()))
            : (in value, _) => SqlValue.Of(NumericText.ToDouble(value.AsNumeric())),
        _ => (in value, _) => SqlValue.Of(ToInteger(value.AsNumeric(), to)),
    };

    /// <summary>numeric to an integer type, rounded.</summary>
    public static long ToInteger(SqlNumeric value, SqlKind to)
    {
        if (!value.IsFinite)
        {
            string name = value.IsNaN ? "NaN" : "infinity";
            throw new SqlException(SqlStates.FeatureNotSupported, $"cannot convert {name} to {TypeRegistry.Of(to).DisplayName}");
        }

        (long low, long high) = Bounds(to);
        return value.ToInt64() is { } whole && whole >= low && whole <= high
            ? whole
            : throw OutOfRange(TypeRegistry.Of(to).DisplayName);
    }

    /// <summary>float8 to float4.</summary>
    public static double ToSingle(double value)
    {
        var narrow = (float)value;
        if (float.IsInfinity(narrow) && !double.IsInfinity(value)) throw FloatFunctions.Overflow();
        return narrow == 0 && value != 0 ? throw FloatFunctions.Underflow() : narrow;
    }

    /// <summary>22003.</summary>
    public static SqlException OutOfRange(string type) => new(SqlStates.NumericValueOutOfRange, $"{type} out of range");

    /// <summary>Least and greatest value of an integer type.</summary>
    public static (long Low, long High) Bounds(SqlKind kind) => kind switch
    {
        SqlKind.Int2 => (short.MinValue, short.MaxValue),
        SqlKind.Int4 => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    private static char Shape(SqlKind kind) => kind switch
    {
        SqlKind.Float4 or SqlKind.Float8 => 'f',
        SqlKind.Numeric => 'n',
        _ => 'i',
    };

    private static bool Widens(SqlKind from, SqlKind to) => Bounds(to).High >= Bounds(from).High;

    private static UnaryFunction Narrow(SqlKind to)
    {
        (long low, long high) = Bounds(to);
        string name = TypeRegistry.Of(to).DisplayName;
        return (in SqlValue value, EvaluationContext _) =>
        {
            long number = value.AsInt64();
            return number >= low && number <= high ? value : throw OutOfRange(name);
        };
    }

    private static UnaryFunction FloatToInteger(SqlKind to)
    {
        (long low, long high) = Bounds(to);
        string name = TypeRegistry.Of(to).DisplayName;
        // The bound above is exclusive: 2^63 is a double and long.MaxValue is not.
        double end = high == long.MaxValue ? 9223372036854775808.0 : high + 1.0;
        return (in SqlValue value, EvaluationContext _) =>
        {
            double rounded = Math.Round(value.AsDouble(), MidpointRounding.ToEven);
            return rounded >= low && rounded < end ? SqlValue.Of((long)rounded) : throw OutOfRange(name);
        };
    }
}
