using System.Numerics;
using Lintel.Sql.Execute.Rows;
using Lintel.Sql.Types;

namespace Lintel.Sql.Functions;

/// <summary>count.</summary>
internal sealed class CountAccumulator : Accumulator
{
    private long _count;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context) => _count++;

    public override SqlValue Result(EvaluationContext context) => SqlValue.Of(_count);
}

/// <summary>sum of int2 and int4, in 64 bits.</summary>
internal sealed class IntegerSum : Accumulator
{
    private long _sum;
    private bool _isEmpty = true;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        long sum = unchecked(_sum + arguments[0].AsInt64());
        if (((_sum ^ sum) & (arguments[0].AsInt64() ^ sum)) < 0) throw NumberConversions.OutOfRange("bigint");
        _sum = sum;
        _isEmpty = false;
    }

    public override SqlValue Result(EvaluationContext context) => _isEmpty ? SqlValue.Null : SqlValue.Of(_sum);
}

/// <summary>sum of int8, which may leave 64 bits.</summary>
internal sealed class BigIntegerSum : Accumulator
{
    private Int128 _sum;
    private bool _isEmpty = true;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        _sum += arguments[0].AsInt64();
        _isEmpty = false;
    }

    public override SqlValue Result(EvaluationContext context) =>
        _isEmpty ? SqlValue.Null : SqlValue.Of(new SqlNumeric((BigInteger)_sum, 0));
}

/// <summary>avg of integers.</summary>
internal sealed class IntegerAverage : Accumulator
{
    private Int128 _sum;
    private long _count;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        _sum += arguments[0].AsInt64();
        _count++;
    }

    public override SqlValue Result(EvaluationContext context) => _count == 0
        ? SqlValue.Null
        : SqlValue.Of(SqlNumeric.Divide(new SqlNumeric((BigInteger)_sum, 0), SqlNumeric.From(_count)));
}

/// <summary>sum and avg of numeric.</summary>
internal sealed class NumericSum(bool isAverage) : Accumulator
{
    private SqlNumeric? _sum;
    private long _count;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        SqlNumeric value = arguments[0].AsNumeric();
        _sum = _sum is null ? value : SqlNumeric.Add(_sum, value);
        _count++;
    }

    public override SqlValue Result(EvaluationContext context)
    {
        if (_sum is null) return SqlValue.Null;
        return SqlValue.Of(isAverage ? SqlNumeric.Divide(_sum, SqlNumeric.From(_count)) : _sum);
    }
}

/// <summary>sum of floats.</summary>
internal sealed class FloatSum(bool isSingle) : Accumulator
{
    private double _sum;
    private bool _isEmpty = true;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        double value = arguments[0].AsDouble();
        double sum = _isEmpty ? value : _sum + value;
        if (isSingle) sum = (float)sum;
        if (double.IsInfinity(sum) && !double.IsInfinity(value) && !double.IsInfinity(_sum)) throw FloatFunctions.Overflow();
        _sum = sum;
        _isEmpty = false;
    }

    public override SqlValue Result(EvaluationContext context) => _isEmpty ? SqlValue.Null : SqlValue.Of(_sum);
}

/// <summary>sum and avg of interval.</summary>
internal sealed class IntervalSum(bool isAverage) : Accumulator
{
    private SqlInterval? _sum;
    private long _count;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        SqlInterval value = arguments[0].AsInterval();
        _sum = _sum is null ? value : IntervalMath.Add(_sum, value);
        _count++;
    }

    public override SqlValue Result(EvaluationContext context)
    {
        if (_sum is null) return SqlValue.Null;
        return SqlValue.Of(isAverage ? IntervalMath.Divide(_sum, _count) : _sum);
    }
}

/// <summary>min and max.</summary>
internal sealed class ExtremeAccumulator(SqlType type, bool isMax) : Accumulator
{
    private SqlValue _best;

    public override long HeapBytes => _best.HeapBytes;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        if (_best.IsNull)
        {
            _best = arguments[0];
            return;
        }

        int order = ValueOrder.Compare(arguments[0], _best, type);
        if (isMax ? order > 0 : order < 0) _best = arguments[0];
    }

    public override SqlValue Result(EvaluationContext context) => _best;
}

/// <summary>bool_and and bool_or.</summary>
internal sealed class BoolAccumulator(bool isAnd) : Accumulator
{
    private bool? _value;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context)
    {
        bool value = arguments[0].AsBool();
        _value = _value is not { } known ? value : isAnd ? known && value : known || value;
    }

    public override SqlValue Result(EvaluationContext context) => _value is { } value ? SqlValue.Of(value) : SqlValue.Null;
}

/// <summary>bit_and, bit_or, bit_xor.</summary>
internal sealed class BitAccumulator(Func<long, long, long> combine) : Accumulator
{
    private long? _value;

    public override void Add(ReadOnlySpan<SqlValue> arguments, EvaluationContext context) =>
        _value = _value is { } known ? combine(known, arguments[0].AsInt64()) : arguments[0].AsInt64();

    public override SqlValue Result(EvaluationContext context) => _value is { } value ? SqlValue.Of(value) : SqlValue.Null;
}
