using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>Arithmetic and bits of int2, int4 and int8, with 22003 where the result does not fit.</summary>
internal static class IntegerFunctions
{
    private static readonly string[] Kinds = ["int2", "int4", "int8"];

    public static void Register(FunctionRegistry table)
    {
        for (int i = 0; i < Kinds.Length; i++)
        {
            for (int j = 0; j < Kinds.Length; j++) AddArithmetic(table, Kinds[i], Kinds[j], Kinds[Math.Max(i, j)]);
            AddOwn(table, Kinds[i]);
        }

        table.Add("gcd(int4, int4) int4", Gcd(SqlKind.Int4));
        table.Add("gcd(int8, int8) int8", Gcd(SqlKind.Int8));
        table.Add("lcm(int4, int4) int4", Lcm(SqlKind.Int4));
        table.Add("lcm(int8, int8) int8", Lcm(SqlKind.Int8));
        table.Add("to_hex(int4) text", (in a, _) => SqlValue.Of(((int)a.AsInt64()).ToString("x")));
        table.Add("to_hex(int8) text", (in a, _) => SqlValue.Of(a.AsInt64().ToString("x")));
        table.Add("bit_count(bytea) int8", (in a, _) =>
        {
            long count = 0;
            foreach (byte b in a.AsBytes()) count += System.Numerics.BitOperations.PopCount(b);
            return SqlValue.Of(count);
        });
    }

    private static void AddArithmetic(FunctionRegistry table, string left, string right, string result)
    {
        SqlKind kind = KindOf(result);
        table.AddOperator($"{left} + {right} {result}", Add(kind));
        table.AddOperator($"{left} - {right} {result}", Subtract(kind));
        table.AddOperator($"{left} * {right} {result}", Multiply(kind));
        table.AddOperator($"{left} / {right} {result}", Divide(kind));
        if (left != right) return;
        table.AddOperator($"{left} % {right} {result}", Modulo);
        table.Add($"mod({left}, {right}) {result}", Modulo);
        table.AddOperator($"{left} & {right} {result}", (in a, in b, _) => SqlValue.Of(a.AsInt64() & b.AsInt64()));
        table.AddOperator($"{left} | {right} {result}", (in a, in b, _) => SqlValue.Of(a.AsInt64() | b.AsInt64()));
        table.AddOperator($"{left} # {right} {result}", (in a, in b, _) => SqlValue.Of(a.AsInt64() ^ b.AsInt64()));
    }

    private static void AddOwn(FunctionRegistry table, string name)
    {
        SqlKind kind = KindOf(name);
        (long low, _) = NumberConversions.Bounds(kind);
        UnaryFunction negate = (in a, _) => a.AsInt64() == low ? throw Overflow(kind) : SqlValue.Of(-a.AsInt64());
        UnaryFunction abs = (in a, _) => a.AsInt64() == low ? throw Overflow(kind) : SqlValue.Of(Math.Abs(a.AsInt64()));
        table.AddOperator($"- {name} {name}", negate);
        table.AddOperator($"+ {name} {name}", (in a, _) => a);
        table.AddOperator($"~ {name} {name}", (in a, _) => SqlValue.Of(~a.AsInt64()));
        table.AddOperator($"@ {name} {name}", abs);
        table.Add($"abs({name}) {name}", abs);
        table.AddOperator($"{name} << int4 {name}", Shift(kind, isLeft: true));
        table.AddOperator($"{name} >> int4 {name}", Shift(kind, isLeft: false));
    }

    private static SqlKind KindOf(string name) => Parameter.Parse(name).Type.Kind;

    private static SqlException Overflow(SqlKind kind) => NumberConversions.OutOfRange(TypeRegistry.Of(kind).DisplayName);

    private static BinaryFunction Add(SqlKind kind) => kind == SqlKind.Int8
        ? (in a, in b, _) =>
        {
            long x = a.AsInt64();
            long y = b.AsInt64();
            long sum = unchecked(x + y);
            return ((x ^ sum) & (y ^ sum)) < 0 ? throw Overflow(SqlKind.Int8) : SqlValue.Of(sum);
        }
        : Narrow(kind, static (x, y) => x + y);

    private static BinaryFunction Subtract(SqlKind kind) => kind == SqlKind.Int8
        ? (in a, in b, _) =>
        {
            long x = a.AsInt64();
            long y = b.AsInt64();
            long rest = unchecked(x - y);
            return ((x ^ y) & (x ^ rest)) < 0 ? throw Overflow(SqlKind.Int8) : SqlValue.Of(rest);
        }
        : Narrow(kind, static (x, y) => x - y);

    private static BinaryFunction Multiply(SqlKind kind) => kind == SqlKind.Int8
        ? (in a, in b, _) =>
        {
            long high = Math.BigMul(a.AsInt64(), b.AsInt64(), out long low);
            return high == low >> 63 ? SqlValue.Of(low) : throw Overflow(SqlKind.Int8);
        }
        : Narrow(kind, static (x, y) => x * y);

    /// <summary>int2 and int4 are computed in 64 bits, which cannot overflow, and checked.</summary>
    private static BinaryFunction Narrow(SqlKind kind, Func<long, long, long> compute)
    {
        (long low, long high) = NumberConversions.Bounds(kind);
        return (in SqlValue a, in SqlValue b, EvaluationContext _) =>
        {
            long result = compute(a.AsInt64(), b.AsInt64());
            return result >= low && result <= high ? SqlValue.Of(result) : throw Overflow(kind);
        };
    }

    private static BinaryFunction Divide(SqlKind kind)
    {
        (long low, _) = NumberConversions.Bounds(kind);
        return (in SqlValue a, in SqlValue b, EvaluationContext _) =>
        {
            long divisor = b.AsInt64();
            if (divisor == 0) throw SqlNumeric.DivisionByZero();
            if (divisor == -1 && a.AsInt64() == low) throw Overflow(kind);
            return SqlValue.Of(a.AsInt64() / divisor);
        };
    }

    private static SqlValue Modulo(in SqlValue a, in SqlValue b, EvaluationContext context)
    {
        long divisor = b.AsInt64();
        if (divisor == 0) throw SqlNumeric.DivisionByZero();
        return SqlValue.Of(divisor == -1 ? 0 : a.AsInt64() % divisor);
    }

    private static BinaryFunction Shift(SqlKind kind, bool isLeft) => (kind, isLeft) switch
    {
        (SqlKind.Int8, true) => (in a, in b, _) => SqlValue.Of(a.AsInt64() << (int)b.AsInt64()),
        (SqlKind.Int8, false) => (in a, in b, _) => SqlValue.Of(a.AsInt64() >> (int)b.AsInt64()),
        (SqlKind.Int4, true) => (in a, in b, _) => SqlValue.Of((long)((int)a.AsInt64() << (int)b.AsInt64())),
        (SqlKind.Int4, false) => (in a, in b, _) => SqlValue.Of((long)((int)a.AsInt64() >> (int)b.AsInt64())),
        (_, true) => (in a, in b, _) => SqlValue.Of((long)(short)((int)a.AsInt64() << (int)b.AsInt64())),
        _ => (in a, in b, _) => SqlValue.Of((long)(short)((int)a.AsInt64() >> (int)b.AsInt64())),
    };

    private static BinaryFunction Gcd(SqlKind kind) => (in a, in b, _) =>
    {
        UInt128 size = Gcd((UInt128)Int128.Abs(a.AsInt64()), (UInt128)Int128.Abs(b.AsInt64()));
        return size > (UInt128)NumberConversions.Bounds(kind).High ? throw Overflow(kind) : SqlValue.Of((long)size);
    };

    private static BinaryFunction Lcm(SqlKind kind) => (in a, in b, _) =>
    {
        if (a.AsInt64() == 0 || b.AsInt64() == 0) return SqlValue.Of(0L);
        var x = (UInt128)Int128.Abs(a.AsInt64());
        var y = (UInt128)Int128.Abs(b.AsInt64());
        UInt128 size = x / Gcd(x, y) * y;
        return size > (UInt128)NumberConversions.Bounds(kind).High ? throw Overflow(kind) : SqlValue.Of((long)size);
    };

    private static UInt128 Gcd(UInt128 a, UInt128 b)
    {
        while (b != 0) (a, b) = (b, a % b);
        return a;
    }
}
